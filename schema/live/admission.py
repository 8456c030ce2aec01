"""What a socket's operations may take: of the tenant's rate and calls, and of this process.

An event stream is a request over HTTP, and counted as one.
"""

import asyncio
import time
from typing import Final
from weakref import WeakValueDictionary

from billing.calls import api_calls
from billing.rates import rates
from kernel import clock
from kernel.tenancy import Scope, TenantRef

PATIENCE_SECONDS: Final = 10.0
"""An operation that comes too early is held back so long at most: after a restart all come."""

THREADS_OF_ONE: Final = 3
"""How many operations of one tenant run at a time: all tenants share the process's threads."""


async def admit(scope: Scope, *, stranger: str) -> None:
    """Count an operation, and hold it back until its time; `stranger` as in `rates.take`. Raises
    `RateLimited` for one that would have to wait too long, and `PlanLimitReached`.
    """
    if isinstance(scope, TenantRef):
        now = time.monotonic()
        wait = rates.take(scope, stranger=stranger, now=now, patience=PATIENCE_SECONDS)
        api_calls.count(scope, at=clock.now())
        await asyncio.sleep(wait)


_places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


def places_of(scope: Scope) -> asyncio.Semaphore:
    """Where the operations of `scope` wait for each other; every socket of it keeps it."""
    found = _places.get(scope.label)
    if found is None:
        found = _places[scope.label] = asyncio.Semaphore(THREADS_OF_ONE)
    return found
