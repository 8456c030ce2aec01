"""GraphQL types of prices and quotes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Q, QuerySet
from strawberry import relay
from strawberry.scalars import JSON
from strawberry.utils.str_converters import to_camel_case

from schema.catalog.types import Service, ServiceVersion
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import Money, money_of
from schema.core.texts import Text, all_texts_field, text_field
from tenants.access.rights import Right
from tenants.pricing import models

PriceStep = models.Step
described_enum(
    PriceStep,
    "A step of a price, in the order in which they apply.",
    name="PriceStep",
    BASE="What any order costs.",
    DISTANCE="For each started kilometre beyond the free ones.",
    WEIGHT="For each started kilogram beyond the free ones.",
    DURATION="For the time it takes, to the minute.",
    URGENT="For being urgent: an amount, or a share of the steps before.",
    INSURED="For a declared value.",
    GOODS="Goods bought for the customer, at cost.",
    COMMISSION="The operator's part of all but the goods; no line of the customer's.",
)


def camel_keys(figures: dict[str, Any]) -> JSON:
    """A stored object of figures as the API names them."""
    return JSON({to_camel_case(name): value for name, value in figures.items()})


def _scoped[Q: QuerySet[Any]](queryset: Q, info: Info, right: Right) -> Q:
    actor = info.context.actor
    return queryset if actor is not None and right in actor.rights else queryset.none()


@strawberry_django.type(
    models.Rule, name="PriceRule", description="A rule of the prices being edited."
)
class PriceRule(relay.Node):
    """Seen by whoever manages prices."""

    id: relay.NodeID[UUID]
    step: PriceStep = strawberry_django.field(description="Which step it sets.")
    service: Service | None = strawberry_django.field(
        description="Null: for every service without a rule of its own for this step."
    )
    label: str = text_field("label", "What customers read on its line.")
    labels: list[Text] = all_texts_field("label", "The label in every language.")
    updated_at: datetime = strawberry_django.field(description="When it was last changed.")

    @strawberry_django.field(
        only=["params"],
        description="By the names of priceRuleSave; amounts are minor units, rates basis points.",
    )
    def params(root: models.Rule) -> JSON:
        return camel_keys(root.params)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Rule], info: Info, **_: Any
    ) -> QuerySet[models.Rule]:
        """All, for whoever manages prices."""
        return _scoped(queryset, info, Right.PRICES_MANAGE)


@strawberry.type(description="A rule as it was published.")
class TariffRule:
    """A rule of a tariff."""

    step: PriceStep = strawberry.field(description="Which step it sets.")
    service_id: relay.GlobalID | None = strawberry.field(
        description="A Service's id; null for every service without a rule of its own."
    )
    labels: list[Text] = strawberry.field(description="What customers read, in every language.")
    params: JSON = strawberry.field(description="As in PriceRule.")


@strawberry_django.type(
    models.Tariff, name="Tariff", description="Every rule as it was published; never changed."
)
class Tariff(relay.Node):
    """Seen by whoever manages prices."""

    id: relay.NodeID[UUID]
    number: int = strawberry_django.field(description="Counts the tariffs from 1.")
    currency: str = strawberry_django.field(description="ISO 4217.")
    published_at: datetime = strawberry_django.field(description="Since when it was in force.")

    @strawberry_django.field(only=["rules"], description="Its rules, by step.")
    def rules(root: models.Tariff) -> list[TariffRule]:
        return [
            TariffRule(
                step=PriceStep(rule["step"]),
                service_id=(
                    relay.GlobalID("Service", rule["service_id"]) if rule["service_id"] else None
                ),
                labels=[Text(language=tag, text=text) for tag, text in rule["label"].items()],
                params=camel_keys(rule["params"]),
            )
            for rule in root.rules
        ]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Tariff], info: Info, **_: Any
    ) -> QuerySet[models.Tariff]:
        """All, for whoever manages prices."""
        return _scoped(queryset, info, Right.PRICES_MANAGE)


@strawberry_django.type(
    models.QuoteLine, name="QuoteLine", description="One line of a quote; they add up to its total."
)
class QuoteLine:
    """Seen with its quote."""

    code: PriceStep = strawberry_django.field(description="Which step it comes from.")
    text: str = text_field("label", "What it is for, in words.")

    @strawberry_django.field(only=["amount"], description="What it comes to.")
    def amount(root: models.QuoteLine) -> Money:
        return money_of(root.amount, root.quote.currency)

    @strawberry_django.field(
        only=["inputs"],
        description="The figures it came from: metres, grams, minutes, minor units, basis points.",
    )
    def inputs(root: models.QuoteLine) -> JSON:
        return camel_keys(root.inputs)


@strawberry_django.type(
    models.Quote, name="Quote", description="A price with its lines, promised until it expires."
)
class Quote(relay.Node):
    """Seen by its customer, by staff who see orders, and by the courier of its order."""

    id: relay.NodeID[UUID]
    version: ServiceVersion = strawberry_django.field(description="What it is a price of.")
    lines: list[QuoteLine] = strawberry_django.field(
        only=["currency"], description="What the total is made of, in order."
    )
    distance_meters: int | None = strawberry_django.field(
        description="The way through the stops; null where there is only one."
    )
    distance_method: str | None = strawberry_django.field(
        description="How the way was measured, like great_circle_x1.3."
    )
    created_at: datetime = strawberry_django.field(description="When it was made.")
    expires_at: datetime = strawberry_django.field(description="Until when it can be ordered.")

    @strawberry_django.field(only=["total", "currency"], description="What the customer pays.")
    def total(root: models.Quote) -> Money:
        return money_of(root.total, root.currency)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Quote], info: Info, **_: Any
    ) -> QuerySet[models.Quote]:
        """The caller's own, and those of orders that they carry out; all, for staff."""
        actor = info.context.actor
        if actor is None:
            return queryset.none()
        if Right.ORDERS_READ in actor.rights:
            return queryset
        seen = Q(customer_id=actor.person_id)
        if Right.FULFIL_AS_COURIER in actor.rights:
            seen |= Q(order__courier__person_id=actor.person_id)
        return queryset.filter(seen)
