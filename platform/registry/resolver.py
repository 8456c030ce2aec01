"""Host name to tenant: one in-process cache, dropped everywhere when the register changes.

Triggers on tenants and domains send a NOTIFY; one thread per process listens on a connection of
its own. While that connection is down nothing is cached, so a stale answer is never served.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kernel.tenancy import TenantRef, platform_scope
from kernel.tenancy.postgresql.base import forget_bindings
from registry.hosts import tenant_host
from registry.listener import Listener
from registry.models import Domain
from registry.selectors import flag_draws_column, flags_of, tenants_known

CHANNEL: Final = "daiqu_registry"
MAX_HOSTS: Final = 20_000
MAX_UNKNOWN: Final = 1_000
"""Of what is not there: kept apart, because anybody can ask for any number of such names."""


class _Answers:
    """What was found since the register last changed."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.unknown: dict[str, Any] = {}

    def keep(self, key: str, found: Any) -> None:
        """Remember it, and forget its like when there are too many."""
        kept, limit = (self.unknown, MAX_UNKNOWN) if found is None else (self.known, MAX_HOSTS)
        if len(kept) >= limit:
            kept.clear()
        kept[key] = found


class Resolver:
    """Answers which tenant a host or a schema belongs to. Unknown ones are remembered as well."""

    def __init__(self) -> None:
        self._answers = _Answers()
        self._listener = Listener(CHANNEL, lambda _: self.clear())
        self._watchers: list[Callable[[], None]] = []

    def by_host(self, host: str) -> TenantRef | None:
        """The tenant served under `host` (lower case, no port), whatever its state; or None."""
        proven = {"domains__domain": host, "domains__verified_at__isnull": False}
        return self._cached(f"host:{host}", lambda: _tenant(**proven))

    def by_schema(self, schema: str) -> TenantRef | None:
        """The tenant that lives in `schema`; or None."""
        return self._cached(f"schema:{schema}", lambda: _tenant(schema_name=schema))

    def primary_host(self, tenant: TenantRef) -> str:
        """The host that links name, and that the tenant's other hosts may redirect to."""
        return self._cached(f"primary:{tenant.schema}", lambda: _primary_host(tenant))

    def redirects(self, host: str) -> bool:
        """Whether browsers at `host` (lower case, no port) are sent to the primary host."""
        return self._cached(f"redirects:{host}", lambda: _redirects(host))

    def wait_until_listening(self, seconds: float) -> bool:
        """Block until changes are heard of, and answers are kept; False when time runs out."""
        return self._listener.wait(seconds)

    def clear(self) -> None:
        """Forget everything and tell the watchers: the register has changed."""
        # New ones, not emptied ones: a load that began before the change, and ends after it,
        # stores its stale answer where nobody looks any more.
        self._answers = _Answers()
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher`, from any thread, after each change of the register."""
        self._watchers.append(watcher)

    def _cached[T](self, key: str, load: Callable[[], T]) -> T:
        answers = self._answers
        for kept in (answers.known, answers.unknown):
            try:
                found: T = kept[key]
            except KeyError:
                continue
            return found
        found = load()
        if self._listener.listens():
            answers.keep(key, found)
        return found


def _tenant(**lookup: Any) -> TenantRef | None:
    with platform_scope():
        tenant = tenants_known().filter(**lookup).annotate(draws=flag_draws_column()).first()
        return replace(tenant.ref(), flags=flags_of(tenant)) if tenant else None


def _primary_host(tenant: TenantRef) -> str:
    with platform_scope():
        domains = Domain.objects.filter(tenant_id=tenant.id, is_primary=True)
        found: str | None = domains.values_list("domain", flat=True).first()
        return found or tenant_host(tenant.slug)


def _redirects(host: str) -> bool:
    with platform_scope():
        return bool(Domain.objects.filter(domain=host, redirects=True, is_primary=False).exists())


resolver: Final = Resolver()
"""The process's resolver."""
resolver.watch(forget_bindings)  # a tenant that has been moved away and back has another role
