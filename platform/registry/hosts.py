"""What an operator may be called in a host name, and the addresses that follow from it."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.conf import settings

from kernel.refusals import InvalidInput

RESERVED: Final = frozenset(
    (Path(__file__).parent / "reserved_names.txt").read_text(encoding="utf-8").split()
)
"""Names that people would take for the platform's own, or that machines look for."""

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")


def slug_checked(slug: str, *, field: str = "slug") -> str:
    """`slug`, when it can be a tenant's name in a host. Raises `InvalidInput(field)`.

    A DNS label (RFC 1123) in lower case, 3 to 40 characters, no punycode (two hyphens in third
    place, RFC 5891), not reserved.
    """
    if not _LABEL.fullmatch(slug):
        reason = "3 to 40 of a-z, 0-9 and hyphens, a hyphen neither first nor last"
        raise InvalidInput(field=field, reason=reason)
    if slug[2:4] == "--":
        raise InvalidInput(field=field, reason="two hyphens cannot be in third place")
    if slug in RESERVED or tenant_host(slug) == settings.PLATFORM_HOST:
        raise InvalidInput(field=field, reason="this name is reserved")
    return slug


def tenant_host(slug: str) -> str:
    """The host under which the tenant called `slug` is served."""
    return f"{slug}.{settings.TENANT_HOST_SUFFIX}"


def invitation_url(slug: str, token: str) -> str:
    """The link that an invited person opens, at the tenant called `slug`."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    origin = f"{settings.PUBLIC_SCHEME}://{tenant_host(slug)}{port}"
    return f"{origin}/invite?token={quote(token, safe='')}"
