"""The plans that are on offer: made and edited by the platform's owner. Platform scope."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from billing.models import Plan
from billing.terms import plan_locked, terms_copy
from kernel.meters import Feature, Meter
from kernel.money import currency_is_known
from kernel.refusals import InvalidInput, Refusal
from kernel.tenancy import TenantState
from kernel.texts import texts_checked
from registry.audit import owner_action
from registry.models import Tenant
from registry.owners import Owner
from registry.resolver import resolver
from registry.selectors import tenants_known

MAX_FIGURE: Final = 2**53
"""What JSON's numbers hold exactly."""

TRIAL_DAYS: Final = range(366)
RATES: Final = range(1, 10_001)
POSITIONS: Final = range(32_768)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")


class PlanKeyTaken(Refusal):
    """There is a plan of this key."""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """All of a plan but its key.

    `price` is in minor units of `currency` a month; a meter that `limits` lacks is unlimited;
    `rate` is requests a second, None for what the installation allows everybody.
    """

    name: Mapping[str, str]
    summary: Mapping[str, str]
    price: int
    currency: str
    trial_days: int
    limits: Mapping[Meter, int]
    features: frozenset[Feature]
    rate: int | None
    position: int
    offered: bool


def plans_offered() -> QuerySet[Plan]:
    """What an operator can choose from, in their order."""
    return Plan.objects.filter(offered=True)


def plans_all() -> QuerySet[Plan]:
    """Every plan, in their order."""
    return Plan.objects.all()


def plans_in_use() -> Mapping[str, Counter[TenantState]]:
    """How many tenants are on each plan, by the plan's key and their standing.

    Those without a plan are under ''. In one query.
    """
    used: dict[str, Counter[TenantState]] = defaultdict(Counter)
    groups = tenants_known().order_by().values("subscription__plan__key", "state")
    for group in groups.annotate(number=Count("id")):
        used[group["subscription__plan__key"] or ""][TenantState(group["state"])] += group["number"]
    return used


def tenants_on(tenants: QuerySet[Tenant], plan: str | None) -> QuerySet[Tenant]:
    """Of `tenants` those on the plan of that key; all, for None."""
    return tenants if plan is None else tenants.filter(subscription__plan__key=plan)


def plan_create(*, owner: Owner, key: str, facts: PlanFacts, at: datetime) -> Plan:
    """Make a plan. Raises `PlanKeyTaken` and `InvalidInput`."""
    if not _KEY.fullmatch(key):
        reason = "2 to 40 of a-z, 0-9 and underscores, a letter first"
        raise InvalidInput(field="key", reason=reason)
    plan = Plan(key=key)
    _apply(plan, facts, at)
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
            owner_action(owner=owner, action="planCreate", data={"plan": key}, at=at)
    except IntegrityError as taken:
        raise PlanKeyTaken from taken
    return plan


def plan_edit(*, owner: Owner, key: str, facts: PlanFacts, at: datetime) -> Plan:
    """Change a plan, for all its tenants at once; its currency stays.

    Who uses more than it now allows keeps that, and gets no more. Raises `NotFound` and
    `InvalidInput`.
    """
    with transaction.atomic():
        plan = plan_locked(key)
        if facts.currency != plan.currency:
            raise InvalidInput(field="currency", reason="fixed once the plan is made")
        _apply(plan, facts, at)
        plan.save()
        terms_copy(plan)
        owner_action(owner=owner, action="planEdit", data={"plan": key}, at=at)
    resolver.clear()
    return plan


def _apply(plan: Plan, facts: PlanFacts, at: datetime) -> None:
    """Write `facts` into the row. Raises `InvalidInput`."""
    _check_figure("price", facts.price)
    if not currency_is_known(facts.currency):
        raise InvalidInput(field="currency", reason="not a currency of ISO 4217")
    for field, value, allowed in (
        ("trialDays", facts.trial_days, TRIAL_DAYS),
        ("rate", facts.rate, RATES),
        ("position", facts.position, POSITIONS),
    ):
        if value is not None and value not in allowed:
            raise InvalidInput(field=field, reason=f"between {allowed[0]} and {allowed[-1]}")
    for meter, limit in facts.limits.items():
        if not meter.limitable:
            raise InvalidInput(field="limits", reason=f"{meter} is only counted")
        _check_figure("limits", limit)
    plan.name = texts_checked(facts.name, field="name", max_length=60, language="en")
    plan.summary = texts_checked(facts.summary, field="summary", max_length=200, language="en")
    plan.price, plan.currency = facts.price, facts.currency
    plan.trial_days, plan.position, plan.offered = facts.trial_days, facts.position, facts.offered
    plan.limits = {meter.value: limit for meter, limit in sorted(facts.limits.items())}
    plan.features = sorted(feature.value for feature in facts.features)
    plan.rate, plan.changed_at = facts.rate, at


def _check_figure(field: str, figure: int) -> None:
    if not 0 <= figure < MAX_FIGURE:
        raise InvalidInput(field=field, reason=f"between 0 and {MAX_FIGURE - 1}")
