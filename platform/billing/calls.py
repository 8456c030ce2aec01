"""Calls of the API, counted in the memory of each process and written down every few seconds.

One statement for all tenants; a row written per call would cost more than many a call. So a
process that is killed (kill -9) loses what it has counted since: at most the calls of
`settings.CALLS_FLUSH_SECONDS`. One that is asked to end writes them first.
"""

import threading
from datetime import date, datetime
from typing import Final
from uuid import UUID

from billing.usage import calls_add
from kernel.meters import Meter, PlanLimitReached
from kernel.tenancy import TenantRef, platform_scope

type Key = tuple[UUID, date]


class ApiCalls:
    """What this process has counted, and what it knows of the others' counts."""

    def __init__(self) -> None:
        self._fresh: dict[Key, int] = {}
        self._known: dict[Key, int] = {}
        self._lock = threading.Lock()

    def count(self, tenant: TenantRef, *, at: datetime) -> None:
        """Count one call. Raises `PlanLimitReached` when the month's are used up, as far as known.

        What other processes count is known from the last flush, so a limit may be passed by what
        they all answer in the meantime.
        """
        key = tenant.id, Meter.API_CALLS.period(at)
        limit = tenant.terms.limits.get(Meter.API_CALLS)
        with self._lock:
            fresh = self._fresh.get(key, 0)
            if limit is not None and self._known.get(key, 0) + fresh >= limit:
                raise PlanLimitReached(
                    meter=Meter.API_CALLS.value, limit=limit, plan=tenant.terms.plan
                )
            self._fresh[key] = fresh + 1

    def flush(self, *, at: datetime) -> None:
        """Write down what was counted, and learn the totals. Nothing is lost when that fails."""
        with self._lock:
            counted, self._fresh = self._fresh, {}
        if not counted:
            return
        try:
            with platform_scope():
                totals = calls_add(counted, at=at)
        except BaseException:
            with self._lock:
                for key, number in counted.items():
                    self._fresh[key] = self._fresh.get(key, 0) + number
            raise
        period = Meter.API_CALLS.period(at)
        with self._lock:
            current = {key: total for key, total in self._known.items() if key[1] >= period}
            self._known = current | totals


api_calls: Final = ApiCalls()
"""The process's own."""
