"""How fast a tenant may ask: its plan's requests a second, with a burst of two seconds' worth.

Counted in the memory of each process, by the arrival at which the next request would be on time
(GCRA, ITU-T I.371): one number a tenant. With several processes each allows its share, so a tenant
gets somewhat less than its rate where a proxy does not spread its requests evenly.
"""

import math
import threading
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings

from kernel.refusals import Refusal
from kernel.tenancy import TenantRef

BURST_SECONDS: Final = 2.0
_ROUNDING: Final = 1e-6


@dataclass(eq=False)
class RateLimited(Refusal):
    """The tenant has asked faster than its plan allows: `rate` requests a second.

    `retry_after` is in whole seconds.
    """

    plan: str
    rate: int
    retry_after: int


class Pace:
    """When the next event is due of a stream that may have so many a second."""

    __slots__ = ("_due",)

    def __init__(self) -> None:
        self._due = 0.0

    def wait(
        self, *, rate: float, now: float, cost: float = 1.0, patience: float = 0.0
    ) -> tuple[float, bool]:
        """Seconds until an event of `cost` is in time, and whether it was counted.

        It is, unless that is longer than `patience`. `now` is monotonic, in seconds.
        """
        share = cost / rate
        due = max(self._due, now) + share
        wait = max(0.0, due - now - max(BURST_SECONDS, share))
        if wait > patience + _ROUNDING:
            return wait, False
        self._due = due
        return wait, True


class Rates:
    """The paces of this process's tenants."""

    def __init__(self) -> None:
        self._paces: dict[UUID, Pace] = {}
        self._lock = threading.Lock()

    def take(
        self, tenant: TenantRef, *, now: float, cost: float = 1.0, patience: float = 0.0
    ) -> float:
        """Count a request, and answer for how many seconds to hold it, `patience` at most.

        Raises `RateLimited`; nothing is counted then.
        """
        rate = tenant.terms.rate or settings.TENANT_RATE
        with self._lock:
            pace = self._paces.get(tenant.id)
            if pace is None:
                pace = self._paces[tenant.id] = Pace()
            wait, is_counted = pace.wait(
                rate=rate / settings.WEB_PROCESSES, now=now, cost=cost, patience=patience
            )
        if not is_counted:
            raise RateLimited(
                plan=tenant.terms.plan, rate=rate, retry_after=max(1, math.ceil(wait))
            )
        return wait


rates: Final = Rates()
"""The process's own."""
