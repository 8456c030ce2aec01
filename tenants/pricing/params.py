"""The parameters of each step of the price pipeline, and the bounds within which they make sense.

Amounts are minor units, rates are basis points (1 bps = 0.01 %). No parameter is negative: what
lowers a price is a maximum, a discount or a promotion.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Final

from kernel.refusals import InvalidInput, within
from tenants.pricing.models import Step

MAX_RULE_AMOUNT: Final = 10**9
ALL_BPS: Final = 10_000
"""Basis points in the whole."""

MAX_BANDS: Final = 20
MAX_AMOUNTS: Final = 60


@dataclass(frozen=True, slots=True)
class Band:
    """`amount` for all of it, up to and including `up_to` metres or grams."""

    up_to: int
    amount: int


@dataclass(frozen=True, slots=True)
class Base:
    """What any order costs before anything else; at least 1, so that no price is zero.

    Between `courier_least` and `courier_most`, where they are given, a courier whom the customer
    chose may ask something else instead.
    """

    amount: int
    courier_least: int | None = None
    courier_most: int | None = None

    def of_courier(self, amount: int | None) -> int | None:
        """What the courier asks, if that is within the band; None where `amount` counts."""
        if amount is None or self.courier_least is None or self.courier_most is None:
            return None
        return amount if self.courier_least <= amount <= self.courier_most else None


@dataclass(frozen=True, slots=True)
class Distance:
    """`per_km` for each started kilometre beyond `free_meters`, or beyond the last of `bands`."""

    per_km: int
    free_meters: int | None = None
    bands: tuple[Band, ...] | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """`per_kg` for each started kilogram beyond `free_grams`, or beyond the last of `bands`."""

    per_kg: int
    free_grams: int | None = None
    bands: tuple[Band, ...] | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """An amount by the option of the question `size`; an option that is not there is free."""

    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Duration:
    """`per_hour`, to the minute, for at least `minimum_minutes`."""

    per_hour: int
    minimum_minutes: int


@dataclass(frozen=True, slots=True)
class Option:
    """What an answer to the question `field` costs.

    Either `amounts` by option (`yes` of a yes-or-no question), several chosen are added; or
    `per_unit` for each unit of a number beyond `free_units`.
    """

    field: str
    amounts: Mapping[str, int] | None = None
    per_unit: int | None = None
    free_units: int = 0


@dataclass(frozen=True, slots=True)
class Floors:
    """`per_floor` for each floor without a lift above `free_floors`."""

    per_floor: int
    free_floors: int


@dataclass(frozen=True, slots=True)
class Surcharge:
    """Either a fixed `amount`, or `percent_bps` of the work: the lines from base to floors."""

    amount: int | None = None
    percent_bps: int | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """Either a fixed `amount`, or `percent_bps` of the price so far, off it."""

    amount: int | None = None
    percent_bps: int | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """`percent_bps` of the work when demand is at its fullest, in proportion when it is not."""

    percent_bps: int


@dataclass(frozen=True, slots=True)
class Limit:
    """The least, or the most, that the work with its surcharges costs."""

    amount: int


@dataclass(frozen=True, slots=True)
class Insured:
    """`rate_bps` of the declared value, and not less than `minimum`."""

    rate_bps: int
    minimum: int


@dataclass(frozen=True, slots=True)
class AsGiven:
    """What is passed through as it is: goods, tips."""


@dataclass(frozen=True, slots=True)
class Tax:
    """`rate_bps` of all but goods and tips: `included` in it, or added to it."""

    rate_bps: int
    included: bool


@dataclass(frozen=True, slots=True)
class Commission:
    """`percent_bps` of all but goods, tips and tax: the operator's part, no line."""

    percent_bps: int


type Params = (
    Base
    | Distance
    | Weight
    | Size
    | Duration
    | Option
    | Floors
    | Surcharge
    | Discount
    | Demand
    | Limit
    | Insured
    | AsGiven
    | Tax
    | Commission
)

PARAMS: Final[Mapping[Step, type[Params]]] = {
    Step.BASE: Base,
    Step.DISTANCE: Distance,
    Step.WEIGHT: Weight,
    Step.SIZE: Size,
    Step.DURATION: Duration,
    Step.OPTION: Option,
    Step.FLOORS: Floors,
    Step.ZONE: Surcharge,
    Step.URGENT: Surcharge,
    Step.NIGHT: Surcharge,
    Step.PEAK: Surcharge,
    Step.HOLIDAY: Surcharge,
    Step.DEMAND: Demand,
    Step.MINIMUM: Limit,
    Step.MAXIMUM: Limit,
    Step.MEMBER: Discount,
    Step.WAVE: Discount,
    Step.INSURED: Insured,
    Step.GOODS: AsGiven,
    Step.TIP: AsGiven,
    Step.TAX: Tax,
    Step.COMMISSION: Commission,
}
"""Of each step that rules can set. Promotions come with lines of their own."""

AMOUNTS: Final = frozenset(
    {
        "amount",
        "courier_least",
        "courier_most",
        "per_km",
        "per_kg",
        "per_hour",
        "per_unit",
        "per_floor",
        "minimum",
    }
)
"""The parameters that are money, beside those within `bands` and `amounts`."""

