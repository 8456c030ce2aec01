"""The figures of a price: what a customer may give, what the least is, what a quote was priced by.

The bounds are those of the trade on foot and by bicycle; they hold whatever a service asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kernel.refusals import InvalidInput
from kernel.texts import line_checked
from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.models import ServiceKind, ServiceVersion
from tenants.pricing.pipeline import Figures

WEIGHT_GRAMS: Final = range(1, 50_001)
VALUE: Final = range(1, 10_000_001)
"""A declared value, in minor units."""

UNIT_PRICE: Final = range(10_000_001)
QUANTITY: Final = range(1, 100)
MAX_ITEMS: Final = 20
ITEM_NAME_LENGTH: Final = 120


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
) -> dict[str, Any]:
    """What the customer gave, held against what the service asks, as a quote stores it.

    Where the customer gives no duration, the service's own holds. Raises `InvalidInput`.
    """
    asked = declaration.asked
    check_need(asked.weight, weight_grams, field="weightGrams")
    _check_range(weight_grams, WEIGHT_GRAMS, field="weightGrams")
    check_need(asked.duration, duration_minutes, field="durationMinutes")
    _check_range(duration_minutes, DURATION_MINUTES, field="durationMinutes")
    check_need(asked.insured_value, insured_value, field="insuredValue")
    _check_range(insured_value, VALUE, field="insuredValue")
    check_need(asked.urgent, urgent or None, field="urgent")
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
    """The figures in a quote's `inputs`, which `inputs_checked` made."""
    return Figures(
        distance_meters=distance_meters,
        weight_grams=inputs["weight_grams"],
        duration_minutes=inputs["duration_minutes"],
        urgent=inputs["urgent"],
        insured_value=inputs["insured_value"],
        goods=sum(item["quantity"] * (item["unit_price"] or 0) for item in inputs["items"]),
    )


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
