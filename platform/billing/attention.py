"""Which tenants an owner should look at: who is in trouble, who grows, who is idle. Platform scope.

Growth compares days: the orders of a day of this month with those of a day of the last one. So it
is as true on the third of a month as on its last day.
"""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import (
    Case,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from billing.models import Usage
from billing.usage import last_active_column
from kernel.meters import Meter
from kernel.tenancy import TenantState
from registry.health import Finding, findings_condition, health_columns
from registry.models import Tenant
from registry.selectors import tenants_known

GROWTH: Final = 1.2
"""A fifth more orders a day than last month: who grows."""

ENOUGH: Final = 10
"""Orders of this month below which a growth means nothing."""

NEW: Final = 1_000.0
"""What the growth of one without orders before is counted from."""

IDLE_AFTER: Final = timedelta(days=7)
"""For so long nobody has used it."""

_SERVED: Final = [state for state in TenantState if state.served]


class Attention(StrEnum):
    """Why an owner should look at a tenant."""

    TROUBLED = "troubled"
    GROWING = "growing"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Trend:
    """Orders of this month and of the last.

    `growth` is the share by which a day of this month has more than one of the last; None where
    there were none, or too few to say.
    """

    orders: int
    orders_before: int
    growth: float | None


def trend_columns(*, at: datetime) -> dict[str, Any]:
    """What `trend_of` wants, to annotate a queryset of tenants with."""
    return {
        "orders_now": _orders(Meter.ORDERS.period(at)),
        "orders_before": _orders(_month_before(at)),
    }


def trend_of(tenant: Any, *, at: datetime) -> Trend:
    """Of a tenant annotated with `trend_columns`."""
    now, before = tenant.orders_now or 0, tenant.orders_before or 0
    days, days_before = _days(at)
    growth = None
    if before and max(now, before) >= ENOUGH:
        growth = (now / days) / (before / days_before) - 1
    return Trend(orders=now, orders_before=before, growth=growth)


def tenants_needing(
    tenants: QuerySet[Tenant],
    *,
    attention: Attention | None,
    findings: Collection[Finding] | None,
    at: datetime,
) -> QuerySet[Tenant]:
    """Those of `tenants` that need `attention`, and with any of `findings`, whatever is not None.

    Who grows comes by how fast, who is idle by how long.
    """
    if findings is not None:
        found = findings_condition(findings, at=at)
        tenants = tenants.annotate(**health_columns()).filter(found)
    if attention is None:
        return tenants
    narrowed: QuerySet[Tenant] = tenants.annotate(**_columns(attention, at))
    narrowed = narrowed.filter(_condition(attention, at))
    if attention is Attention.GROWING:
        narrowed = narrowed.order_by(F("growing").desc(), "id")
    if attention is Attention.IDLE:
        narrowed = narrowed.order_by(F("active_at").asc(nulls_first=True), "id")
    return narrowed


def attention_counts(*, at: datetime) -> dict[Attention, int]:
    """How many tenants need which attention: one query each."""
    known = tenants_known()
    return {
        each: tenants_needing(known, attention=each, findings=None, at=at).count()
        for each in Attention
    }


def _columns(attention: Attention, at: datetime) -> dict[str, Any]:
    if attention is Attention.TROUBLED:
        return dict(health_columns())
    if attention is Attention.IDLE:
        return {"active_at": last_active_column()}
    days, days_before = _days(at)
    trend = trend_columns(at=at)
    now = Cast(Coalesce(trend["orders_now"], Value(0)), FloatField()) / days
    before = Cast(Coalesce(trend["orders_before"], Value(0)), FloatField()) / days_before
    # Who had none before comes before all others.
    grown = When(before_a_day__gt=0, then=F("now_a_day") / F("before_a_day"))
    ratio = Case(grown, default=F("now_a_day") + NEW)
    return {
        "orders_enough": Coalesce(trend["orders_now"], Value(0)),
        "now_a_day": now,
        "before_a_day": before,
        "growing": ratio,
    }


def _condition(attention: Attention, at: datetime) -> Q:
    if attention is Attention.TROUBLED:
        return findings_condition(list(Finding), at=at)
    if attention is Attention.IDLE:
        quiet = Q(active_at=None) | Q(active_at__lt=at - IDLE_AFTER)
        return quiet & Q(state__in=_SERVED, created_at__lt=at - IDLE_AFTER)
    return Q(state__in=_SERVED, orders_enough__gte=ENOUGH, growing__gte=GROWTH)


def _orders(period: date) -> Subquery:
    rows = Usage.objects.filter(tenant=OuterRef("pk"), meter=Meter.ORDERS, period=period)
    return Subquery(rows.values("amount"))


def _month_before(at: datetime) -> date:
    return Meter.ORDERS.period(_first(at) - timedelta(days=1))


def _first(at: datetime) -> datetime:
    day = at.astimezone(UTC)
    return day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _days(at: datetime) -> tuple[float, int]:
    """How many days of this month have passed, at least one, and how many the last one had."""
    before = _month_before(at)
    return max((at - _first(at)) / timedelta(days=1), 1.0), monthrange(before.year, before.month)[1]
