"""What the provider has now, written into our rows. Platform scope, in the caller's transaction.

The provider's present state is the truth, so that it does not matter how often, or after what, it
is mirrored. What an owner gives by hand stands until the operator changes the plan at the provider.
"""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from billing.models import OperatorInvoice, Plan, Subscription
from billing.provider import ProviderInvoice, ProviderSubscription
from billing.standing import LAPSED, standing_follow
from billing.terms import plan_put
from registry.audit import owner_action
from registry.models import Tenant
from registry.resolver import resolver

DRAFT = "draft"

log = structlog.get_logger(__name__)


def subscription_mirror(found: ProviderSubscription, *, at: datetime) -> None:
    """Write down how `found` is now; the tenant's plan and standing follow.

    A tenant has one subscription: a second one is let be while the first is not over.
    """
    # The plan's lock comes first, as everywhere: see terms.py.
    plan = Plan.objects.select_for_update(no_key=True).filter(key=found.plan).first()
    row = Subscription.objects.select_for_update().filter(customer=found.customer).first()
    if row is None or found.state is None or not _is_the_one(row, found):
        return
    bought_now = (row.provider_subscription, row.price) != (found.id, found.price)
    _write(
        row,
        at=at,
        provider_subscription=found.id,
        price=found.price,
        state=found.state,
        trial_ends_at=found.trial_ends_at,
        period_ends_at=found.period_ends_at,
        cancels_at_period_end=found.cancels_at_period_end,
        lapsed_at=(row.lapsed_at or at) if found.state in LAPSED else None,
    )
    if bought_now:
        _plan_follow(row, plan, at=at)
    standing_follow(row, at=at)


def invoice_mirror(found: ProviderInvoice, *, at: datetime) -> None:
    """Write down how an invoice is now, once it is more than a draft."""
    if found.state == DRAFT:
        return
    row = Subscription.objects.filter(customer=found.customer).first()
    if row is None:
        return
    OperatorInvoice.objects.update_or_create(
        provider_id=found.id,
        defaults={
            "tenant_id": row.tenant_id,
            "number": found.number,
            "state": found.state,
            "total": found.total,
            "tax": found.tax,
            "currency": found.currency,
            "url": found.url,
            "issued_at": found.issued_at,
        },
    )


def customer_forget(customer: str, *, at: datetime) -> None:
    """The provider has no such customer any more, hence no subscription of its: both are over.

    The next checkout makes another customer.
    """
    row = Subscription.objects.select_for_update().filter(customer=customer).first()
    if row is None:
        return
    if row.provider_subscription:
        over = {"state": Subscription.State.CANCELED, "lapsed_at": row.lapsed_at or at}
        _write(row, at=at, customer="", **over)
        standing_follow(row, at=at)
    else:
        _write(row, at=at, customer="")


def _write(row: Subscription, *, at: datetime, **facts: Any) -> None:
    """Save `facts`, if any is new."""
    if any(getattr(row, name) != fact for name, fact in facts.items()):
        for name, fact in facts.items():
            setattr(row, name, fact)
        row.changed_at = at
        row.save()


def _is_the_one(row: Subscription, found: ProviderSubscription) -> bool:
    if row.provider_subscription in ("", found.id):
        return True
    if row.state == Subscription.State.CANCELED and found.in_force:
        return True
    if found.in_force:
        log.error("a second subscription", tenant=str(row.tenant_id), subscription=found.id)
    return False


def _plan_follow(row: Subscription, plan: Plan | None, *, at: datetime) -> None:
    """Give the tenant the plan that was bought."""
    if plan is None:
        log.error("a price that is of no plan", tenant=str(row.tenant_id), price=row.price)
        return
    before = row.plan.key
    tenant = Tenant.objects.get(id=row.tenant_id)
    plan_put(tenant, plan.key, at=at)
    if plan.key != before:
        data = {"before": before, "after": plan.key}
        owner_action(owner=None, action="tenantPlanChange", tenant=tenant, data=data, at=at)
    transaction.on_commit(resolver.clear)
