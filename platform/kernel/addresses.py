"""From where a request came, as far as it can be believed."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings

IPV6_PREFIX: Final = 64
"""Bits of an IPv6 address that one customer of a provider has in common."""


def client_address(*, peer: str, forwarded: str) -> str:
    """Whom a request comes from: an IPv4 address, or an IPv6 one's prefix; '' if nothing is known.

    `peer` is the other end of the connection, `forwarded` the header X-Forwarded-For, of which
    only what our own proxies wrote is believed: each of `TRUSTED_PROXIES` adds at its end whom it
    heard from.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    proxies = settings.TRUSTED_PROXIES
    return _subscriber(hops[-proxies] if 0 < proxies <= len(hops) else peer)


@lru_cache(maxsize=10_000)
def _subscriber(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    shift = 128 - IPV6_PREFIX
    return f"{IPv6Address(int(address) >> shift << shift)}/{IPV6_PREFIX}"
