"""What nobody is told of: grace that has run out, subscriptions of tenants that are no more."""

from datetime import datetime

import structlog
from django.db import transaction

from billing import gateway
from billing.mirror import customer_forget, subscription_mirror
from billing.models import Subscription
from billing.provider import ObjectGone
from billing.subscriptions import billing_lock
from kernel.tenancy import TenantState

log = structlog.get_logger(__name__)


def departed_end(*, at: datetime) -> int:
    """End at the provider what a tenant pays for that the owner has archived; of one that is
    erased, have the provider erase what it knows. How many there were. Platform scope.

    Raises `BillingUnavailable`; what is left is done the next time.
    """
    if not gateway.is_set_up():
        return 0
    archived = (
        Subscription.objects.filter(tenant__state=TenantState.ARCHIVED)
        .exclude(provider_subscription="")
        .exclude(state=Subscription.State.CANCELED)
    )
    erased = Subscription.objects.filter(tenant__state=TenantState.ERASED).exclude(customer="")
    for row in archived:
        with billing_lock(row.tenant_id):
            _end(row, at=at)
    for row in erased:
        with billing_lock(row.tenant_id):
            _erase(row, at=at)
    return len(archived) + len(erased)


def _end(row: Subscription, *, at: datetime) -> None:
    try:
        found = gateway.subscription_end(row.provider_subscription)
    except ObjectGone:
        found = gateway.subscription_of(row.provider_subscription)
    with transaction.atomic():
        subscription_mirror(found, at=at)
    log.info("the subscription of an archived tenant was ended", tenant=str(row.tenant_id))


def _erase(row: Subscription, *, at: datetime) -> None:
    try:
        gateway.customer_delete(row.customer)
    except ObjectGone:
        log.info("the customer of an erased tenant was gone", tenant=str(row.tenant_id))
    with transaction.atomic():
        customer_forget(row.customer, at=at)
