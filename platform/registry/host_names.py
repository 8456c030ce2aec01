"""Host names as people and browsers write them, and as the register has them.

The register has lower case, punycode (IDNA 2008 with the mapping of UTS 46), no dot at the end.
"""

import re
from functools import lru_cache
from typing import Final

import idna
from django.conf import settings
from django.http.request import split_domain_port

from kernel.refusals import InvalidInput
from registry.hosts import MAX_HOST

CHALLENGE: Final = "_daiqu-challenge"
"""The label below which a host's owner proves it, in the DNS."""

MAX_DOMAIN: Final = MAX_HOST - len(f"{CHALLENGE}.")
"""Characters of a host whose proof has a name that DNS can carry."""

_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


@lru_cache(maxsize=2000)
def host_asked(raw: str) -> str:
    """The host that a Host header names, as the register would have it; empty if it can be none."""
    if len(raw) > 2 * MAX_HOST:
        return ""
    if not raw.isascii():
        name, colon, port = raw.partition(":")
        raw = f"{_punycode(_letters(name))}{colon}{port}"
    host, _ = split_domain_port(raw)
    return host


def domain_checked(host: str, *, field: str) -> str:
    """A host that a tenant says is its own, as the register would have it.

    Raises `InvalidInput(field)` for an address, a single label, a wildcard, or a host of ours.
    """
    name = host.strip()
    domain = _punycode(name) if len(name) <= MAX_HOST else ""
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(domain) > MAX_DOMAIN:
        raise InvalidInput(
            field=field, reason=f"a host name like www.example.com, of at most {MAX_DOMAIN} letters"
        )
    if len(labels) < 2 or labels[-1].isdigit():
        raise InvalidInput(field=field, reason="a name in the DNS, not an address or a label")
    for ours in (settings.PLATFORM_HOST, settings.TENANT_HOST_SUFFIX):
        if f".{domain}".endswith(f".{ours}"):
            raise InvalidInput(field=field, reason="this host is the platform's")
    return domain


def record_name(domain: str) -> str:
    """Where in the DNS the proof of `domain` stands."""
    return f"{CHALLENGE}.{domain}"


def host_shown(domain: str) -> str:
    """The host as people read it: letters instead of punycode, where it has any."""
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def _punycode(name: str) -> str:
    """`name` in lower case and punycode, without a last dot; empty if it is no host name."""
    try:
        return idna.encode(name.removesuffix("."), uts46=True).decode()
    except idna.IDNAError:
        return ""


def _letters(name: str) -> str:
    """A header's bytes come as Latin-1; whoever sends letters in one sends UTF-8."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        return name
