"""Which plan a tenant has, and what it allows: `Tenant.terms`, a copy that every layer knows.

A plan's row is locked before any tenant's, so that an edit of the plan and a tenant that gets it
at the same time cannot leave the tenant with the old terms.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from billing.models import Plan, Subscription
from billing.usage import calls_used, fits_check
from kernel.events import Fact, announce
from kernel.meters import Meter
from kernel.refusals import NotFound
from kernel.tenancy import TenantState, tenant_scope
from kernel.transitions import IllegalMove
from registry.audit import owner_action
from registry.models import Tenant
from registry.owners import Owner
from registry.resolver import resolver
from registry.selectors import tenants_known

PLAN_CHOSEN: Final = "plan.chosen"
"""Announced under the tenant's scope, before it gets a plan: limits. A listener may refuse it."""


def terms_of(plan: Plan) -> dict[str, Any]:
    """What `plan` allows, as `Tenant.terms` keeps it."""
    return {
        "plan": plan.key,
        "limits": plan.limits,
        "features": plan.features,
        "rate": plan.rate,
    }


def terms_copy(plan: Plan) -> None:
    """Give every tenant of `plan` its terms, in one statement. Under the plan's lock."""
    Tenant.objects.filter(subscription__plan=plan).update(terms=terms_of(plan))


def tenant_plan_change(*, owner: Owner, tenant_id: UUID, plan: str, at: datetime) -> Tenant:
    """Give the tenant the plan of that key, offered or not; every process knows within a second.

    Must not be inside a transaction. Raises `PlanTooSmall`, `NotFound`, and `IllegalMove` for a
    tenant that is erased.
    """
    tenant = tenants_known().filter(id=tenant_id).first()
    if tenant is None:
        raise NotFound(what="Tenant")
    if tenant.state == TenantState.ERASED:
        raise IllegalMove(state=tenant.state, move="plan_change")
    plan_fit(tenant, plan_known(plan), at=at)
    with transaction.atomic():
        plan_put(tenant, plan, at=at)
        data = {"before": tenant.terms.get("plan", ""), "after": plan}
        owner_action(owner=owner, action="tenantPlanChange", tenant=tenant, data=data, at=at)
    resolver.clear()
    return tenants_known().get(id=tenant_id)


def plan_fit(tenant: Tenant, plan: Plan, *, at: datetime) -> None:
    """Raises `PlanTooSmall` when the tenant uses more than `plan` allows. In no transaction.

    What the tenant begins to use while the plan changes stays: a limit stops only what is more.
    """
    with tenant_scope(tenant.ref()):
        announce(
            Fact(kind=PLAN_CHOSEN, subject=tenant.id, at=at, data={"limits": plan.limits}),
        )
    used = {Meter.API_CALLS: calls_used(tenant_id=tenant.id, at=at)}
    fits_check(plan.limits, used)


def plan_put(tenant: Tenant, plan: str, *, at: datetime) -> None:
    """Subscribe the tenant to the plan of that key, and give it its terms. Raises `NotFound`.

    In the caller's transaction, before it locks the tenant. Nothing is asked: see `plan_fit`.
    """
    locked = plan_locked(plan)
    Subscription.objects.update_or_create(
        tenant=tenant,
        defaults={"plan": locked, "changed_at": at},
        create_defaults={"plan": locked, "changed_at": at, **_beginning(locked, at)},
    )
    Tenant.objects.filter(id=tenant.id).update(terms=terms_of(locked))


def subscription_begin(fact: Fact) -> None:
    """A listener of `tenant.onboarded`: the new tenant is on the trial of its plan.

    The fact's data: `plan`, the key of an offered plan, or '' for the first that is offered;
    `currency`, what its customers pay in.
    """
    offered = Plan.objects.select_for_update(no_key=True).filter(offered=True)
    if fact.data["plan"]:
        offered = offered.filter(key=fact.data["plan"])
    plan = offered.first()
    if plan is None:
        raise NotFound(what="Plan")
    Subscription.objects.create(
        tenant_id=fact.subject,
        plan=plan,
        currency=fact.data["currency"],
        changed_at=fact.at,
        **_beginning(plan, fact.at),
    )
    Tenant.objects.filter(id=fact.subject).update(terms=terms_of(plan))


def plan_known(key: str) -> Plan:
    """The plan of that key, offered or not. Raises `NotFound`."""
    plan = Plan.objects.filter(key=key).first()
    if plan is None:
        raise NotFound(what="Plan")
    return plan


def plan_locked(key: str) -> Plan:
    """`plan_known`, its row locked until the transaction ends."""
    plan = Plan.objects.select_for_update(no_key=True).filter(key=key).first()
    if plan is None:
        raise NotFound(what="Plan")
    return plan


def _beginning(plan: Plan, at: datetime) -> Mapping[str, Any]:
    """How a subscription stands at its beginning: nobody pays for what is free, so it never ends;
    else it is tried for as many days as the plan says, perhaps none.
    """
    if plan.price == 0:
        return {"state": Subscription.State.ACTIVE}
    ends = at + timedelta(days=plan.trial_days)
    return {"state": Subscription.State.TRIALING, "trial_ends_at": ends}
