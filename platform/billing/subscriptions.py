"""An operator's own subscription: begun and changed at the provider, then mirrored here.

Each verb takes the tenant, whatever scope is bound, and enters the platform's by itself, so none
must be called inside a transaction. Two at once for one tenant come one after the other, and after
whatever the inbox is doing for it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from billing import gateway
from billing.mirror import customer_forget, subscription_mirror
from billing.models import OperatorInvoice, Plan, Subscription
from billing.provider import (
    BillingNotSetUp,
    ObjectGone,
    ProviderSubscription,
    TaxId,
)
from billing.return_urls import return_url_checked
from billing.terms import plan_fit
from kernel.locks import session_lock
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.tenancy import TenantRef, platform_scope
from registry.models import Tenant

TRIAL_AHEAD: Final = timedelta(hours=49)
"""The least that must be left of a trial for a checkout to keep it: the provider's two days, and
an hour for whoever fills in the page.
"""

MAX_INVOICES: Final = 60


class AlreadySubscribed(Refusal):
    """There is a subscription in force: change its plan instead."""


class NotSubscribed(Refusal):
    """There is no subscription in force that this could be done to."""


class PaymentOverdue(Refusal):
    """A bill is open. Pay it first, in the billing portal."""


class PlanNotForSale(Refusal):
    """This plan cannot be bought: it is not on offer, or has no price at the provider yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A tenant's subscription as it was last mirrored. `can_pay`: whether payments are set up."""

    plan: Plan
    state: Subscription.State
    trial_ends_at: datetime | None
    period_ends_at: datetime | None
    cancels_at_period_end: bool
    can_pay: bool


def standing_of(tenant: TenantRef) -> Standing | None:
    """The tenant's plan and how it pays for it; None for a tenant without a plan."""
    with platform_scope():
        row = Subscription.objects.filter(tenant_id=tenant.id).select_related("plan").first()
    if row is None:
        return None
    return Standing(
        plan=row.plan,
        state=Subscription.State(row.state),
        trial_ends_at=row.trial_ends_at,
        period_ends_at=row.period_ends_at,
        cancels_at_period_end=row.cancels_at_period_end,
        can_pay=gateway.is_set_up(),
    )


def plans_for_sale() -> list[Plan]:
    """The plans that can be bought, in their order; none where no payments are set up."""
    if not gateway.is_set_up():
        return []
    with platform_scope():
        return list(Plan.objects.filter(offered=True).exclude(provider_price=""))


def invoices_of(tenant: TenantRef) -> list[OperatorInvoice]:
    """The tenant's bills, newest first, at most `MAX_INVOICES`."""
    with platform_scope():
        return list(OperatorInvoice.objects.filter(tenant_id=tenant.id)[:MAX_INVOICES])


def tax_ids_of(tenant: TenantRef) -> list[TaxId]:
    """The tax ids that the operator gave at checkout or in the portal, as the provider has them.

    Raises `BillingUnavailable`.
    """
    with platform_scope():
        row = Subscription.objects.filter(tenant_id=tenant.id).exclude(customer="").first()
        if row is None or not gateway.is_set_up():
            return []
        return gateway.tax_ids_of(row.customer)


def checkout_begin(*, tenant: TenantRef, plan: str, return_url: str, at: datetime) -> str:
    """A page on which the operator subscribes to the plan of that key; its address.

    A trial goes on to its end, if it has two days left, and is charged then. Of several pages only
    the last works. From the page people come back to `return_url` with `billing=done`, or
    `billing=back` for who did not.

    Raises `BillingNotSetUp`, `BillingUnavailable`, `AlreadySubscribed`, `PlanNotForSale`,
    `PlanTooSmall`, `NotFound` and `InvalidInput`.
    """
    with _billing_of(tenant) as row:
        done_url = return_url_checked(return_url, tenant=tenant, billing="done")
        back_url = return_url_checked(return_url, tenant=tenant, billing="back")
        chosen = _for_sale(plan)
        plan_fit(row.tenant, chosen, at=at)

        def page() -> str:
            return gateway.checkout_open(
                tenant_id=tenant.id,
                customer=_customer(row, at=at),
                price=chosen.provider_price,
                trial_ends_at=_trial_left(row, at=at),
                done_url=done_url,
                back_url=back_url,
            )

        try:
            return page()
        except ObjectGone as gone:
            if str(gone) != "customer":
                raise
            with transaction.atomic():
                customer_forget(row.customer, at=at)
            row.refresh_from_db()
            return page()


