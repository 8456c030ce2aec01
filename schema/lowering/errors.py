"""Why a root field is left to graphql-core."""


class NotLowered(Exception):
    """This selection is graphql-core's; `reason` is for developers, and names no data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(NotLowered):
    """This request is graphql-core's; another of the same document need not be."""


class Broken(NotNow):
    """These rows have no error-free answer, or Python had to say something and could not."""
