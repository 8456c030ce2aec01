"""Reads of an operator's own subscription on its host, and of the inbox on the platform's."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from billing import models, subscriptions
from billing.inbox import events_known
from kernel.tenancy import current_tenant
from schema.billing.types.plans import Plan
from schema.billing.types.subscriptions import Billing, BillingInvoice, BillingTaxId, ProviderEvent
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.rights import Audience
from tenants.access.rights import Right


@strawberry.type
class SubscriptionQueries:
    """Root query fields of subscriptions, bills and the provider's events."""

    @query(right=Right.BILLING_MANAGE)
    def billing(self, info: Info) -> Billing | None:
        """The operator's subscription; null for one without a plan."""
        standing = subscriptions.standing_of(current_tenant())
        return Billing.of(standing) if standing else None

    @query(right=Right.BILLING_MANAGE)
    def billing_plans(self, info: Info) -> list[Plan]:
        """The plans that the operator can subscribe to."""
        return cast(list[Plan], subscriptions.plans_for_sale())

    @query(right=Right.BILLING_MANAGE)
    def billing_invoices(self, info: Info) -> list[BillingInvoice]:
        """The operator's bills, newest first: those of five years."""
        found = subscriptions.invoices_of(current_tenant())
        return cast(list[BillingInvoice], found)

    @query(right=Right.BILLING_MANAGE)
    def billing_tax_ids(self, info: Info) -> list[BillingTaxId]:
        """The tax ids that the operator has given; asks the payment provider."""
        found = subscriptions.tax_ids_of(current_tenant())
        return [BillingTaxId.of(each) for each in found]

    @connection(DjangoListConnection[ProviderEvent], right=Audience.OWNER)
    def provider_events(
        self,
        info: Info,
        state: Annotated[
            models.ProviderEvent.State | None, strawberry.argument(description="Only such.")
        ] = None,
    ) -> QuerySet[models.ProviderEvent]:
        """What the payment provider told us, newest first."""
        return events_known(state=state)
