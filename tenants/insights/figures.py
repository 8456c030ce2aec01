"""The figures of a whole period: its sums, its customers, and how the work was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce

from kernel.money import round_minor
from tenants.access.models import Person
from tenants.access.rights import CUSTOMER
from tenants.dispatch.models import Offer
from tenants.insights.periods import Period
from tenants.insights.sums import (
    CLOSED,
    PLACED,
    Sums,
    orders_of,
    share_bps,
    sum_columns,
    sums_from,
)
from tenants.orders.models import Order, OrderState

LATE_AFTER: Final = timedelta(minutes=10)
"""How much later than at the wanted time a courier may be at the first stop and still be on time:
what people forgive, and what an arrival's report lags behind by."""

ANSWERS: Final = (Offer.State.ACCEPTED, Offer.State.DECLINED, Offer.State.EXPIRED)
"""What becomes of an offer by its courier: one that was withdrawn says nothing of them."""


class Median(Aggregate):
    """PostgreSQL's median: between the two in the middle of an even number."""

    name = "Median"
    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"


@dataclass(frozen=True, slots=True)
class Work:
    """How completed orders were done. Shares are basis points; None where there is nothing to say.

    `on_time_bps` is of those wanted at a certain time: the courier was at the first stop no later
    than `LATE_AFTER` it. `minutes` is the median from placing to delivery of the others. `rating`
    is 1 to 5 on average, in hundredths.
    """

    on_time_bps: int | None
    minutes: int | None
    rating: int | None
    rating_count: int


NO_WORK: Final = Work(on_time_bps=None, minutes=None, rating=None, rating_count=0)


@dataclass(frozen=True, slots=True)
class Customers:
    """Who ordered in a period: `fresh` for the first time ever. `joined` is who signed up."""

    active: int
    fresh: int
    joined: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a period. `accepted_bps`: offers taken of those that their couriers answered."""

    sums: Sums
    customers: Customers
    work: Work
    accepted_bps: int | None


def figures(period: Period) -> Figures:
    """The key figures. Five queries."""
    row = orders_of(period).aggregate(
        **sum_columns(period),
        active=Count("customer", distinct=True, filter=period.holds(PLACED)),
    )
    offers = offers_of(period).aggregate(**OFFER_COLUMNS)
    return Figures(
        sums=sums_from(row),
        customers=Customers(active=row["active"], fresh=_fresh(period), joined=_joined(period)),
        work=work_from(completed_in(period).aggregate(**WORK_COLUMNS)),
        accepted_bps=share_bps(offers["accepted"], offers["answered"]),
    )


def completed_in(period: Period) -> QuerySet[Order]:
    """The orders that were completed in the period, each with its first stop."""
    closed = Order.objects.filter(period.holds(CLOSED), state=OrderState.COMPLETED)
    return closed.filter(stops__position=0)


_WANTED: Final = Q(due_at__gt=F("placed_at"))
WORK_COLUMNS: Final[Mapping[str, Any]] = {
    "wanted": Count("id", filter=_WANTED),
    "on_time": Count("id", filter=Q(stops__arrived_at__lte=F("due_at") + LATE_AFTER) & _WANTED),
    "took": Median(
        ExpressionWrapper(F("delivered_at") - F("placed_at"), output_field=DurationField()),
        filter=~_WANTED,
        output_field=DurationField(),
    ),
    "rating_sum": Coalesce(Sum("review__score"), 0),
    "rating_count": Count("review"),
}
"""Aggregates of `completed_in(period)`, for `work_from`."""


def work_from(row: Mapping[str, Any]) -> Work:
    """How the orders in a row of `WORK_COLUMNS` were done."""
    took: timedelta | None = row["took"]
    count: int = row["rating_count"]
    return Work(
        on_time_bps=share_bps(row["on_time"], row["wanted"]),
        minutes=None if took is None else round(took / timedelta(minutes=1)),
        rating=round_minor(Decimal(int(row["rating_sum"]) * 100) / count) if count else None,
        rating_count=count,
    )


OFFER_COLUMNS: Final[Mapping[str, Any]] = {
    "answered": Count("id", filter=Q(state__in=ANSWERS)),
    "accepted": Count("id", filter=Q(state=Offer.State.ACCEPTED)),
}


def offers_of(period: Period) -> QuerySet[Offer]:
    """The offers of the orders that were placed in the period."""
    return Offer.objects.filter(period.holds(f"order__{PLACED}"))


def _fresh(period: Period) -> int:
    """How many ordered in the period who had never done before."""
    earlier = Order.objects.filter(
        customer=OuterRef("customer"), placed_at__lt=period.starts_at
    ).order_by()
    ordered = Order.objects.filter(period.holds(PLACED)).filter(~Exists(earlier))
    count: int = ordered.aggregate(count=Count("customer", distinct=True))["count"]
    return count


def _joined(period: Period) -> int:
    """How many people came who may order."""
    return Person.objects.filter(period.holds("created_at"), roles__key=CUSTOMER).count()
