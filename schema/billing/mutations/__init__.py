"""The writes, composed."""

import strawberry

from schema.billing.mutations.plans import PlanMutations
from schema.billing.mutations.subscriptions import SubscriptionMutations


@strawberry.type
class BillingMutations(PlanMutations, SubscriptionMutations):
    """Root mutations of plans, subscriptions and the provider's events."""
