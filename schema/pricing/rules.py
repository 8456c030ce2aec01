"""How a price rule is written in the API: its step, its parameters, and how they are rounded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry.relay import GlobalID

from kernel.refusals import InvalidInput
from schema.core.ids import row_id
from schema.core.scalars import BigInt
from schema.core.texts import TextInput, texts_of
from schema.pricing.conditions import PriceConditionInput, when_of
from schema.pricing.types import PriceRounding, PriceStep
from tenants.pricing.services import RuleDraft


@strawberry.input(description="A band of metres or grams.")
class PriceBandInput:
    """All of it at one amount."""

    up_to: int = strawberry.field(description="Metres or grams, this many included.")
    amount: BigInt = strawberry.field(description="Minor units for all of it.")


@strawberry.input(description="What an option costs.")
class OptionAmountInput:
    """By the option's key."""

    key: str = strawberry.field(description="The option's key; yes or no of a yes-or-no question.")
    amount: BigInt = strawberry.field(description="Minor units.")


@strawberry.input(description="Of BASE.")
class BaseParamsInput:
    """What any order costs."""

    amount: BigInt = strawberry.field(description="Minor units, at least 1.")
    courier_least: BigInt | None = strawberry.field(
        default=None,
        description="The least that couriers may ask instead, for those whom customers choose;"
        " null: they may not. With courierMost.",
    )
    courier_most: BigInt | None = strawberry.field(default=None, description="The most.")


@strawberry.input(description="Of DISTANCE.")
class DistanceParamsInput:
    """Per started kilometre."""

    per_km: BigInt = strawberry.field(description="Minor units for each started kilometre more.")
    free_meters: int | None = strawberry.field(
        default=None, description="Metres that cost nothing; this or bands."
    )
    bands: list[PriceBandInput] | None = strawberry.field(
        default=None, description="1 to 20 in rising order; perKm is for beyond the last."
    )


@strawberry.input(description="Of WEIGHT.")
class WeightParamsInput:
    """Per started kilogram."""

    per_kg: BigInt = strawberry.field(description="Minor units for each started kilogram more.")
    free_grams: int | None = strawberry.field(
        default=None, description="Grams that cost nothing; this or bands."
    )
    bands: list[PriceBandInput] | None = strawberry.field(
        default=None, description="1 to 20 in rising order; perKg is for beyond the last."
    )


@strawberry.input(description="Of DURATION.")
class DurationParamsInput:
    """By the minute."""

    per_hour: BigInt = strawberry.field(description="Minor units for an hour.")
    minimum_minutes: int = strawberry.field(description="The least that is charged, in minutes.")


@strawberry.input(description="Of SIZE.")
class SizeParamsInput:
    """By the option chosen for the question size."""

    amounts: list[OptionAmountInput] = strawberry.field(description="1 to 60; others are free.")


@strawberry.input(description="Of OPTION: amounts, or perUnit.")
class OptionParamsInput:
    """By the answer to a question."""

    field: str = strawberry.field(description="The question's key.")
    amounts: list[OptionAmountInput] | None = strawberry.field(
        default=None, description="By option; what several chosen ones cost is added."
    )
    per_unit: BigInt | None = strawberry.field(
        default=None, description="Minor units for each unit of a number."
    )
    free_units: int = strawberry.field(default=0, description="Units that cost nothing.")


@strawberry.input(description="Of FLOORS.")
class FloorsParamsInput:
    """By the questions floors and lift."""

    per_floor: BigInt = strawberry.field(description="Minor units for each floor without a lift.")
    free_floors: int = strawberry.field(default=0, description="Floors that cost nothing.")


@strawberry.input(one_of=True, description="Of a surcharge: one of the two.")
class SurchargeParamsInput:
    """An amount or a share."""

    amount: BigInt | None = strawberry.field(
        default=strawberry.UNSET, description="Minor units, at least 1."
    )
    percent_bps: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Basis points of the lines from base to floors: 2000 is 20 %.",
    )


@strawberry.input(one_of=True, description="Of MEMBER and WAVE: one of the two.")
class DiscountParamsInput:
    """An amount or a share off; one minor unit is always left to pay."""

    amount: BigInt | None = strawberry.field(
        default=strawberry.UNSET, description="Minor units, at least 1."
    )
    percent_bps: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Basis points of the lines from base to maximum, and of what is left of them"
        " where another discount goes before. It is the price after it that is rounded.",
    )


@strawberry.input(description="Of DEMAND.")
class DemandParamsInput:
    """A share that follows demand."""

    percent_bps: int = strawberry.field(
        description="Basis points of the lines from base to floors when demand is at its fullest."
    )


@strawberry.input(description="Of MINIMUM and MAXIMUM.")
class LimitParamsInput:
    """A bound of the sum so far."""

    amount: BigInt = strawberry.field(description="Minor units, at least 1.")


@strawberry.input(description="Of INSURED.")
class InsuredParamsInput:
    """A share of the declared value."""

    rate_bps: int = strawberry.field(description="Basis points of the declared value.")
    minimum: BigInt = strawberry.field(description="Minor units, the least that is charged.")


