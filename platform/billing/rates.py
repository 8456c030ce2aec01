"""How fast a tenant may ask: its plan's requests a second, with a burst of two seconds' worth.

Counted in the memory of each process, by the arrival at which the next request would be on time
(GCRA, ITU-T I.371): one number a tenant. With several processes each allows its share, so a tenant
gets somewhat less than its rate where a proxy does not spread its requests evenly.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings

from kernel.refusals import Refusal
from kernel.tenancy import TenantRef

BURST_SECONDS: Final = 2.0
ADDRESS_SHARE: Final = 0.5
"""What the strangers of one address may take of their tenant's rate: not all of it; no less,
since a whole campus is often behind one."""
MAX_ADDRESSES: Final = 20_000
"""That a process remembers; beyond them, whoever was not heard of for longest begins anew."""
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
    """The paces of this process's tenants, and of the addresses that ask them."""

    def __init__(self) -> None:
        self._paces: dict[UUID, Pace] = {}
        self._addresses: OrderedDict[tuple[UUID, str], Pace] = OrderedDict()
        self._lock = threading.Lock()

    def take(
        self,
        tenant: TenantRef,
        *,
        stranger: str,
        now: float,
        cost: float = 1.0,
        patience: float = 0.0,
    ) -> float:
        """Count a request, and answer for how many seconds to hold it, `patience` at most.

        `stranger` is the address of somebody who brings no token, who has `ADDRESS_SHARE` of the
        rate; '' for others. Raises `RateLimited`; nothing is counted then of the tenant's.
        """
        rate = tenant.terms.rate or settings.TENANT_RATE
        ours = rate / settings.WEB_PROCESSES
        with self._lock:
            paces = [(self._of_tenant(tenant.id), ours)]
            if stranger:
                # First: what is refused here takes nothing from the others.
                paces.insert(0, (self._of_address(tenant.id, stranger), ours * ADDRESS_SHARE))
            longest = 0.0
            for pace, share in paces:
                wait, is_counted = pace.wait(rate=share, now=now, cost=cost, patience=patience)
                longest = max(longest, wait)
                if not is_counted:
                    raise RateLimited(
                        plan=tenant.terms.plan, rate=rate, retry_after=max(1, math.ceil(wait))
                    )
        return longest

    def _of_tenant(self, tenant_id: UUID) -> Pace:
        pace = self._paces.get(tenant_id)
        if pace is None:
            pace = self._paces[tenant_id] = Pace()
        return pace

    def _of_address(self, tenant_id: UUID, address: str) -> Pace:
        key = (tenant_id, address)
        pace = self._addresses.pop(key, None) or Pace()
        self._addresses[key] = pace
        if len(self._addresses) > MAX_ADDRESSES:
            self._addresses.popitem(last=False)
        return pace


rates: Final = Rates()
"""The process's own."""
