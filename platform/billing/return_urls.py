"""Where Stripe sends people back to: the tenant's own hosts, and nowhere else."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings

from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef
from registry.hosts import origin
from registry.models import Domain

MAX_URL: Final = 1_000


def return_url_checked(url: str, *, tenant: TenantRef, **query: str) -> str:
    """`url`, with `query` added, when it leads to one of the tenant's hosts. Platform scope.

    It is put together anew from its parts, so that nothing depends on how a browser reads what it
    was. Raises `InvalidInput(returnUrl)`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid("not an address") from None
    if len(url) > MAX_URL or parts.username is not None or not url.isascii() or "\\" in url:
        raise _invalid("not an address that can be returned to")
    if parts.scheme != settings.PUBLIC_SCHEME or str(port or "") != settings.PUBLIC_PORT:
        raise _invalid("another scheme or port than this installation's")
    host = parts.hostname or ""
    if not Domain.objects.filter(domain=host, tenant_id=tenant.id).exists():
        raise _invalid("not one of the operator's own hosts")
    asked = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *query.items()])
    return f"{origin(host)}{parts.path or '/'}" + (f"?{asked}" if asked else "")


def _invalid(reason: str) -> InvalidInput:
    return InvalidInput(field="returnUrl", reason=reason)