@strawberry.input(description="Of TAX.")
class TaxParamsInput:
    """A share of all but goods and tips."""

    rate_bps: int = strawberry.field(description="Basis points: 1900 is 19 %.")
    included: bool = strawberry.field(
        description="Whether the prices have it in them; else it is added."
    )


@strawberry.input(description="Of COMMISSION.")
class CommissionParamsInput:
    """A share of the total."""

    percent_bps: int = strawberry.field(
        description="Basis points of the total without goods: 1500 is 15 %."
    )


@strawberry.input(one_of=True, description="The parameters of one step; GOODS and TIP have none.")
class PriceRuleParamsInput:
    """Those of the rule's step."""

    base: BaseParamsInput | None = strawberry.field(default=strawberry.UNSET, description="BASE.")
    distance: DistanceParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="DISTANCE."
    )
    weight: WeightParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="WEIGHT."
    )
    size: SizeParamsInput | None = strawberry.field(default=strawberry.UNSET, description="SIZE.")
    duration: DurationParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="DURATION."
    )
    option: OptionParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="OPTION."
    )
    floors: FloorsParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="FLOORS."
    )
    zone: SurchargeParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="ZONE."
    )
    urgent: SurchargeParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="URGENT."
    )
    night: SurchargeParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="NIGHT."
    )
    peak: SurchargeParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="PEAK."
    )
    holiday: SurchargeParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="HOLIDAY."
    )
    demand: DemandParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="DEMAND."
    )
    minimum: LimitParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="MINIMUM."
    )
    maximum: LimitParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="MAXIMUM."
    )
    member: DiscountParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="MEMBER."
    )
    wave: DiscountParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="WAVE."
    )
    insured: InsuredParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="INSURED."
    )
    tax: TaxParamsInput | None = strawberry.field(default=strawberry.UNSET, description="TAX.")
    commission: CommissionParamsInput | None = strawberry.field(
        default=strawberry.UNSET, description="COMMISSION."
    )


@strawberry.input(description="A rule, new or changed.")
class PriceRuleSaveInput:
    """There may be several rules for a step."""

    rule_id: GlobalID | None = strawberry.field(
        default=None, description="A PriceRule to change; null for a new one."
    )
    step: PriceStep = strawberry.field(description="Which step.")
    service_id: GlobalID | None = strawberry.field(
        default=None, description="For this service alone; null for all without their own."
    )
    label: list[TextInput] = strawberry.field(
        description="What customers read on its line, in the operator's language at least."
    )
    params: PriceRuleParamsInput | None = strawberry.field(
        default=None, description="Those of the step; null for GOODS and TIP."
    )
    when: PriceConditionInput | None = strawberry.field(
        default=None, description="When it applies; null for always."
    )
    priority: int = strawberry.field(
        default=0, description="-1000 to 1000; of two that apply the higher goes first."
    )
    round_to: int = strawberry.field(
        default=1, description="What it computes is a multiple of so many minor units."
    )
    rounding: PriceRounding = strawberry.field(
        default=PriceRounding.HALF_UP, description="Which way to that multiple."
    )
    valid_from: datetime | None = strawberry.field(
        default=None, description="For quotes made from then on."
    )
    valid_until: datetime | None = strawberry.field(
        default=None, description="For quotes made before then."
    )
    active: bool = strawberry.field(default=True, description="Whether the next tariff has it.")


def rule_draft(input: PriceRuleSaveInput) -> RuleDraft:
    """The rule as it was written. Raises `InvalidInput` for parameters of another step."""
    return RuleDraft(
        step=input.step,
        service_id=row_id(input.service_id, "Service") if input.service_id else None,
        label=texts_of(input.label),
        params=_params(input.step, input.params),
        when=when_of(input.when) if input.when else {},
        priority=input.priority,
        round_to=input.round_to,
        rounding=input.rounding,
        valid_from=input.valid_from,
        valid_until=input.valid_until,
        active=input.active,
    )


def _params(step: PriceStep, given: PriceRuleParamsInput | None) -> dict[str, Any]:
    """What was given for `step`. Raises `InvalidInput` when it was given for another."""
    if given is None:
        return {}
    name, params = next((name, params) for name, params in vars(given).items() if params)
    if name != step.value:
        raise InvalidInput(field=f"params.{name}", reason=f"the step is {step.name}")
    found = {name: value for name, value in vars(params).items() if value is not strawberry.UNSET}
    if found.get("bands") is not None:
        found["bands"] = [vars(band) for band in found["bands"]]
    if found.get("amounts") is not None:
        found["amounts"] = _amounts(found["amounts"], f"params.{name}.amounts")
    return found


def _amounts(given: Sequence[OptionAmountInput], path: str) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for option in given:
        if option.key in amounts:
            raise InvalidInput(field=path, reason=f"{option.key[:40]!a} is there twice")
        amounts[option.key] = option.amount
    return amounts
