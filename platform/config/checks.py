"""What must be set before anything runs: Django's system checks, and the servers' own start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured


@register
def required_settings(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """One error per setting that has no safe default and is absent."""
    present = {
        "SECRET_KEY": _secret_key_is_set(),
        "MASTER_KEYS": bool(settings.MASTER_KEYS),
        "DATABASE_URL": bool(settings.DATABASES["default"]["NAME"]),
        "DATABASE_OWNER_URL": bool(settings.DATABASES["owner"]["NAME"]),
    }
    return [
        Error(f"{name} is not set", hint=".env.example says what it is", id=f"daiqu.{name}")
        for name, ok in present.items()
        if not ok
    ]


def require_settings() -> None:
    """Raises `ImproperlyConfigured` naming all that is missing; servers call it as they start."""
    missing = [str(error.msg) for error in required_settings(None)]
    if missing:
        raise ImproperlyConfigured("; ".join(missing) + ": .env.example says what they are")


def _secret_key_is_set() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django's own words for an empty one
        return False
