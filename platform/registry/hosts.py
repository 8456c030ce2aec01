"""What an operator may be called in a host name, and the addresses that follow from it."""

import re
from functools import reduce
from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.db.models import F, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace

from kernel.refusals import InvalidInput

RESERVED: Final = frozenset(
    (Path(__file__).parent / "reserved_names.txt").read_text(encoding="utf-8").split()
)
"""Names that people would take for the platform's own, or that machines look for."""

MAX_HOST: Final = 253
"""Characters of a host name that DNS can carry (RFC 1035, without the root's dot)."""

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]")

_LOOKS: Final = (
    ("-", ""),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("5", "s"),
    ("rn", "m"),
    ("vv", "w"),
)
"""What a hurried eye takes one for the other, in the order in which it is folded."""


def slug_checked(slug: str, *, field: str = "slug") -> str:
    """`slug`, when it can be a tenant's name in a host. Raises `InvalidInput(field)`.

    A DNS label (RFC 1123) in lower case, 3 to 63 characters, no punycode (two hyphens in third
    place, RFC 5891), not reserved.
    """
    if not _LABEL.fullmatch(slug):
        reason = "3 to 63 of a-z, 0-9 and hyphens, a hyphen neither first nor last"
        raise InvalidInput(field=field, reason=reason)
    if slug[2:4] == "--":
        raise InvalidInput(field=field, reason="two hyphens cannot be in third place")
    if slug in RESERVED or tenant_host(slug) == settings.PLATFORM_HOST:
        raise InvalidInput(field=field, reason="this name is reserved")
    if len(tenant_host(slug)) > MAX_HOST:
        raise InvalidInput(field=field, reason=f"longer than {MAX_HOST} characters as a host")
    return slug


def skeleton(slug: str) -> str:
    """What is left of a name when all that looks alike is one: `g00gle` and `goog-le` are `google`.

    `skeleton_of` is the same in SQL.
    """
    return reduce(lambda text, look: text.replace(*look), _LOOKS, slug)


def skeleton_of(column: str) -> Combinable:
    """The `skeleton` of a column, for a query or an index."""
    folded: Combinable = F(column)
    for seen, as_ in _LOOKS:
        folded = Replace(folded, Value(seen), Value(as_), output_field=TextField())
    return folded


RESERVED_SKELETONS: Final = frozenset(skeleton(name) for name in RESERVED)


def tenant_host(slug: str) -> str:
    """The host under which the tenant called `slug` is served."""
    return f"{slug}.{settings.TENANT_HOST_SUFFIX}"


def origin(host: str) -> str:
    """Where people reach `host`: scheme, host and port."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}"


def invitation_url(host: str, token: str) -> str:
    """The link that an invited person opens, at a tenant's `host`."""
    return f"{origin(host)}/invite?token={quote(token, safe='')}"
