"""What must be set before anything runs: Django's system checks, and the servers' own start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from kernel.tenancy import MAIN


@register
def required_settings(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """One error per setting that has no safe default and is absent."""
    present = {
        "SECRET_KEY": _secret_key_is_set(),
        "MASTER_KEYS": bool(settings.MASTER_KEYS),
        "DATABASE_URL": bool(settings.DATABASES["default"]["NAME"]),
        "DATABASE_OWNER_URL": bool(settings.DATABASES["owner"]["NAME"]),
        **{
            f"{variable}_{name.upper()}": bool(logins[alias]["NAME"])
            for name, logins in settings.DATABASE_SERVERS.items()
            for variable, alias in (("DATABASE_URL", "default"), ("DATABASE_OWNER_URL", "owner"))
        },
    }
    return [
        Error(f"{name} is not set", hint=".env.example says what it is", id=f"daiqu.{name}")
        for name, ok in present.items()
        if not ok
    ]


@register
def payments_are_heard_of(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """A warning for an installation that takes payments, and takes no notice of them."""
    if not settings.STRIPE_SECRET_KEY or settings.STRIPE_WEBHOOK_SECRET:
        return []
    hint = "platform/billing/README.md says where it comes from"
    return [CheckWarning("STRIPE_WEBHOOK_SECRET is not set", hint=hint, id="daiqu.webhooks")]


@register
def new_tenants_have_a_server(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """One error per server for new tenants that there is not, and one where none is named."""
    named = settings.SERVERS_FOR_NEW_TENANTS
    unknown = [name for name in named if name not in (MAIN, *settings.DATABASE_SERVERS)]
    hint = "DATABASE_SERVERS names the servers beside main"
    said = [f"SERVERS_FOR_NEW_TENANTS: there is no server {name}" for name in unknown]
    if not named:
        said = ["SERVERS_FOR_NEW_TENANTS names no server"]
    return [Error(line, hint=hint, id="daiqu.servers") for line in said]


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
