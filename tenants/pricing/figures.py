"""The figures of a price: what a customer may give, what the least is, what a quote was priced by.

The bounds are those of the trade on foot and by bicycle; they hold whatever a service asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from kernel.refusals import InvalidInput
from kernel.texts import line_checked
from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.models import ServiceKind, ServiceVersion

WEIGHT_GRAMS: Final = range(1, 50_001)
VALUE: Final = range(1, 10_000_001)
"""A declared value, in minor units."""

TIP: Final = range(10_000_001)
UNIT_PRICE: Final = range(10_000_001)
QUANTITY: Final = range(1, 100)
MAX_ITEMS: Final = 20
ITEM_NAME_LENGTH: Final = 120


SIZE, FLOORS, LIFT = "size", "floors", "lift"
"""Keys of the questions that the steps SIZE and FLOORS go by; with a lift no floor counts."""

FULL_DEMAND_BPS: Final = 10_000


WAVE_SIZE: Final = range(1, 101)
"""How many orders may go together."""


class Day(StrEnum):
    """What a date is in the operator's calendar; WORKING is a weekend day made up for a holiday."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Granted:
    """A promotion's part in a price: `amount` minor units off, with its words and its id."""

    amount: int
    label: Mapping[str, str]
    promotion: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What is priced. None is a figure that the service does not ask for or was not given.

    `insured_value`, `goods` (the sum of the items) and `tip` are minor units. `answers` are those
    of the form that prices may ask about. `at` is when the price is made; `local` is the operator's
    own time at which the order is to be done, `day` what that date is; zones are ids of those at
    the first and the last stop; `demand_bps` is demand in basis points of the fullest.
    `member_level` is the customer's; `wave_size` is how many orders go together, this one included;
    `courier_base` is what the chosen courier asks in place of the base.
    """

    distance_meters: int | None = None
    weight_grams: int | None = None
    duration_minutes: int | None = None
    urgent: bool = False
    insured_value: int | None = None
    goods: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    local: datetime | None = None
    day: Day = Day.ORDINARY
    zone_from: str | None = None
    zone_to: str | None = None
    demand_bps: int = 0
    member_level: str | None = None
    wave_size: int = WAVE_SIZE[0]
    courier_base: int | None = None
    granted: tuple[Granted, ...] = ()
    tip: int = 0

    @property
    def size(self) -> str | None:
        """The option chosen for the question `size`."""
        chosen = self.answers.get(SIZE)
        return chosen if isinstance(chosen, str) else None

    @property
    def floors(self) -> int | None:
        """How many floors something is carried without a lift."""
        floors = self.answers.get(FLOORS)
        if isinstance(floors, bool) or not isinstance(floors, int):
            return None
        return 0 if self.answers.get(LIFT) is True else floors


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of who orders, and where and when it is to be done; see `Figures`."""

    at: datetime
    local: datetime
    day: Day
    zone_from: str | None
    zone_to: str | None
    demand_bps: int = 0
    member_level: str | None = None
    wave_size: int = WAVE_SIZE[0]

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as a quote's inputs have it."""
        return {
            "at": self.at.isoformat(),
            "local": self.local.isoformat(),
            "day": self.day.value,
            "zone_from": self.zone_from,
            "zone_to": self.zone_to,
            "demand_bps": self.demand_bps,
            "member_level": self.member_level,
            "wave_size": self.wave_size,
        }

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Facts":
        """The inverse of `serialise`. A quote of earlier days lacks the last two."""
        return cls(
            at=datetime.fromisoformat(stored["at"]),
            local=datetime.fromisoformat(stored["local"]),
            day=Day(stored["day"]),
            zone_from=stored["zone_from"],
            zone_to=stored["zone_to"],
            demand_bps=stored["demand_bps"],
            member_level=stored.get("member_level"),
            wave_size=stored.get("wave_size", WAVE_SIZE[0]),
        )

    def added_to(self, figures: Figures) -> Figures:
        """The figures with these facts."""
        return replace(
            figures,
            at=self.at,
            local=self.local,
            day=self.day,
            zone_from=self.zone_from,
            zone_to=self.zone_to,
            demand_bps=self.demand_bps,
            member_level=self.member_level,
            wave_size=self.wave_size,
        )


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """A thing to be fetched, bought or carried. `unit_price` (minor units) only where we buy it."""

    name: str
    quantity: int
    unit_price: int | None


