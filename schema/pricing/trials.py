"""Prices tried out before they are published, in the API."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry.relay import GlobalID
from strawberry.scalars import JSON

from kernel import clock
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.scalars import BigInt, Money, money_of
from schema.core.texts import read_text
from schema.pricing.answers import AnswerInput, answers_of
from schema.pricing.conditions import CalendarDayKind
from schema.pricing.rules import PriceRuleSaveInput, rule_draft
from schema.pricing.types import PriceStep, camel_keys
from tenants.access.rights import Right
from tenants.brand.selectors import brand_settings
from tenants.pricing import trials
from tenants.pricing.figures import Figures
from tenants.pricing.pipeline import Line, Priced


@strawberry.input(description="An order to be priced, as if a customer asked.")
class PriceTryInput:
    """Nothing is checked against what the service asks, so that any case can be tried."""

    service_id: GlobalID = strawberry.field(description="A Service's id, on sale or not.")
    distance_meters: int | None = strawberry.field(default=None, description="The way.")
    weight_grams: int | None = strawberry.field(default=None, description="The weight.")
    duration_minutes: int | None = strawberry.field(default=None, description="The time.")
    urgent: bool = strawberry.field(default=False, description="Before others.")
    insured_value: BigInt | None = strawberry.field(default=None, description="Minor units.")
    goods: BigInt = strawberry.field(default=BigInt(0), description="Minor units.")
    tip: BigInt = strawberry.field(default=BigInt(0), description="Minor units.")
    answers: list[AnswerInput] = strawberry.field(
        default_factory=list, description="To questions that prices may ask about."
    )
    wanted_at: datetime | None = strawberry.field(
        default=None, description="When it is to be done; null for now."
    )
    day: CalendarDayKind = strawberry.field(
        default=CalendarDayKind.ORDINARY, description="What that date is in the calendar."
    )
    zone_from_id: GlobalID | None = strawberry.field(
        default=None, description="The Zone of the first stop."
    )
    zone_to_id: GlobalID | None = strawberry.field(
        default=None, description="The Zone of the last stop."
    )
    demand_bps: int = strawberry.field(
        default=0, description="Basis points of the fullest demand, 0 to 10,000."
    )
    member_level: str | None = strawberry.field(
        default=None, description="Of the customer's membership."
    )
    wave_size: int = strawberry.field(
        default=1, description="How many orders go together, 1 to 100."
    )
    courier_base: BigInt | None = strawberry.field(
        default=None, description="What the chosen courier asks in place of the base."
    )
    rules: list[PriceRuleSaveInput] = strawberry.field(
        default_factory=list,
        description="Rules to try without saving them; one with a ruleId in that one's place.",
    )


@strawberry.input(description="Rules to try against what was sold.")
class TariffTryInput:
    """Beside the living ones."""

    rules: list[PriceRuleSaveInput] = strawberry.field(
        default_factory=list,
        description="Rules to try without saving them; one with a ruleId in that one's place.",
    )


@strawberry.type(description="A line of a price that was tried.")
class TriedLine:
    """As a quote would have it."""

    row: strawberry.Private[Line]
    code: PriceStep = strawberry.field(description="Which step it comes from.")
    amount: Money = strawberry.field(description="What it comes to.")
    inputs: JSON = strawberry.field(description="As in QuoteLine.")

    @strawberry.field(description="What it is for, in words.")
    def text(self, info: Info) -> str:
        return read_text(self.row.label, info)


@strawberry.type(description="A price that was tried; nobody has been promised it.")
class PriceTry:
    """By the living rules and those tried with them."""

    lines: list[TriedLine] = strawberry.field(description="What the total is made of, in order.")
    total: Money = strawberry.field(description="What a customer would pay.")
    commission: Money = strawberry.field(description="The operator's part of it.")
    has_base: bool = strawberry.field(
        description="False where no base price applies: customers would be refused."
    )


@strawberry.type(description="An order that was sold, priced again.")
class TariffTrial:
    """By the living rules and those tried with them."""

    quote_id: GlobalID = strawberry.field(description="A Quote's id.")
    service_id: GlobalID = strawberry.field(description="A Service's id.")
    taken_at: datetime = strawberry.field(description="When it was ordered.")
    before: Money = strawberry.field(description="What it was sold for.")
    after: Money | None = strawberry.field(
        description="What it would cost; null where no base price would apply."
    )


@strawberry.type(description="Tried; nothing has changed.")
class PriceTrySuccess:
    """The price."""

    price: PriceTry = strawberry.field(description="By the rules being edited.")


@strawberry.type(description="Tried; nothing has changed.")
class TariffTrySuccess:
    """What was sold, priced again."""

    trials: list[TariffTrial] = strawberry.field(
        description="The last 100 quotes that were ordered, the newest first."
    )


@strawberry.type
class TrialMutations:
    """Root mutations of trials, which write nothing: they are refused as the real ones are."""

    @mutation(right=Right.PRICES_MANAGE)
    def price_try(self, info: Info, input: PriceTryInput) -> PriceTrySuccess:
        """Price an order by the rules being edited, and by others tried with them."""
        priced = trials.price_try(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            figures=Figures(
                distance_meters=input.distance_meters,
                weight_grams=input.weight_grams,
                duration_minutes=input.duration_minutes,
                urgent=input.urgent,
                insured_value=input.insured_value,
                goods=input.goods,
                tip=input.tip,
                answers=answers_of(input.answers),
                day=input.day,
                zone_from=_zone(input.zone_from_id),
                zone_to=_zone(input.zone_to_id),
                demand_bps=input.demand_bps,
                member_level=input.member_level,
                wave_size=input.wave_size,
                courier_base=input.courier_base,
            ),
            wanted_at=input.wanted_at,
            attempts=_attempts(input.rules),
            at=clock.now(),
        )
        return PriceTrySuccess(price=_price(priced, brand_settings().currency))

    @mutation(right=Right.PRICES_MANAGE)
    def tariff_try(self, info: Info, input: TariffTryInput) -> TariffTrySuccess:
        """Price the last 100 orders again by the rules being edited, and by others with them."""
        found = trials.tariff_try(
            actor=actor_of(info.context), attempts=_attempts(input.rules), at=clock.now()
        )
        return TariffTrySuccess(trials=[_trial(trial) for trial in found])


def _price(priced: Priced, currency: str) -> PriceTry:
    return PriceTry(
        lines=[
            TriedLine(
                row=line,
                code=line.code,
                amount=money_of(line.amount, currency),
                inputs=camel_keys(dict(line.inputs)),
            )
            for line in priced.lines
        ],
        total=money_of(priced.total, currency),
        commission=money_of(priced.commission, currency),
        has_base=priced.has_base,
    )


def _trial(trial: trials.Trial) -> TariffTrial:
    quote, currency = trial.quote, trial.quote.currency
    assert quote.taken_at is not None
    return TariffTrial(
        quote_id=GlobalID("Quote", str(quote.id)),
        service_id=GlobalID("Service", str(quote.version.service_id)),
        taken_at=quote.taken_at,
        before=money_of(trial.before, currency),
        after=None if trial.after is None else money_of(trial.after, currency),
    )


def _zone(zone_id: GlobalID | None) -> str | None:
    found: UUID | None = row_id(zone_id, "Zone") if zone_id else None
    return str(found) if found else None


def _attempts(rules: list[PriceRuleSaveInput]) -> list[trials.Attempt]:
    return [
        trials.Attempt(
            rule_id=row_id(rule.rule_id, "PriceRule") if rule.rule_id else None,
            draft=rule_draft(rule),
        )
        for rule in rules
    ]
