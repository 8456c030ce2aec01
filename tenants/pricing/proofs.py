"""That every price of a service is sound, proven over all that a customer may give.

Between two neighbouring points at which a rule changes what it does, every line only rises with its
figure, since no parameter is negative. So it is enough to price at those points (dimensions.py).
All of them together where that is at most `MOST_TOGETHER` prices; beyond, every two dimensions
together, with all others at their first point and then at their last.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product
from math import prod
from operator import itemgetter
from typing import Any, Final

from kernel.money import MAX_AMOUNT
from tenants.catalog.declaration import Declaration
from tenants.catalog.models import ServiceVersion
from tenants.pricing.dimensions import Dimensions, Place, answers_at, dimensions_of, point_at
from tenants.pricing.figures import MAX_ITEMS, QUANTITY, UNIT_PRICE, WAVE_SIZE
from tenants.pricing.pipeline import Rules
from tenants.pricing.totals import Totals

MOST_TOGETHER: Final = 2048
MOST_GOODS: Final = MAX_ITEMS * QUANTITY[-1] * UNIT_PRICE[-1]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a price, and the figures that show it.

    `figures` are as a person reads them: `distance_meters 3001, urgent yes`. `amount` is minor
    units without goods; for a price that falls, `before` are the lesser figures and `earlier` is
    what they cost.
    """

    fault: str
    figures: str
    amount: int
    before: str = ""
    earlier: int = 0


USUAL: Final = (("demand_bps", 0), ("wave_size", WAVE_SIZE[0]))
"""Figures that need no mention."""

type Known = dict[object, Totals]
"""Prices of one tariff's rules, which services that are alike share."""


def findings(
    version: ServiceVersion, rules: Rules, *, at: datetime, known: Known | None = None
) -> Iterator[Finding]:
    """What is wrong with the prices of a service's version under `rules`, one at a time, from `at`.

    Where no base price applies there is no price, and nothing to be wrong. `known` are prices of
    other services by the same tariff, and takes up those of this one.
    """
    declaration = Declaration.parse(version.declaration)
    dimensions = dimensions_of(version, declaration, rules, at=at)
    totals = ({} if known is None else known).setdefault(
        _alike(dimensions, rules), Totals(dimensions, rules)
    )
    can_be_asked = _askable(declaration, dimensions)
    bounds = declaration.price
    prices: dict[Place, int] = {}
    for place in places(dimensions):
        if place in prices or not can_be_asked(place):
            continue
        amount = totals.at(place)
        if amount is None:
            continue
        prices[place] = amount
        if fault := _fault(amount, least=bounds.least, most=bounds.most):
            yield Finding(fault, told(point_at(dimensions, place)), amount)
    for name in bounds.rises_with:
        yield from _falls(dimensions, prices, name)


def places(dimensions: Dimensions) -> Iterator[Place]:
    """The points to price at; see above."""
    sizes = [len(values) for values in dimensions.values()]
    if prod(sizes) <= MOST_TOGETHER:
        yield from product(*map(range, sizes))
        return
    for others in ([0] * len(sizes), [size - 1 for size in sizes]):
        for one, other in combinations(range(len(sizes)), 2):
            for first, second in product(range(sizes[one]), range(sizes[other])):
                place = [*others]
                place[one], place[other] = first, second
                yield tuple(place)


def told(point: Mapping[str, Any]) -> str:
    """The figures of a point in words that whoever drew up the service knows."""
    parts = []
    for name, value in point.items():
        if value is None or value is False or (name, value) in USUAL:
            continue
        shown: object = "yes" if value is True else value
        if isinstance(value, list):
            shown = "+".join(value)
        if isinstance(value, datetime):
            shown = f"{value:%a %Y-%m-%d %H:%M}"
        parts.append(f"{name.removeprefix('answers.')} {shown}")
    return ", ".join(parts)


def _fault(amount: int, *, least: int | None, most: int | None) -> str:
    if amount <= 0:
        return "not positive"
    if amount + MOST_GOODS > MAX_AMOUNT:
        return "beyond 2^53"
    if least is not None and amount < least:
        return f"below the least declared, {least}"
    if most is not None and amount > most:
        return f"above the most declared, {most}"
    return ""


def _alike(dimensions: Dimensions, rules: Rules) -> object:
    """What services of the same prices have in common: points, and rules of one tariff."""
    points = tuple((name, repr(values)) for name, values in dimensions.items())
    return points, tuple(id(rule) for of_step in rules.values() for rule in of_step)


def _askable(declaration: Declaration, dimensions: Dimensions) -> Callable[[Place], bool]:
    """Whether the form lets a customer answer as at a place."""
    axes = [number for number, name in enumerate(dimensions) if name.startswith("answers.")]
    if not axes:
        return lambda place: True
    about, known = itemgetter(*axes), dict[object, bool]()

    def asked(place: Place) -> bool:
        key = about(place)
        if key not in known:
            known[key] = _can_be_asked(declaration, point_at(dimensions, place))
        return known[key]

    return asked


def _can_be_asked(declaration: Declaration, point: Mapping[str, Any]) -> bool:
    answers = answers_at(point)
    for field in declaration.form.fields:
        if f"answers.{field.key}" in point:
            is_asked = field.asked(answers)
            if field.key in answers:
                if not is_asked:
                    return False
            elif is_asked and field.required:
                return False
    return True


def _falls(dimensions: Dimensions, prices: Mapping[Place, int], rising: str) -> Iterator[Finding]:
    """Where a figure grows, all else the same, and the price falls although it was to rise."""
    names = list(dimensions)
    name = rising if rising in dimensions else f"answers.{rising}"
    if name not in dimensions:
        return
    axis = names.index(name)
    for place, amount in prices.items():
        number = place[axis]
        former = (*place[:axis], number - 1, *place[axis + 1 :])
        earlier = prices.get(former, 0) if number else 0
        if earlier > amount:
            yield Finding(
                fault=f"falls while {rising} grows",
                figures=told(point_at(dimensions, place)),
                amount=amount,
                before=told(point_at(dimensions, former)),
                earlier=earlier,
            )
