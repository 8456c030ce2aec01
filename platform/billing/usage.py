"""What tenants used, as they reported it, and what that means for a plan. Platform scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from billing.models import Subscription, Usage
from kernel.meters import Meter
from kernel.refusals import Refusal

# The later reading holds, whichever comes first; what has not changed leaves `at` as it was.
_STORE: Final = """
INSERT INTO billing_usage AS known (tenant_id, meter, period, amount, at)
SELECT %s, meter, period, amount, %s
FROM unnest(%s::text[], %s::date[], %s::bigint[]) AS counted (meter, period, amount)
ON CONFLICT (tenant_id, meter, period) DO UPDATE SET amount = excluded.amount, at = excluded.at
WHERE known.amount <> excluded.amount AND known.at <= excluded.at
"""

# Calls of a tenant that is no more are left out, or one of them would stop all the others.
_ADD_CALLS: Final = """
INSERT INTO billing_usage AS known (tenant_id, meter, period, amount, at)
SELECT tenant.id, %s, period, amount, %s
FROM unnest(%s::uuid[], %s::date[], %s::bigint[]) AS counted (tenant_id, period, amount)
JOIN registry_tenant AS tenant ON tenant.id = counted.tenant_id
ORDER BY tenant.id, period
ON CONFLICT (tenant_id, meter, period)
DO UPDATE SET amount = known.amount + excluded.amount, at = greatest(known.at, excluded.at)
RETURNING tenant_id, period, amount
"""


@dataclass(eq=False)
class PlanTooSmall(Refusal):
    """More is in use already than the plan allows. `meter` is a `kernel.meters.Meter`."""

    meter: str
    used: int
    limit: int


def usage_store(
    *, tenant_id: UUID, counts: Sequence[tuple[Meter, date, int]], at: datetime
) -> None:
    """Write down what a tenant's counts were at `at`: (meter, period, amount) each."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                tenant_id,
                at,
                [meter.value for meter, _, _ in counts],
                [period for _, period, _ in counts],
                [amount for _, _, amount in counts],
            ],
        )


def calls_add(
    calls: Mapping[tuple[UUID, date], int], *, at: datetime
) -> dict[tuple[UUID, date], int]:
    """Add calls of the API by (tenant, month), and answer the totals that they came to."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD_CALLS,
            [
                Meter.API_CALLS.value,
                at,
                [tenant_id for tenant_id, _ in calls],
                [period for _, period in calls],
                list(calls.values()),
            ],
        )
        return {(tenant_id, period): amount for tenant_id, period, amount in cursor.fetchall()}


def calls_used(*, tenant_id: UUID, at: datetime) -> int:
    """The tenant's calls of the API in the month of `at`, as far as they were flushed."""
    period = Meter.API_CALLS.period(at)
    rows = Usage.objects.filter(tenant_id=tenant_id, meter=Meter.API_CALLS, period=period)
    return rows.values_list("amount", flat=True).first() or 0


def usage_prefetch(*, at: datetime) -> "Prefetch[str, QuerySet[Usage], str]":
    """Of tenants: their usage in the periods of `at`, as the list `usage_now`."""
    periods = {meter.period(at) for meter in Meter}
    rows = Usage.objects.filter(period__in=periods)
    return Prefetch("usage", queryset=rows, to_attr="usage_now")


def turnover_column(*, at: datetime) -> Subquery:
    """Of a tenant: its turnover in the month of `at`, in minor units; null for none."""
    period = Meter.TURNOVER.period(at)
    rows = Usage.objects.filter(tenant=OuterRef("pk"), meter=Meter.TURNOVER, period=period)
    return Subquery(rows.values("amount"))


def currency_column() -> Subquery:
    """Of a tenant: what its turnover is in."""
    return Subquery(Subscription.objects.filter(tenant=OuterRef("pk")).values("currency"))


def last_active_column() -> Subquery:
    """Of a tenant: when it last used anything; null for never."""
    return Subquery(Usage.objects.filter(tenant=OuterRef("pk")).order_by("-at").values("at")[:1])


def fits_check(limits: Mapping[str, int], used: Mapping[Meter, int]) -> None:
    """Raises `PlanTooSmall` for the first meter of which more is used than `limits` allow."""
    for meter, amount in used.items():
        limit = limits.get(meter)
        if limit is not None and amount > limit:
            raise PlanTooSmall(meter=meter.value, used=amount, limit=limit)
