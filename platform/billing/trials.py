"""The end of a trial: whoever has not subscribed by then is served read-only. Platform scope."""

from datetime import datetime
from typing import Final

import structlog

from billing.models import Subscription
from kernel.tenancy import TenantState
from kernel.transitions import IllegalMove
from registry.life_cycle import tenant_past_due

TRIAL_IS_OVER: Final = "The trial is over."

log = structlog.get_logger(__name__)


def trials_end(*, at: datetime) -> None:
    """Let every trial that has run out be past due, each in a transaction of its own.

    Of a subscription with the payment provider, the provider says when it ends.
    """
    over = Subscription.objects.filter(
        state=Subscription.State.TRIALING,
        provider_subscription="",
        trial_ends_at__lte=at,
        tenant__state=TenantState.TRIAL,
    )
    for tenant_id in over.order_by("trial_ends_at").values_list("tenant_id", flat=True):
        try:
            tenant_past_due(owner=None, tenant_id=tenant_id, reason=TRIAL_IS_OVER, at=at)
        except IllegalMove:
            log.info("a trial was ended by somebody else", tenant=str(tenant_id))
