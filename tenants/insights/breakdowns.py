"""A period by service, by zone, by courier, and by the hour of the week.

A table has `MAX_ROWS` rows at most: those of the greatest turnover.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Func, Q, Sum, TextField
from django.db.models.functions import (
    Coalesce,
    ExtractHour,
    ExtractIsoWeekDay,
    Greatest,
    Least,
)

from tenants.catalog.models import Service
from tenants.couriers.models import Courier, Duty
from tenants.dispatch.models import Assignment
from tenants.insights.figures import (
    NO_WORK,
    OFFER_COLUMNS,
    WORK_COLUMNS,
    Work,
    completed_in,
    offers_of,
    work_from,
)
from tenants.insights.periods import Period
from tenants.insights.sums import PLACED, Sums, orders_of, share_bps, sum_columns, sums_from
from tenants.orders.models import Order
from tenants.places.hours import Weekday
from tenants.places.models import Zone

MAX_ROWS: Final = 500
_BUSIEST: Final = ("-turnover", "-placed")

# Written out: a key that were a parameter would be another expression where rows are grouped by it.
_ZONE_TO: Final = Func(
    F("quote__inputs"),
    template="%(expressions)s #>> '{facts,zone_to}'",
    output_field=TextField(),
)

type Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ServiceSums:
    """What the orders of one service come to; `name` is as the service is called now."""

    service_id: UUID
    name: Texts
    sums: Sums


@dataclass(frozen=True, slots=True)
class ZoneSums:
    """What the orders that ended in one zone come to; both None of those outside every zone.

    `name` is empty where the zone is gone.
    """

    zone_id: UUID | None
    name: Texts
    sums: Sums


@dataclass(frozen=True, slots=True)
class CourierSums:
    """A courier's part: money in minor units, time in minutes, shares in basis points.

    `answered` and `accepted` count offers of orders placed in the period, `given_back` how many of
    those orders they let go again.
    """

    courier_id: UUID
    display_name: str
    sums: Sums
    work: Work
    answered: int
    accepted: int
    given_back: int
    duty_minutes: int

    @property
    def accepted_bps(self) -> int | None:
        """Taken of those answered."""
        return share_bps(self.accepted, self.answered)

    @property
    def earned(self) -> int:
        """Turnover less commission, as the ledger owes it to them."""
        return self.sums.turnover - self.sums.commission


@dataclass(frozen=True, slots=True)
class Demand:
    """Orders placed in one hour of the week, over all weeks of the period; hours are 0 to 23."""

    weekday: Weekday
    hour: int
    placed: int


def by_service(period: Period) -> list[ServiceSums]:
    """Services that were ordered or delivered, the greatest turnover first. Two queries."""
    rows = orders_of(period).values("service_id").annotate(**sum_columns(period))
    found = list(rows.order_by(*_BUSIEST, "service_id")[:MAX_ROWS])
    names = Service.objects.only("name").in_bulk([row["service_id"] for row in found])
    return [
        ServiceSums(row["service_id"], names[row["service_id"]].name, sums_from(row))
        for row in found
    ]


def by_zone(period: Period) -> list[ZoneSums]:
    """Zones of the orders' last stops, as they were priced. Two queries."""
    rows = orders_of(period).values(zone=_ZONE_TO).annotate(**sum_columns(period))
    found = list(rows.order_by(*_BUSIEST, "zone")[:MAX_ROWS])
    ids = [UUID(row["zone"]) for row in found if row["zone"]]
    names = Zone.objects.only("name").in_bulk(ids)
    result = []
    for row in found:
        zone_id = UUID(row["zone"]) if row["zone"] else None
        known = names.get(zone_id) if zone_id else None
        result.append(ZoneSums(zone_id, known.name if known else {}, sums_from(row)))
    return result


def by_courier(period: Period, *, at: datetime) -> list[CourierSums]:
    """Whoever was offered, had or ended an order, or was on duty. Six queries.

    A duty that is not over counts until `at`.
    """
    orders = orders_of(period).filter(courier__isnull=False).values("courier_id")
    sums = _by_courier(orders.annotate(**sum_columns(period)))
    work = _by_courier(completed_in(period).values("courier_id").annotate(**WORK_COLUMNS))
    offers = _by_courier(offers_of(period).values("courier_id").annotate(**OFFER_COLUMNS))
    given_back = _by_courier(
        Assignment.objects.filter(
            period.holds(f"order__{PLACED}"), outcome=Assignment.Outcome.GIVEN_BACK
        )
        .values("courier_id")
        .annotate(count=Count("id"))
    )
    duties = _by_courier(_duties(period, at))
    known = {*sums, *offers, *given_back, *duties}
    couriers = Courier.objects.filter(id__in=known).only("display_name")
    none: Mapping[str, Any] = {}
    rows = [
        CourierSums(
            courier_id=courier.id,
            display_name=courier.display_name,
            sums=sums_from(sums.get(courier.id, none)),
            work=work_from(work[courier.id]) if courier.id in work else NO_WORK,
            answered=offers.get(courier.id, none).get("answered", 0),
            accepted=offers.get(courier.id, none).get("accepted", 0),
            given_back=given_back.get(courier.id, none).get("count", 0),
            duty_minutes=duties.get(courier.id, none).get("time", timedelta())
            // timedelta(minutes=1),
        )
        for courier in couriers
    ]
    rows.sort(key=lambda row: (-row.sums.turnover, -row.sums.completed, row.courier_id))
    return rows[:MAX_ROWS]


def _by_courier(rows: Any) -> dict[UUID, dict[str, Any]]:
    return {row["courier_id"]: row for row in rows.order_by()}


def _duties(period: Period, at: datetime) -> Any:
    """How long each courier was on duty within the period."""
    until = Least(Coalesce("ended_at", at), period.ends_at)
    within = ExpressionWrapper(
        until - Greatest("began_at", period.starts_at), output_field=DurationField()
    )
    touching = Q(ended_at__gt=period.starts_at)
    if at > period.starts_at:
        touching |= Q(ended_at=None)
    duties = Duty.objects.filter(touching, began_at__lt=min(period.ends_at, at))
    return duties.values("courier_id").annotate(time=Sum(within))


def demand(period: Period) -> list[Demand]:
    """The hours of the week in which something was ordered, from Monday on. One query."""
    rows = (
        Order.objects.filter(period.holds(PLACED))
        .values(
            weekday=ExtractIsoWeekDay(F("placed_at"), tzinfo=period.zone),
            hour=ExtractHour(F("placed_at"), tzinfo=period.zone),
        )
        .annotate(placed=Count("id"))
        .order_by("weekday", "hour")
    )
    weekdays = list(Weekday)
    return [Demand(weekdays[row["weekday"] - 1], row["hour"], row["placed"]) for row in rows]
