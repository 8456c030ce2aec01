"""Writes of an operator's own subscription on its host, and of the inbox on the platform's."""

from typing import cast

import strawberry
from strawberry.relay import GlobalID

from billing import inbox, subscriptions
from billing.provider import BillingNotSetUp, BillingUnavailable, PaymentRefused
from billing.usage import PlanTooSmall
from kernel import clock
from kernel.tenancy import current_tenant
from schema.billing.types.subscriptions import Billing, ProviderEvent
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from tenants.access.rights import Right

PROVIDER = [BillingNotSetUp, BillingUnavailable]
"""What any of them may run into that asks the provider."""


@strawberry.input(description="What to subscribe to.")
class BillingCheckoutInput:
    """A plan, and the way back."""

    plan: str = strawberry.field(description="Its key.")
    return_url: str = strawberry.field(
        description="On one of the operator's own hosts. `billing=done` is added, or "
        "`billing=back` for who did not subscribe."
    )


@strawberry.input(description="Into the billing portal.")
class BillingPortalInput:
    """The way back."""

    return_url: str = strawberry.field(description="On one of the operator's own hosts.")


@strawberry.input(description="Another plan.")
class BillingPlanChangeInput:
    """Which."""

    plan: str = strawberry.field(description="Its key.")


@strawberry.input(description="An event to handle again.")
class BillingReplayInput:
    """Which."""

    event_id: GlobalID = strawberry.field(description="A ProviderEvent's id.")


@strawberry.type(description="A page of the payment provider's is open.")
class BillingCheckoutSuccess:
    """Send the browser there."""

    url: str = strawberry.field(description="Where to subscribe; good for a day.")


@strawberry.type(description="The billing portal is open.")
class BillingPortalSuccess:
    """Send the browser there."""

    url: str = strawberry.field(description="The portal; good for a few minutes.")


@strawberry.type(description="The plan has changed.")
class BillingPlanChangeSuccess:
    """The subscription."""

    billing: Billing = strawberry.field(description="As it is now.")


@strawberry.type(description="The subscription ends with its period.")
class BillingCancelSuccess:
    """The subscription."""

    billing: Billing = strawberry.field(description="As it is now.")


@strawberry.type(description="It will be handled again.")
class BillingReplaySuccess:
    """The event."""

    event: ProviderEvent = strawberry.field(description="As it is now.")


@strawberry.type
class SubscriptionMutations:
    """Root mutations of subscriptions and the provider's events."""

    @mutation(
        right=Right.BILLING_MANAGE,
        refusals=[
            *PROVIDER,
            subscriptions.AlreadySubscribed,
            subscriptions.PlanNotForSale,
            PlanTooSmall,
        ],
        while_read_only=True,
    )
    def billing_checkout(self, info: Info, input: BillingCheckoutInput) -> BillingCheckoutSuccess:
        """Open the page on which the operator subscribes. A trial goes on to its end first."""
        url = subscriptions.checkout_begin(
            tenant=current_tenant(),
            plan=input.plan,
            return_url=input.return_url,
            at=clock.now(),
        )
        return BillingCheckoutSuccess(url=url)

    @mutation(
        right=Right.BILLING_MANAGE,
        refusals=[*PROVIDER, subscriptions.NotSubscribed],
        while_read_only=True,
    )
    def billing_portal(self, info: Info, input: BillingPortalInput) -> BillingPortalSuccess:
        """Open the page with the operator's cards, bills and tax ids."""
        url = subscriptions.portal_begin(tenant=current_tenant(), return_url=input.return_url)
        return BillingPortalSuccess(url=url)

    @mutation(
        right=Right.BILLING_MANAGE,
        refusals=[
            *PROVIDER,
            subscriptions.NotSubscribed,
            subscriptions.PaymentOverdue,
            subscriptions.PlanNotForSale,
            PlanTooSmall,
            PaymentRefused,
        ],
        while_read_only=True,
    )
    def billing_plan_change(
        self, info: Info, input: BillingPlanChangeInput
    ) -> BillingPlanChangeSuccess:
        """Change the plan at once. A dearer one is charged for the rest of the period now, a
        cheaper one leaves a credit.
        """
        standing = subscriptions.plan_change(
            tenant=current_tenant(), plan=input.plan, at=clock.now()
        )
        return BillingPlanChangeSuccess(billing=Billing.of(standing))

    @mutation(
        right=Right.BILLING_MANAGE,
        refusals=[*PROVIDER, subscriptions.NotSubscribed],
        while_read_only=True,
    )
    def billing_cancel(self, info: Info) -> BillingCancelSuccess:
        """End the subscription when what is paid for ends; the portal takes that back."""
        standing = subscriptions.subscription_cancel(tenant=current_tenant(), at=clock.now())
        return BillingCancelSuccess(billing=Billing.of(standing))

    @mutation(right=Audience.OWNER)
    def billing_replay(self, info: Info, input: BillingReplayInput) -> BillingReplaySuccess:
        """Handle an event of the payment provider's again, as if it had just come."""
        event = inbox.event_replay(
            owner=owner_of(info.context),
            event_id=row_id(input.event_id, "ProviderEvent"),
            at=clock.now(),
        )
        return BillingReplaySuccess(event=cast(ProviderEvent, event))
