"""The words in which plans are written: what is counted, what can be switched, what is refused.

What a plan allows travels with the tenant (`kernel.tenancy.Terms`), so it is known to every layer
without a query. A tenant without terms is bound by none.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from kernel.refusals import Refusal
from kernel.tenancy import current_tenant

PRESENT: Final = date(1970, 1, 1)
"""The period of what is there at present, and does not start anew."""

WARNED_PERCENT: Final = 80
"""Of a limit: from here on the operator is warned."""


class Meter(StrEnum):
    """What is counted of a tenant. The limits of plans are by meter."""

    COURIERS = "couriers"
    STAFF = "staff"
    STORAGE = "storage"
    ORDERS = "orders"
    API_CALLS = "api_calls"
    TURNOVER = "turnover"

    @property
    def monthly(self) -> bool:
        """Whether it starts anew each month (UTC); the others are what is there at present."""
        return self in (Meter.ORDERS, Meter.API_CALLS, Meter.TURNOVER)

    @property
    def limitable(self) -> bool:
        """Whether a plan may limit it. Nobody is kept from turning money over."""
        return self is not Meter.TURNOVER

    def period(self, at: datetime) -> date:
        """The first day of the period that `at` falls in."""
        return at.astimezone(UTC).date().replace(day=1) if self.monthly else PRESENT

    def period_end(self, at: datetime) -> datetime | None:
        """When the period that `at` falls in is over; None for what does not start anew."""
        if not self.monthly:
            return None
        following = (self.period(at) + timedelta(days=31)).replace(day=1)
        return datetime.combine(following, time(), tzinfo=UTC)


class Feature(StrEnum):
    """What a plan switches on."""

    CUSTOM_DOMAIN = "custom_domain"
    EXPORT = "export"
    SANDBOX = "sandbox"


@dataclass(eq=False)
class PlanLimitReached(Refusal):
    """The operator's plan allows no more of this. `meter` is a `Meter`, `plan` the plan's key."""

    meter: str
    limit: int
    plan: str


@dataclass(eq=False)
class FeatureNotInPlan(Refusal):
    """The operator's plan does not have this. `feature` is a `Feature`, `plan` the plan's key."""

    feature: str
    plan: str


def limit_check(meter: Meter, amount: int) -> None:
    """Raises `PlanLimitReached` when the bound tenant's plan allows less than `amount`."""
    terms = current_tenant().terms
    limit = terms.limits.get(meter)
    if limit is not None and amount > limit:
        raise PlanLimitReached(meter=meter.value, limit=limit, plan=terms.plan)


def feature_check(feature: Feature) -> None:
    """Raises `FeatureNotInPlan` unless the bound tenant's plan has `feature`, or it has no plan."""
    terms = current_tenant().terms
    if terms.plan and feature not in terms.features:
        raise FeatureNotInPlan(feature=feature.value, plan=terms.plan)


def warns(amount: int, limit: int | None) -> bool:
    """Whether `amount` is so much of `limit` that the operator is warned."""
    return limit is not None and limit > 0 and amount * 100 >= limit * WARNED_PERCENT
