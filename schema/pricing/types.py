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
from schema.lowering.declare import by_sql, money
from tenants.access.rights import Right
from tenants.pricing import models
from tenants.pricing.pipeline import rule_parse

PriceStep = models.Step
described_enum(
    PriceStep,
    "A step of a price, in the order in which they apply.",
    name="PriceStep",
    BASE="What any order costs.",
    DISTANCE="For the way: each started kilometre beyond the free ones, or by bands.",
    WEIGHT="For what it weighs: each started kilogram beyond the free ones, or by bands.",
    SIZE="For the option chosen for the question size.",
    DURATION="For the time it takes, to the minute.",
    OPTION="For an answer in the service's form; each rule that applies adds a line.",
    FLOORS="For each floor without a lift: the questions floors and lift.",
    ZONE="For where it begins or ends; each rule that applies adds a line.",
    URGENT="For being urgent; each rule that applies adds a line.",
    NIGHT="For the hours of the night; each rule that applies adds a line.",
    PEAK="For busy hours and days; each rule that applies adds a line.",
    HOLIDAY="For holidays; each rule that applies adds a line.",
    DEMAND="For more orders than couriers; each rule that applies adds a line.",
    MINIMUM="What is missing to the least that all of this costs.",
    MAXIMUM="What is beyond the most that all of this costs, taken off.",
    MEMBER="What members have off the price so far.",
    WAVE="What is off the price so far because several orders go together.",
    INSURED="For a declared value.",
    GOODS="Goods bought for the customer, at cost.",
    PROMOTION="What a promotion takes off; promotions have their own rules.",
    TIP="What the customer gives the courier on top.",
    TAX="Tax on all but goods and tips, added or only stated.",
    COMMISSION="The operator's part of all but goods, tips and tax; no line of the customer's.",
)

PriceRounding = models.Rounding
described_enum(
    PriceRounding,
    "Which way a computed amount goes that lies between two multiples.",
    name="PriceRounding",
    HALF_UP="To the nearest, halves up.",
    UP="To the one above.",
    DOWN="To the one below.",
)


VERBATIM = frozenset({"amounts"})
"""Objects whose keys are the operator's own."""


def camel_keys(figures: Any) -> JSON:
    """A stored object of figures as the API names them."""
    return JSON(_camel(figures))


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            to_camel_case(name): inner if name in VERBATIM else _camel(inner)
            for name, inner in value.items()
        }
    return [_camel(each) for each in value] if isinstance(value, list) else value


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
    priority: int = strawberry_django.field(description="Of two that apply the higher goes first.")
    round_to: int = strawberry_django.field(
        description="What it computes is a multiple of so many minor units."
    )
    rounding: PriceRounding = strawberry_django.field(description="Which way to that multiple.")
    valid_from: datetime | None = strawberry_django.field(
        description="For quotes made from then on; null for always."
    )
    valid_until: datetime | None = strawberry_django.field(
        description="For quotes made before then; null for ever."
    )
    active: bool = strawberry_django.field(description="Whether the next tariff has it.")
    label: str = text_field("label", "What customers read on its line.")
    labels: list[Text] = all_texts_field("label", "The label in every language.")
    updated_at: datetime = strawberry_django.field(description="When it was last changed.")

    @strawberry_django.field(
        only=["params"],
        description="By the names of priceRuleSave; amounts are minor units, rates basis points.",
    )
    def params(root: models.Rule) -> JSON:
        return camel_keys(root.params)

    @strawberry_django.field(
        only=["when"], description="By the names of priceRuleSave; empty: it always applies."
    )
    def when(root: models.Rule) -> JSON:
        return camel_keys(root.when)

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
    when: JSON = strawberry.field(description="As in PriceRule.")
    priority: int = strawberry.field(description="As in PriceRule.")
    round_to: int = strawberry.field(description="As in PriceRule.")
    rounding: PriceRounding = strawberry.field(description="As in PriceRule.")
    valid_from: datetime | None = strawberry.field(description="As in PriceRule.")
    valid_until: datetime | None = strawberry.field(description="As in PriceRule.")


def _tariff_rule(published: dict[str, Any]) -> TariffRule:
    rule = rule_parse(published)
    return TariffRule(
        step=rule.step,
        service_id=relay.GlobalID("Service", rule.service_id) if rule.service_id else None,
        labels=[Text(language=tag, text=text) for tag, text in rule.label.items()],
        params=camel_keys(published["params"]),
        when=camel_keys(rule.when.serialise()),
        priority=rule.priority,
        round_to=rule.round_to,
        rounding=rule.rounding,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
    )


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
        return [_tariff_rule(rule) for rule in root.rules]

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

    @strawberry_django.field(
        only=["amount"],
        metadata=by_sql(money("amount", "quote__currency")),
        description="What it comes to.",
    )
    def amount(root: models.QuoteLine) -> Money:
        return money_of(root.amount, root.quote.currency)

    @strawberry_django.field(
        only=["inputs"],
        description=(
            "The figures it came from: metres, grams, minutes, minor units, basis points; the rule,"
            " and where its rounding made a difference, what it rounded."
        ),
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
    wanted_at: datetime | None = strawberry_django.field(
        description="When it is to be done; null for as soon as possible."
    )
    created_at: datetime = strawberry_django.field(description="When it was made.")
    expires_at: datetime = strawberry_django.field(description="Until when it can be ordered.")

    @strawberry_django.field(
        only=["inputs"], description="The Courier whom the customer chose; null: any."
    )
    def courier_id(root: models.Quote) -> relay.GlobalID | None:
        courier = root.inputs.get("courier")
        return relay.GlobalID("Courier", courier) if courier else None

    @strawberry_django.field(
        only=["total", "currency"],
        metadata=by_sql(money("total")),
        description="What the customer pays.",
    )
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
