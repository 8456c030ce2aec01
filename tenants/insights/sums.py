"""What orders come to: how many were placed and ended, and the money of those completed.

An order counts as placed on the day on which it was, and as completed, cancelled or returned on the
day on which it came to that: an order of one period may be the turnover of the next. Turnover is
what the completed orders cost (`order.total`), commission what the operator keeps of it, at the
instants at which the ledger books them: its revenue account says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, DateField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Trunc

from kernel.money import round_minor
from tenants.insights.periods import Period, Step
from tenants.orders.models import Order, OrderState

PLACED, CLOSED = "placed_at", "closed_at"


def share_bps(part: int, whole: int) -> int | None:
    """`part` of `whole` in basis points, halves upwards; None of nothing."""
    return round_minor(Decimal(part * 10_000) / whole) if whole else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Orders, and money in minor units of the operator's currency."""

    placed: int = 0
    completed: int = 0
    cancelled: int = 0
    returned: int = 0
    turnover: int = 0
    commission: int = 0

    @property
    def average(self) -> int | None:
        """Of a completed order, halves upwards; None without one."""
        return round_minor(Decimal(self.turnover) / self.completed) if self.completed else None

    @property
    def completion_bps(self) -> int | None:
        """Completed of all that came to an end, in basis points; None of none."""
        return share_bps(self.completed, self.completed + self.cancelled + self.returned)


NAMES: Final = tuple(Sums.__dataclass_fields__)


def orders_of(period: Period) -> QuerySet[Order]:
    """The orders that were placed, or came to their end, in the period."""
    return Order.objects.filter(period.holds(PLACED) | period.holds(CLOSED))


def closed_columns(when: Q | None = None) -> dict[str, Any]:
    """Aggregates of the orders that came to their end, those of them for which `when` holds."""
    when = Q() if when is None else when
    done = when & Q(state=OrderState.COMPLETED)
    return {
        "completed": Count("id", filter=done),
        "cancelled": Count("id", filter=when & Q(state=OrderState.CANCELLED)),
        "returned": Count("id", filter=when & Q(state=OrderState.RETURNED)),
        "turnover": Coalesce(Sum("total", filter=done), 0),
        "commission": Coalesce(Sum("commission", filter=done), 0),
    }


def sum_columns(period: Period) -> dict[str, Any]:
    """Aggregates of `orders_of(period)`: those of `Sums`, by their names."""
    placed = Count("id", filter=period.holds(PLACED))
    return {"placed": placed, **closed_columns(period.holds(CLOSED))}


def sums_from(row: Mapping[str, Any]) -> Sums:
    """The sums in a row of such aggregates. PostgreSQL's sums of bigints are numeric."""
    return Sums(**{name: int(row.get(name, 0)) for name in NAMES})


@dataclass(frozen=True, slots=True)
class StepSums:
    """What the orders of a day, week or month come to; both days are in the period."""

    starts_on: date
    ends_on: date
    sums: Sums


def series(period: Period, step: Step) -> list[StepSums]:
    """Every step of the period in order, also those in which nothing was ordered. Two queries."""
    found: dict[date, dict[str, Any]] = {}
    for instant, columns in ((PLACED, {"placed": Count("id")}), (CLOSED, closed_columns())):
        on = Trunc(instant, step.value, output_field=DateField(), tzinfo=period.zone)
        rows = Order.objects.filter(period.holds(instant)).values(on=on).annotate(**columns)
        for row in rows.order_by():
            # A week or a month may have begun before the period does.
            found.setdefault(max(row["on"], period.first_on), {}).update(row)
    return [
        StepSums(starts_on, ends_on, sums_from(found.get(starts_on, {})))
        for starts_on, ends_on in period.steps(step)
    ]
