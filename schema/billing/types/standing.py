"""How a tenant's subscription stands, as owners see it."""

from datetime import datetime

import strawberry_django

from billing import models
from schema.core.enums import described_enum

described_enum(
    models.Subscription.State,
    "How an operator's subscription stands.",
    name="BillingState",
    TRIALING="On trial; nothing is owed.",
    ACTIVE="In force.",
    PAST_DUE="A bill is open, and its payment is tried again; the operator is read-only.",
    UNPAID="A bill stayed open; the operator is suspended after a time of grace.",
    CANCELED="Over; the operator is suspended after a time of grace.",
)


@strawberry_django.type(
    models.Subscription,
    name="TenantSubscription",
    description="How a tenant's subscription stands, as it was last heard of.",
)
class TenantSubscription:
    """Visible to owners. Nothing that the payment provider knows of people."""

    state: models.Subscription.State = strawberry_django.field(description="How it stands.")
    trial_ends_at: datetime | None = strawberry_django.field(
        description="When the trial ends, or ended."
    )
    period_ends_at: datetime | None = strawberry_django.field(
        description="Until when it is paid for; null before the first payment."
    )
    cancels_at_period_end: bool = strawberry_django.field(
        description="Whether it ends then, and does not renew."
    )
    lapsed_at: datetime | None = strawberry_django.field(
        description="Since when it is unpaid or over."
    )

    @strawberry_django.field(
        only=["provider_subscription"],
        description="Whether it is paid through the provider; else an owner gave the plan by hand.",
    )
    def paid_by_provider(root: models.Subscription) -> bool:
        return bool(root.provider_subscription)
