"""The current scope: a tenant, or the platform by name, held in a ContextVar.

Threads started by `asyncio.to_thread` and tasks inherit it; a bare `threading.Thread` and
`run_in_executor` do not, and their queries are refused by the database backend.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connections


class NoScope(RuntimeError):
    """A query, cache key or file path was asked for with no scope bound: always a bug."""


class TenantState(StrEnum):
    """Where a tenant stands with the platform."""

    PREPARING = "preparing"
    TRIAL = "trial"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"
    ERASED = "erased"

    @property
    def served(self) -> bool:
        """Whether requests for such a tenant are answered at all."""
        return self in (TenantState.TRIAL, TenantState.ACTIVE, TenantState.PAST_DUE)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a tenant's plan allows: set by billing, known to every layer.

    `limits` is by meter, a meter that is absent has none; `rate` is requests a second.
    """

    plan: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    features: frozenset[str] = frozenset()
    rate: int | None = None


MAIN: Final = "main"
"""The name of the database server that holds the register, and tenants unless told otherwise."""


@dataclass(frozen=True, slots=True)
class TenantRef:
    """What the code below `registry` may know of a tenant: no table, just its facts.

    `schema` is the opaque schema name and the name of the tenant's database role alike;
    `wrapped_key` is the tenant's data key under the platform's master key (see `kernel.crypto`);
    `server` names the database server that it lives on (a key of `settings.DATABASE_SERVERS`);
    `moving` says that its rows are being copied, and nobody may write them; `flags` are the keys of
    what the platform's owner has switched on for it.
    """

    id: UUID
    slug: str
    schema: str
    state: TenantState
    wrapped_key: bytes
    server: str = MAIN
    moving: bool = False
    terms: Terms = Terms()
    flags: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """How logs, cache keys, channel groups, file paths and metrics name the scope."""
        return self.schema

    @property
    def writable(self) -> bool:
        """Whether anything of the tenant's may change now."""
        return self.state in (TenantState.TRIAL, TenantState.ACTIVE) and not self.moving


@dataclass(frozen=True, slots=True)
class PlatformScope:
    """The platform itself: its own schema and role."""

    @property
    def label(self) -> str:
        """How logs and keys name the platform's scope; no schema can have this name."""
        return "platform"

    @property
    def server(self) -> str:
        """The database server that holds the register."""
        return MAIN


type Scope = TenantRef | PlatformScope

PLATFORM: Final = PlatformScope()

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope:
    """The bound scope. Raises `NoScope` when none is: there is no fall-back."""
    scope = _scope.get()
    if scope is None:
        raise NoScope("no tenant_scope() or platform_scope() is bound here")
    return scope


def current_tenant() -> TenantRef:
    """The bound tenant. Raises `NoScope` under the platform's scope or none."""
    scope = current_scope()
    if not isinstance(scope, TenantRef):
        raise NoScope("this needs a tenant, and the platform's scope is bound")
    return scope


class _Bound[S: (TenantRef, PlatformScope)](AbstractContextManager[S]):
    """Not a generator, which takes longer: each request has one."""

    __slots__ = ("_scope", "_token")

    def __init__(self, scope: S) -> None:
        self._scope: S = scope

    def __enter__(self) -> S:
        self._token = _scope.set(self._scope)
        return self._scope

    def __exit__(self, *_: object) -> None:
        _scope.reset(self._token)


def tenant_scope(tenant: TenantRef) -> AbstractContextManager[TenantRef]:
    """`with tenant_scope(tenant):` binds it; what was bound before comes back on leaving."""
    return _Bound(tenant)


def platform_scope() -> AbstractContextManager[PlatformScope]:
    """`with platform_scope():` binds the platform; what was bound before comes back on leaving."""
    return _Bound(PLATFORM)


async def in_tenant[**P, R](
    tenant: TenantRef, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Run sync `fn` in a thread under `tenant`: how sockets and event streams read.

    The thread's database connection goes back to the pool at once, so an open socket holds none.
    """

    def bound() -> R:
        with tenant_scope(tenant), _connections_returned():
            return fn(*args, **kwargs)

    return await asyncio.to_thread(bound)


async def in_platform[**P, R](fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run sync `fn` in a thread under the platform's scope; see `in_tenant`."""

    def bound() -> R:
        with platform_scope(), _connections_returned():
            return fn(*args, **kwargs)

    return await asyncio.to_thread(bound)


@contextmanager
def _connections_returned() -> Iterator[None]:
    try:
        yield
    finally:
        connections.close_all()