def portal_begin(*, tenant: TenantRef, return_url: str) -> str:
    """A page on which the operator sees to cards, bills and tax ids; its address.

    Raises `BillingNotSetUp`, `BillingUnavailable`, `NotSubscribed` for who never paid, `NotFound`
    and `InvalidInput`.
    """
    with _billing_of(tenant) as row:
        back = return_url_checked(return_url, tenant=tenant)
        if not row.customer:
            raise NotSubscribed
        return gateway.portal_open(customer=row.customer, return_url=back)


def plan_change(*, tenant: TenantRef, plan: str, at: datetime) -> Standing:
    """Move the subscription to another plan, at once: dearer, the rest of the period is charged
    now; cheaper, it is credited to the next bills.

    Raises `BillingNotSetUp`, `BillingUnavailable`, `NotSubscribed`, `PaymentOverdue`,
    `PlanNotForSale`, `PlanTooSmall`, `PaymentRefused`, `NotFound` and `InvalidInput`.
    """
    with _billing_of(tenant) as row:
        chosen = _for_sale(plan)
        found = _in_force(row)
        if found.state not in (Subscription.State.ACTIVE, Subscription.State.TRIALING):
            raise PaymentOverdue
        if chosen.currency != found.currency:
            raise InvalidInput(field="plan", reason="in another currency than the present one")
        plan_fit(row.tenant, chosen, at=at)
        if found.price != chosen.provider_price:
            found = gateway.subscription_move(found, price=chosen.provider_price)
        _mirror(found, at=at)
    return _standing(tenant)


def subscription_cancel(*, tenant: TenantRef, at: datetime) -> Standing:
    """End the subscription when its present period does; the portal takes that back.

    Raises `BillingNotSetUp`, `BillingUnavailable`, `NotSubscribed` and `NotFound`.
    """
    with _billing_of(tenant) as row:
        _mirror(gateway.subscription_cancel(_in_force(row).id), at=at)
    return _standing(tenant)


@contextmanager
def _billing_of(tenant: TenantRef) -> Iterator[Subscription]:
    """The tenant's row, under the lock of its billing. Raises `BillingNotSetUp`, `NotFound`."""
    if not gateway.is_set_up():
        raise BillingNotSetUp
    with platform_scope(), billing_lock(tenant.id):
        row = Subscription.objects.filter(tenant_id=tenant.id).first()
        if row is None:
            raise NotFound(what="Subscription")
        yield row


def billing_lock(tenant_id: object) -> AbstractContextManager[None]:
    """Let nobody else speak to the provider about the tenant; they wait. Platform scope."""
    return session_lock(f"billing {tenant_id}")


def _for_sale(key: str) -> Plan:
    plan = Plan.objects.filter(key=key, offered=True).exclude(provider_price="").first()
    if plan is None:
        raise PlanNotForSale
    return plan


def _customer(row: Subscription, *, at: datetime) -> str:
    """The tenant's customer at the provider, with no page open and no subscription in force.

    Raises `AlreadySubscribed`.
    """
    if row.customer:
        gateway.checkouts_close(row.customer)
        for found in gateway.subscriptions_in_force(row.customer):
            _mirror(found, at=at)
            raise AlreadySubscribed
        return row.customer
    # The same key until the row changes: who asks again after a lost answer gets the same one.
    key = f"customer-{row.tenant_id}-{row.changed_at.timestamp()}"
    tenant: Tenant = row.tenant
    row.customer = gateway.customer_create(tenant_id=tenant.id, name=tenant.name, key=key)
    row.save(update_fields=["customer"])
    return row.customer


def _trial_left(row: Subscription, *, at: datetime) -> datetime | None:
    """When the tenant's trial ends, if a checkout can keep it."""
    ends = row.trial_ends_at
    of_ours = row.state == Subscription.State.TRIALING and not row.provider_subscription
    return ends if of_ours and ends is not None and ends - at >= TRIAL_AHEAD else None


def _in_force(row: Subscription) -> ProviderSubscription:
    """The tenant's subscription as the provider has it now. Raises `NotSubscribed`."""
    if not row.provider_subscription:
        raise NotSubscribed
    try:
        found = gateway.subscription_of(row.provider_subscription)
    except ObjectGone:
        raise NotSubscribed from None
    if not found.in_force:
        raise NotSubscribed
    return found


def _mirror(found: ProviderSubscription, *, at: datetime) -> None:
    with transaction.atomic():
        subscription_mirror(found, at=at)


def _standing(tenant: TenantRef) -> Standing:
    standing = standing_of(tenant)
    assert standing is not None
    return standing
