"""Writes of prices and quotes."""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.scalars import BigInt
from schema.places.types import PointInput, position_of
from schema.pricing.answers import AnswerInput, answers_of
from schema.pricing.rules import PriceRuleSaveInput, rule_draft
from schema.pricing.types import PriceRule, Quote, Tariff
from tenants.access.rights import Right
from tenants.brand.services import OrdersPaused
from tenants.places.services import OutsideZones, ServiceNotCovered
from tenants.pricing import services
from tenants.pricing.figures import ItemRequest
from tenants.pricing.stops import StopRequest
from tenants.promotions.selectors import CodeRefused


@strawberry.input(description="Which rule to forget.")
class PriceRuleRemoveInput:
    """A rule."""

    rule_id: GlobalID = strawberry.field(description="A PriceRule's id.")


@strawberry.input(one_of=True, description="Where a stop is: one of the three.")
class StopPositionInput:
    """An address, a place or a point."""

    address_id: GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="An Address of the caller's own."
    )
    place_id: GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="A Place that the operator knows."
    )
    point: PointInput | None = strawberry.field(
        default=strawberry.UNSET, description="A free position."
    )


@strawberry.input(description="A stop, as the service declares it.")
class StopInput:
    """Where, whom to ask for, and what to say there."""

    position: StopPositionInput = strawberry.field(description="Where it is.")
    contact_name: str = strawberry.field(
        default="", description="Whom to ask for; else the saved address's, or the customer."
    )
    phone: str = strawberry.field(
        default="", description="Their phone; else the saved address's, or the customer's."
    )
    detail: str = strawberry.field(
        default="", description="Floor, door, shelf; up to 300 characters."
    )
    parcel_code: str | None = strawberry.field(
        default=None, description="The code that hands the parcel out, at a pick-up."
    )


@strawberry.input(description="A thing to be fetched, bought or carried.")
class ItemInput:
    """What, how many, and at which price."""

    name: str = strawberry.field(description="Up to 120 characters.")
    quantity: int = strawberry.field(default=1, description="1 to 99.")
    unit_price: BigInt | None = strawberry.field(
        default=None, description="Minor units; for what we buy, and only there."
    )


@strawberry.input(description="What to price. Which fields a service asks for, it says itself.")
class QuoteCreateInput:
    """The figures of a price."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")
    stops: list[StopInput] = strawberry.field(description="One for each of the service's stops.")
    weight_grams: int | None = strawberry.field(default=None, description="1 to 50,000.")
    duration_minutes: int | None = strawberry.field(default=None, description="15 to 960.")
    urgent: bool = strawberry.field(default=False, description="Before others, at a surcharge.")
    insured_value: BigInt | None = strawberry.field(
        default=None, description="Minor units, up to 10,000,000."
    )
    items: list[ItemInput] = strawberry.field(default_factory=list, description="At most 20.")
    answers: list[AnswerInput] = strawberry.field(
        default_factory=list, description="To the questions of the service's form."
    )
    wanted_at: datetime | None = strawberry.field(
        default=None,
        description="When it is to be done, within 90 days; null for as soon as possible.",
    )
    tip: BigInt = strawberry.field(
        default=BigInt(0), description="Minor units for the courier, up to 10,000,000."
    )
    codes: list[str] = strawberry.field(
        default_factory=list, description="Of promotions; at most 5."
    )
    courier_id: GlobalID | None = strawberry.field(
        default=None,
        description="The Courier whom the customer chose: their own base price holds, if they have"
        " one in force for this service.",
    )


@strawberry.type(description="Saved; quotes heed it once a tariff is published.")
class PriceRuleSaveSuccess:
    """The rule, as it is now."""

    rule: PriceRule = strawberry.field(description="As it is now.")


@strawberry.type(description="Forgotten; published tariffs keep it.")
class PriceRuleRemoveSuccess:
    """The rule that was."""

    rule_id: GlobalID = strawberry.field(description="Its id, which means nothing any more.")


@strawberry.type(description="In force.")
class TariffPublishSuccess:
    """The new tariff."""

    tariff: Tariff = strawberry.field(description="What quotes are priced by from now on.")


@strawberry.type(description="Promised.")
class QuoteCreateSuccess:
    """The new quote."""

    quote: Quote = strawberry.field(description="Order from it before it expires.")


@strawberry.type
class PricingMutations:
    """Root mutations of prices and quotes."""

    @mutation(right=Right.PRICES_MANAGE)
    def price_rule_save(self, info: Info, input: PriceRuleSaveInput) -> PriceRuleSaveSuccess:
        """Set a new rule, or change one; quotes heed it once a tariff is published."""
        rule = services.price_rule_save(
            actor=actor_of(info.context),
            rule_id=row_id(input.rule_id, "PriceRule") if input.rule_id else None,
            draft=rule_draft(input),
            at=clock.now(),
        )
        return PriceRuleSaveSuccess(rule=cast(PriceRule, rule))

    @mutation(right=Right.PRICES_MANAGE)
    def price_rule_remove(self, info: Info, input: PriceRuleRemoveInput) -> PriceRuleRemoveSuccess:
        """Forget a rule; published tariffs keep it."""
        services.price_rule_remove(
            actor=actor_of(info.context), rule_id=row_id(input.rule_id, "PriceRule")
        )
        return PriceRuleRemoveSuccess(rule_id=input.rule_id)

    @mutation(
        right=Right.PRICES_MANAGE,
        refusals=[
            services.NoBasePrice,
            services.RulesShadow,
            services.RuleNeverApplies,
            services.PriceUnsound,
        ],
    )
    def tariff_publish(self, info: Info) -> TariffPublishSuccess:
        """Put all rules in force as they stand; quotes that were made keep their price."""
        tariff = services.tariff_publish(actor=actor_of(info.context), at=clock.now())
        return TariffPublishSuccess(tariff=cast(Tariff, tariff))

    @mutation(
        right=Right.ORDER_AS_CUSTOMER,
        refusals=[
            OrdersPaused,
            OutsideZones,
            ServiceNotCovered,
            services.NoTariff,
            services.PriceTooLarge,
            CodeRefused,
        ],
    )
    def quote_create(self, info: Info, input: QuoteCreateInput) -> QuoteCreateSuccess:
        """Price an order line by line, and promise the price for 15 minutes."""
        quote = services.quote_create(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            stops=[_stop(stop, f"stops.{number}") for number, stop in enumerate(input.stops)],
            weight_grams=input.weight_grams,
            duration_minutes=input.duration_minutes,
            urgent=input.urgent,
            insured_value=input.insured_value,
            items=[ItemRequest(item.name, item.quantity, item.unit_price) for item in input.items],
            answers=answers_of(input.answers),
            wanted_at=input.wanted_at,
            tip=input.tip,
            codes=input.codes,
            courier_id=row_id(input.courier_id, "Courier") if input.courier_id else None,
            at=clock.now(),
        )
        return QuoteCreateSuccess(quote=cast(Quote, quote))


def _stop(stop: StopInput, path: str) -> StopRequest:
    where = stop.position
    return StopRequest(
        address_id=row_id(where.address_id, "Address") if where.address_id else None,
        place_id=row_id(where.place_id, "Place") if where.place_id else None,
        point=position_of(where.point, f"{path}.position.point") if where.point else None,
        contact_name=stop.contact_name,
        phone=stop.phone,
        detail=stop.detail,
        parcel_code=stop.parcel_code,
    )
