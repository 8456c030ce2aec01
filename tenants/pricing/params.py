"""The parameters of each step of the price pipeline, and the bounds within which they make sense.

Amounts are minor units, rates are basis points (1 bps = 0.01 %). The bounds keep every price that
the figures' own bounds allow below 2^53, and a commission below what it is taken from.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from kernel.refusals import InvalidInput
from tenants.pricing.models import Step

MAX_RULE_AMOUNT: Final = 10**9
ALL_BPS: Final = 10_000
"""Basis points in the whole."""


@dataclass(frozen=True, slots=True)
class Base:
    """What any order costs before anything else; at least 1, so that no price is zero."""

    amount: int


@dataclass(frozen=True, slots=True)
class Distance:
    """`per_km` for each started kilometre beyond `free_meters`."""

    free_meters: int
    per_km: int


@dataclass(frozen=True, slots=True)
class Weight:
    """`per_kg` for each started kilogram beyond `free_grams`."""

    free_grams: int
    per_kg: int


@dataclass(frozen=True, slots=True)
class Duration:
    """`per_hour`, to the minute, for at least `minimum_minutes`."""

    per_hour: int
    minimum_minutes: int


@dataclass(frozen=True, slots=True)
class Urgent:
    """Either a fixed `amount`, or `percent_bps` of base, distance, weight and duration."""

    amount: int | None = None
    percent_bps: int | None = None


@dataclass(frozen=True, slots=True)
class Insured:
    """`rate_bps` of the declared value, and not less than `minimum`."""

    rate_bps: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Goods:
    """What is bought for the customer, passed through as it is."""


@dataclass(frozen=True, slots=True)
class Commission:
    """`percent_bps` of the total without goods: the operator's part, no line of the customer's."""

    percent_bps: int


type Params = Base | Distance | Weight | Duration | Urgent | Insured | Goods | Commission

PARAMS: Final[Mapping[Step, type[Params]]] = {
    Step.BASE: Base,
    Step.DISTANCE: Distance,
    Step.WEIGHT: Weight,
    Step.DURATION: Duration,
    Step.URGENT: Urgent,
    Step.INSURED: Insured,
    Step.GOODS: Goods,
    Step.COMMISSION: Commission,
}

AMOUNTS: Final = frozenset({"amount", "per_km", "per_kg", "per_hour", "minimum"})
"""The parameters that are money."""

_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "amount": (1, MAX_RULE_AMOUNT),
    "free_meters": (0, 1_000_000),
    "per_km": (0, MAX_RULE_AMOUNT),
    "free_grams": (0, 1_000_000),
    "per_kg": (0, MAX_RULE_AMOUNT),
    "per_hour": (0, MAX_RULE_AMOUNT),
    "minimum_minutes": (0, 960),
    "percent_bps": (0, ALL_BPS),
    "rate_bps": (0, ALL_BPS),
    "minimum": (0, MAX_RULE_AMOUNT),
}


def params_parse(step: Step, stored: Mapping[str, Any]) -> Params:
    """The parameters of `step`, checked. Raises `InvalidInput` with the path of what is wrong."""
    kind, path = PARAMS[step], f"params.{step.value}"
    names = {field.name for field in fields(kind)}
    for name in sorted(set(stored) - names):
        raise InvalidInput(field=f"{path}.{_camel(name)}", reason=f"no parameter of {step.value}")
    given = {name: value for name, value in stored.items() if value is not None}
    if kind is Urgent:
        if len(given) != 1:
            raise InvalidInput(field=path, reason="either amount or percentBps")
    else:
        for name in sorted(names - set(given)):
            raise InvalidInput(field=f"{path}.{_camel(name)}", reason="required")
    for name, value in given.items():
        low, high = _BOUNDS[name]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise InvalidInput(
                field=f"{path}.{_camel(name)}", reason=f"a whole number between {low} and {high}"
            )
    return kind(**given)


def params_serialise(params: Params) -> dict[str, int]:
    """Plain JSON, as it is stored."""
    return {name: value for name, value in asdict(params).items() if value is not None}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