_EITHER: Final[Mapping[type[Params], tuple[str, str]]] = {
    Distance: ("free_meters", "bands"),
    Weight: ("free_grams", "bands"),
    Option: ("amounts", "per_unit"),
    Surcharge: ("amount", "percent_bps"),
    Discount: ("amount", "percent_bps"),
}
"""Of these two exactly one is given."""


def params_parse(step: Step, stored: Mapping[str, Any]) -> Params:
    """The parameters of `step`, checked. Raises `InvalidInput` with the path of what is wrong."""
    kind = PARAMS.get(step)
    if kind is None:
        raise InvalidInput(field="step", reason=f"no rule sets {step.value}")
    known = {field.name: field for field in fields(kind)}
    with within(f"params.{step.value}"):
        for name in sorted(set(stored) - set(known)):
            raise InvalidInput(field=camel(name), reason=f"no parameter of {step.value}")
        given = {name: value for name, value in stored.items() if value is not None}
        for name in sorted(set(known) - set(given)):
            if known[name].default is MISSING:
                raise InvalidInput(field=camel(name), reason="required")
        either = _EITHER.get(kind)
        if either is not None and len(given.keys() & set(either)) != 1:
            first, second = map(camel, either)
            raise InvalidInput(field="", reason=f"either {first} or {second}")
        params = kind(**{name: _READ[name](name, value) for name, value in given.items()})
        if isinstance(params, Base):
            _check_band(params)
        return params


def _check_band(params: Base) -> None:
    least, most = params.courier_least, params.courier_most
    if (least is None) != (most is None):
        raise InvalidInput(field="courierLeast", reason="courierLeast and courierMost, or neither")
    if least is not None and most is not None and least > most:
        raise InvalidInput(field="courierMost", reason="below courierLeast")


def params_serialise(params: Params) -> dict[str, Any]:
    """Plain JSON, as it is stored."""
    stored = {name: value for name, value in asdict(params).items() if value is not None}
    if "bands" in stored:
        stored["bands"] = list(stored["bands"])
    return stored


def with_amounts(params: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Stored parameters with `change` made of everything in them that is money."""
    return {name: _changed(name, value, change) for name, value in params.items()}


def camel(name: str) -> str:
    """The name as the API has it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _changed(name: str, value: Any, change: Callable[[Any], Any]) -> Any:
    if name in AMOUNTS:
        return change(value)
    if name == "bands":
        return [{**band, "amount": change(band["amount"])} for band in value]
    if name == "amounts":
        return {key: change(amount) for key, amount in value.items()}
    return value


type _Reader = Callable[[str, Any], Any]


def _whole(low: int, high: int) -> _Reader:
    def read(name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise InvalidInput(field=camel(name), reason=f"a whole number between {low} and {high}")
        return value

    return read


def _bands(name: str, value: Any) -> tuple[Band, ...]:
    if not isinstance(value, Sequence) or not 1 <= len(value) <= MAX_BANDS:
        raise InvalidInput(field=name, reason=f"between 1 and {MAX_BANDS} bands")
    bands: list[Band] = []
    for number, row in enumerate(value):
        with within(f"{name}.{number}"):
            if not isinstance(row, Mapping) or set(row) != {"up_to", "amount"}:
                raise InvalidInput(field="", reason="upTo and amount")
            band = Band(
                up_to=_whole(1, 1_000_000)("up_to", row["up_to"]),
                amount=_whole(0, MAX_RULE_AMOUNT)("amount", row["amount"]),
            )
            if bands and band.up_to <= bands[-1].up_to:
                raise InvalidInput(field="upTo", reason="not beyond the band before")
            bands.append(band)
    return tuple(bands)


def _amounts(name: str, value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MAX_AMOUNTS:
        raise InvalidInput(field=name, reason=f"between 1 and {MAX_AMOUNTS} amounts")
    with within(name):
        return {
            _key("key", key): _whole(0, MAX_RULE_AMOUNT)(str(key)[:40], amount)
            for key, amount in value.items()
        }


def _key(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.isidentifier() or len(value) > 40:
        raise InvalidInput(field=camel(name), reason="a key of the service's form")
    return value


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(field=camel(name), reason="true or false")
    return value


_READ: Final[Mapping[str, _Reader]] = {
    "amount": _whole(1, MAX_RULE_AMOUNT),
    "courier_least": _whole(1, MAX_RULE_AMOUNT),
    "courier_most": _whole(1, MAX_RULE_AMOUNT),
    "free_meters": _whole(0, 1_000_000),
    "per_km": _whole(0, MAX_RULE_AMOUNT),
    "free_grams": _whole(0, 1_000_000),
    "per_kg": _whole(0, MAX_RULE_AMOUNT),
    "bands": _bands,
    "amounts": _amounts,
    "per_hour": _whole(0, MAX_RULE_AMOUNT),
    "minimum_minutes": _whole(0, 960),
    "field": _key,
    "per_unit": _whole(0, MAX_RULE_AMOUNT),
    "free_units": _whole(0, 1_000_000),
    "per_floor": _whole(0, MAX_RULE_AMOUNT),
    "free_floors": _whole(0, 200),
    "percent_bps": _whole(0, ALL_BPS),
    "rate_bps": _whole(0, ALL_BPS),
    "minimum": _whole(0, MAX_RULE_AMOUNT),
    "included": _flag,
}
