"""The reads, composed."""

import strawberry

from schema.billing.queries.plans import PlanQueries
from schema.billing.queries.subscriptions import SubscriptionQueries


@strawberry.type
class BillingQueries(PlanQueries, SubscriptionQueries):
    """Root query fields of plans, usage, subscriptions and the provider's events."""
