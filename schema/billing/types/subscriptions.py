"""GraphQL types of subscriptions, bills and the provider's events."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from billing import models
from billing.provider import TaxId
from billing.subscriptions import Standing
from schema.billing.types.plans import Plan
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import Money, money_of
from schema.registry.types import Tenant

described_enum(
    models.ProviderEvent.State,
    "What became of an event of the payment provider's.",
    name="ProviderEventState",
    RECEIVED="Written down, to be handled.",
    HANDLED="What it was about was looked up and written down.",
    SUPERSEDED="A newer event of the same object had been handled.",
    IGNORED="No tenant's business; `error` says why.",
    FAILED="Could not be handled, after many attempts; `error` says why.",
)


@strawberry.type(description="The operator's subscription with the platform.")
class Billing:
    """As it was last heard of from the payment provider."""

    plan: Plan = strawberry.field(description="The present plan.")
    state: models.Subscription.State = strawberry.field(description="How it stands.")
    trial_ends_at: datetime | None = strawberry.field(description="When the trial ends, or ended.")
    period_ends_at: datetime | None = strawberry.field(
        description="Until when it is paid for; null before the first payment."
    )
    cancels_at_period_end: bool = strawberry.field(
        description="Whether it ends then, and does not renew."
    )
    can_pay: bool = strawberry.field(
        description="Whether this platform takes payments; else its owner assigns plans."
    )

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """What the services answer, as the API shows it."""
        return cls(
            plan=standing.plan,  # type: ignore[arg-type]
            state=standing.state,
            trial_ends_at=standing.trial_ends_at,
            period_ends_at=standing.period_ends_at,
            cancels_at_period_end=standing.cancels_at_period_end,
            can_pay=standing.can_pay,
        )


@strawberry.type(description="A number of the operator's with its tax office.")
class BillingTaxId:
    """Given at checkout or in the portal; it stands on the bills."""

    kind: str = strawberry.field(description="Such as eu_vat, gb_vat, cn_tin.")
    value: str = strawberry.field(description="The number.")
    state: str = strawberry.field(description="pending, verified, unverified or unavailable.")

    @classmethod
    def of(cls, tax_id: TaxId) -> Self:
        """The same, as the API shows it."""
        return cls(kind=tax_id.kind, value=tax_id.value, state=tax_id.state)


@strawberry_django.type(
    models.OperatorInvoice, name="BillingInvoice", description="What the operator was billed for."
)
class BillingInvoice:
    """One bill."""

    number: str = strawberry_django.field(description="As it stands on the bill.")
    state: str = strawberry_django.field(description="open, paid, uncollectible or void.")
    url: str = strawberry_django.field(
        description="Where it can be read, and paid while it is open; may be empty."
    )
    issued_at: datetime = strawberry_django.field(description="When.")

    @strawberry_django.field(only=["total", "currency"], description="With tax.")
    def total(root: models.OperatorInvoice) -> Money:
        return money_of(root.total, root.currency)

    @strawberry_django.field(only=["tax", "currency"], description="The tax in it.")
    def tax(root: models.OperatorInvoice) -> Money:
        return money_of(root.tax, root.currency)


@strawberry_django.type(
    models.ProviderEvent,
    name="ProviderEvent",
    description="What the payment provider told us, once.",
)
class ProviderEvent(relay.Node):
    """Visible to owners, on the platform's host. Holds ids alone."""

    id: relay.NodeID[UUID]
    event_id: str = strawberry_django.field(description="The provider's own id of it.")
    kind: str = strawberry_django.field(description="What happened, such as invoice.paid.")
    object_id: str = strawberry_django.field(description="To which of the provider's objects.")
    tenant: Tenant | None = strawberry_django.field(description="Whose; null until it is known.")
    state: models.ProviderEvent.State = strawberry_django.field(description="What became of it.")
    happened_at: datetime = strawberry_django.field(description="When, by the provider's clock.")
    received_at: datetime = strawberry_django.field(description="When it came here.")
    handled_at: datetime | None = strawberry_django.field(description="When it was done with.")
    attempts: int = strawberry_django.field(description="How often it could not be handled.")
    error: str = strawberry_django.field(description="Why not, or why it is ignored.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.ProviderEvent], info: Info, **_: Any
    ) -> QuerySet[models.ProviderEvent]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset
