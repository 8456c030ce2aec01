"""What stands in the DNS, asked through an interface; dnspython is spoken to here alone."""

from dataclasses import dataclass
from typing import Final, Protocol

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings

TRIES: Final = 3
PORT: Final = 53


class DnsFailed(Exception):
    """Nobody could say what stands there: no answer in time, or a server that refused."""


class DnsResolver(Protocol):
    """Answers questions to the DNS."""

    def texts(self, name: str) -> list[str]:
        """The TXT records at `name`, each as one string; none if there is no such name.

        Raises `DnsFailed`.
        """


@dataclass(frozen=True, slots=True)
class RecursiveDns:
    """Asks the recursive resolvers at `servers` (`address` or `address:port`), or the system's.

    They have `seconds` altogether.
    """

    servers: tuple[str, ...]
    seconds: float

    def texts(self, name: str) -> list[str]:
        """See `DnsResolver`. Aliases are followed; a cut answer is asked for again by TCP."""
        try:
            answer = self._resolver().resolve(f"{name}.", "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as failed:
            raise DnsFailed(type(failed).__name__) from failed
        # A record is one or more strings of at most 255 bytes, which belong together.
        return [b"".join(record.strings).decode(errors="replace") for record in answer]

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self.servers)
        if self.servers:
            resolver.nameservers = [_server(server) for server in self.servers]
        resolver.timeout, resolver.lifetime = self.seconds / TRIES, self.seconds
        return resolver


def dns_configured() -> DnsResolver:
    """The resolver that the settings name."""
    return RecursiveDns(tuple(settings.DNS_SERVERS), settings.DNS_SECONDS)


def _server(address: str) -> dns.nameserver.Nameserver:
    host, colon, port = address.rpartition(":")
    if not colon or ":" in host:  # an address of IPv6 has no port here
        return dns.nameserver.Do53Nameserver(address, PORT)
    return dns.nameserver.Do53Nameserver(host, int(port))
