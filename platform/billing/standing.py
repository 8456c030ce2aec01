"""What a subscription's state means for the tenant's standing. Platform scope.

| subscription | tenant |
|---|---|
| trialing | as it is; out of what billing had put it into, active |
| active | active |
| past due | past due: read-only |
| unpaid, canceled | past due, and suspended after `GRACE` |

Past due follows the money, whoever said so; a tenant that an owner suspended stays so.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog

from billing.models import Subscription
from kernel.tenancy import TenantState
from kernel.transitions import IllegalMove
from registry.life_cycle import (
    tenant_activate,
    tenant_locked,
    tenant_past_due,
    tenant_resume,
    tenant_suspend,
)
from registry.models import Tenant

GRACE: Final = timedelta(days=14)
"""How long a tenant is read-only, once its subscription is unpaid or over, before it is refused."""

REASON: Final = "billing: "
"""What the reasons of billing's moves begin with."""

LAPSED: Final = frozenset({Subscription.State.UNPAID, Subscription.State.CANCELED})

log = structlog.get_logger(__name__)


def standing_follow(subscription: Subscription, *, at: datetime) -> None:
    """Move the tenant to where its subscription's state says, in the caller's transaction."""
    tenant = tenant_locked(subscription.tenant_id)
    reason = f"{REASON}the subscription is {Subscription.State(subscription.state).label.lower()}"
    if subscription.state in (Subscription.State.ACTIVE, Subscription.State.TRIALING):
        _serve(tenant, reason=reason, trial=subscription.state == "trialing", at=at)
    elif tenant.state in (TenantState.TRIAL, TenantState.ACTIVE):
        tenant_past_due(owner=None, tenant_id=tenant.id, reason=reason, at=at)


def lapsed_suspend(*, at: datetime) -> list[str]:
    """Suspend whoever has been unpaid or over for `GRACE`, each in a transaction of its own.

    Answers their slugs.
    """
    over = Subscription.objects.filter(
        state__in=LAPSED, lapsed_at__lte=at - GRACE, tenant__state=TenantState.PAST_DUE
    )
    suspended = []
    for tenant_id in over.order_by("lapsed_at").values_list("tenant_id", flat=True):
        reason = f"{REASON}not paid for {GRACE.days} days"
        try:
            tenant = tenant_suspend(owner=None, tenant_id=tenant_id, reason=reason, at=at)
        except IllegalMove:
            log.info("a tenant was moved by somebody else", tenant=str(tenant_id))
        else:
            suspended.append(tenant.slug)
    return suspended


def _serve(tenant: Tenant, *, reason: str, trial: bool, at: datetime) -> None:
    """Out of what billing had put it into; on to active, but for one that is on trial."""
    state = TenantState(tenant.state)
    if state == TenantState.SUSPENDED and _was_billing(tenant):
        state = TenantState(
            tenant_resume(owner=None, tenant_id=tenant.id, reason=reason, at=at).state
        )
    if state == TenantState.PAST_DUE or (state == TenantState.TRIAL and not trial):
        tenant_activate(owner=None, tenant_id=tenant.id, reason=reason, at=at)


def _was_billing(tenant: Tenant) -> bool:
    change = tenant.changes.filter(after=TenantState.SUSPENDED).latest("id")
    return change.account_id is None and bool(change.reason.startswith(REASON))