def inputs_checked(
    *,
    version: ServiceVersion,
    declaration: Declaration,
    weight_grams: int | None,
    duration_minutes: int | None,
    urgent: bool,
    insured_value: int | None,
    items: Sequence[ItemRequest],
    answers: Mapping[str, Any],
    tip: int,
) -> dict[str, Any]:
    """What the customer gave, held against what the service asks, as a quote stores it.

    Where the customer gives no duration, the service's own holds. `answers` are checked already.
    Raises `InvalidInput`.
    """
    asked = declaration.asked
    check_need(asked.weight, weight_grams, field="weightGrams")
    _check_range(weight_grams, WEIGHT_GRAMS, field="weightGrams")
    check_need(asked.duration, duration_minutes, field="durationMinutes")
    _check_range(duration_minutes, DURATION_MINUTES, field="durationMinutes")
    check_need(asked.insured_value, insured_value, field="insuredValue")
    _check_range(insured_value, VALUE, field="insuredValue")
    check_need(asked.urgent, urgent or None, field="urgent")
    _check_range(tip, TIP, field="tip")
    check_need(asked.items, items or None, field="items")
    if len(items) > MAX_ITEMS:
        raise InvalidInput(field="items", reason=f"at most {MAX_ITEMS}")
    return {
        "weight_grams": weight_grams,
        "duration_minutes": duration_minutes or version.duration_minutes,
        "urgent": urgent,
        "insured_value": insured_value,
        "items": [
            _item_checked(item, path=f"items.{number}", kind=version.kind)
            for number, item in enumerate(items)
        ],
        "answers": declaration.form.figures(answers),
        "tip": tip,
    }


def smallest_figures(version: ServiceVersion) -> Figures:
    """The least that a customer may order of a version, which its price-from is the price of."""
    declaration = Declaration.parse(version.declaration)
    asked = declaration.asked
    least_minutes = DURATION_MINUTES[0]
    return Figures(
        distance_meters=0 if len(declaration.stops) > 1 else None,
        weight_grams=WEIGHT_GRAMS[0] if asked.weight is Need.REQUIRED else None,
        duration_minutes=(
            version.duration_minutes if asked.duration is Need.OFF else least_minutes
        ),
        insured_value=VALUE[0] if asked.insured_value is Need.REQUIRED else None,
    )


def figures_of(inputs: Mapping[str, Any], *, distance_meters: int | None) -> Figures:
    """The figures in a quote's `inputs`: those of `inputs_checked`, facts, and what was granted.

    A quote of earlier days lacks what nobody asked about then.
    """
    facts = Facts.parse(inputs["facts"]) if "facts" in inputs else None
    figures = Figures(
        distance_meters=distance_meters,
        weight_grams=inputs["weight_grams"],
        duration_minutes=inputs["duration_minutes"],
        urgent=inputs["urgent"],
        insured_value=inputs["insured_value"],
        goods=sum(item["quantity"] * (item["unit_price"] or 0) for item in inputs["items"]),
        answers=inputs.get("answers", {}),
        courier_base=inputs.get("courier_base"),
        granted=tuple(Granted(**granted) for granted in inputs.get("granted", ())),
        tip=inputs.get("tip", 0),
    )
    return figures if facts is None else facts.added_to(figures)


def granted_serialise(granted: Sequence[Granted]) -> list[dict[str, Any]]:
    """Plain JSON, as a quote's inputs have it."""
    return [asdict(each) for each in granted]


def check_need(need: Need, value: object | None, *, field: str) -> None:
    """Raises `InvalidInput(field)` for a value needed and absent, or given and not asked."""
    if value is None and need is Need.REQUIRED:
        raise InvalidInput(field=field, reason="this service needs it")
    if value is not None and need is Need.OFF:
        raise InvalidInput(field=field, reason="this service does not ask for it")


def _item_checked(item: ItemRequest, *, path: str, kind: str) -> dict[str, Any]:
    name = line_checked(item.name, field=f"{path}.name", max_length=ITEM_NAME_LENGTH)
    _check_range(item.quantity, QUANTITY, field=f"{path}.quantity")
    need = Need.REQUIRED if kind == ServiceKind.BUY_FOR_ME else Need.OFF
    check_need(need, item.unit_price, field=f"{path}.unitPrice")
    _check_range(item.unit_price, UNIT_PRICE, field=f"{path}.unitPrice")
    return {"name": name, "quantity": item.quantity, "unit_price": item.unit_price}


def _check_range(value: int | None, allowed: range, *, field: str) -> None:
    if value is not None and value not in allowed:
        raise InvalidInput(field=field, reason=f"between {allowed[0]} and {allowed[-1]}")
