"""What is left of a personal detail when it is shown to somebody who may not have it."""


def phone_masked(number: str) -> str:
    """The last four digits: `••••8001`; nothing of nothing."""
    return number and f"••••{number[-4:]}"


def name_masked(name: str) -> str:
    """The first character: `M**`, `王**`; nothing of nothing."""
    return name and f"{name[:1]}**"
