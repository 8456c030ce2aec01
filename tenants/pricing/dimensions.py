"""What may differ from order to order of a service, each with the points that matter to its price.

The ends of each range, the free kilometres and the first metre beyond, the edges of bands and of
conditions, each answer that a rule asks about, and each kind of hour, day and zone that the rules
tell apart: of all moments that meet the same conditions, one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.declaration.form import Field, FieldType, Form
from tenants.catalog.models import ServiceVersion
from tenants.pricing.conditions import Span, When
from tenants.pricing.figures import (
    FLOORS,
    FULL_DEMAND_BPS,
    LIFT,
    SIZE,
    VALUE,
    WAVE_SIZE,
    WEIGHT_GRAMS,
    Day,
    Figures,
)
from tenants.pricing.models import Step
from tenants.pricing.params import (
    ALL_BPS,
    Base,
    Distance,
    Duration,
    Floors,
    Insured,
    Option,
    Size,
    Weight,
)
from tenants.pricing.pipeline import PricedBy, Rules

FARTHEST_METERS: Final = 100_000
"""How long a way is looked at: no operator's zone is that large."""

SOME_MONDAY: Final = date(2026, 3, 2)

type Dimensions = Mapping[str, Sequence[Any]]
"""By the name of a figure, its points in rising order; None where it may be left out."""

type Place = tuple[int, ...]
"""A point to price at: of each dimension the number of its value."""


def dimensions_of(
    version: ServiceVersion, declaration: Declaration, rules: Rules, *, at: datetime
) -> dict[str, Sequence[Any]]:
    """All dimensions of a service's price under `rules`, from `at` on."""
    every = [rule for of_step in rules.values() for rule in of_step]
    return {
        **_asked(version, declaration, every),
        **_answers(declaration.form, every),
        **_circumstances(every, at),
    }


def point_at(dimensions: Dimensions, place: Place) -> dict[str, Any]:
    """The figures of a place by their names."""
    return {
        name: values[number]
        for (name, values), number in zip(dimensions.items(), place, strict=True)
    }


def answers_at(point: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a point by the keys of their questions."""
    return {
        name.removeprefix("answers."): value
        for name, value in point.items()
        if name.startswith("answers.") and value is not None
    }


def figures_at(point: Mapping[str, Any]) -> Figures:
    """The figures of a point."""
    given = {name: value for name, value in point.items() if not name.startswith("answers.")}
    return Figures(local=given.pop("moment"), **given, answers=answers_at(point))


def _asked(
    version: ServiceVersion, declaration: Declaration, rules: Sequence[PricedBy]
) -> dict[str, Sequence[Any]]:
    """The figures that every form can ask for."""
    asked = declaration.asked
    found: dict[str, Sequence[Any]] = {}
    if len(declaration.stops) > 1:
        edges = {*_edges(rules, Distance, "free_meters"), *_ends(rules, "distance_meters")}
        found["distance_meters"] = _within(edges, 0, FARTHEST_METERS)
    if asked.weight is not Need.OFF:
        edges = {*_edges(rules, Weight, "free_grams"), *_ends(rules, "weight_grams")}
        grams = _within(edges, WEIGHT_GRAMS[0], WEIGHT_GRAMS[-1])
        found["weight_grams"] = _optional(grams, asked.weight is Need.REQUIRED)
    if asked.duration is not Need.OFF:
        edges = {rule.params.minimum_minutes for rule in rules if isinstance(rule.params, Duration)}
        found["duration_minutes"] = _within(edges, DURATION_MINUTES[0], DURATION_MINUTES[-1])
    elif version.duration_minutes is not None:
        found["duration_minutes"] = [version.duration_minutes]
    if asked.insured_value is not Need.OFF:
        edges = {
            rule.params.minimum * ALL_BPS // max(1, rule.params.rate_bps)
            for rule in rules
            if isinstance(rule.params, Insured)
        }
        values = _within(edges, VALUE[0], VALUE[-1])
        found["insured_value"] = _optional(values, asked.insured_value is Need.REQUIRED)
    if asked.urgent is not Need.OFF:
        found["urgent"] = [False, True]
    return found


def _edges(rules: Iterable[PricedBy], kind: type[Any], free: str) -> Iterator[int]:
    for rule in rules:
        if isinstance(rule.params, kind):
            for band in rule.params.bands or ():
                yield band.up_to
            yield getattr(rule.params, free) or 0


def _ends(rules: Iterable[PricedBy], name: str) -> Iterator[int]:
    """The last figure before each end of a condition's range."""
    for rule in rules:
        span: Span | None = getattr(rule.when, name)
        if span is not None:
            yield from _span_ends(span.at_least, span.at_most)


def _span_ends(low: int | None, high: int | None) -> Iterator[int]:
    if low is not None:
        yield low - 1
    if high is not None:
        yield high


def _within(edges: Iterable[int], low: int, high: int) -> list[int]:
    """The ends of the range, and each edge in it with the figure that follows."""
    found = {low, high, *edges, *(edge + 1 for edge in edges)}
    return sorted(figure for figure in found if low <= figure <= high)


def _optional(points: Sequence[Any], needed: bool) -> list[Any]:
    return [*points] if needed else [None, *points]


def _answers(form: Form, rules: Sequence[PricedBy]) -> dict[str, Sequence[Any]]:
    """The questions that a price depends on, and those that these depend on in their turn."""
    tests = [test for rule in rules for test in rule.when.answers]
    keys = {test.field for test in tests}
    edges: dict[str, set[Any]] = {}
    for rule in rules:
        match rule.params:
            case Option(field=key, amounts=amounts, free_units=free):
                keys.add(key)
                edges.setdefault(key, set()).update(amounts or {free})
            case Size(amounts=amounts):
                keys.add(SIZE)
                edges.setdefault(SIZE, set()).update(amounts)
            case Floors(free_floors=free):
                keys |= {FLOORS, LIFT}
                edges.setdefault(FLOORS, set()).add(free)
    for field in reversed(form.fields):
        # A question depends on earlier ones only, so one pass from the end finds them all.
        if field.key in keys and field.when is not None:
            tests += field.when.tests()
            keys |= field.when.fields()
    for test in tests:
        told_apart = edges.setdefault(test.field, set())
        told_apart.update(test.values or _span_ends(test.at_least, test.at_most))
    return {
        f"answers.{field.key}": _optional(
            _points(field, edges.get(field.key, set())), field.required and field.when is None
        )
        for field in form.fields
        if field.key in keys
    }


def _points(field: Field, edges: set[Any]) -> list[Any]:
    if field.kind is FieldType.NUMBER:
        assert field.least is not None and field.most is not None
        numbers = {edge for edge in edges if type(edge) is int}
        before = {number - 1 for number in numbers}
        return _within(numbers | before, field.least, field.most)
    if field.kind is FieldType.YES_NO:
        return [False, True]
    options = [option.key for option in field.options]
    told_apart = [key for key in options if key in edges]
    others = [key for key in options if key not in edges][:1]
    if field.kind is FieldType.CHOICES:
        single = [[key] for key in others + told_apart]
        return [*single, options] if len(options) > 1 else single
    return others + told_apart


def _circumstances(rules: Sequence[PricedBy], at: datetime) -> dict[str, Sequence[Any]]:
    """When, where and for whom: of all that meet the same conditions, one."""
    days = any(rule.when.days for rule in rules)
    demand = any(rule.step is Step.DEMAND for rule in rules)
    zones_from = _named(rules, lambda when: when.zones_from)
    zones_to = _named(rules, lambda when: when.zones_to)
    waves = {*_ends(rules, "wave_size")}
    return {
        "moment": _moments([rule.when for rule in rules if rule.when.timed]),
        "day": [*Day] if days else [Day.ORDINARY],
        "zone_from": zones_from,
        "zone_to": zones_to,
        "demand_bps": [0, FULL_DEMAND_BPS] if demand else [0],
        "member_level": _named(rules, lambda when: when.member_levels),
        "wave_size": _within(waves, WAVE_SIZE[0], WAVE_SIZE[-1]) if waves else [WAVE_SIZE[0]],
        "courier_base": _asked_by_couriers(rules),
        "at": _instants(rules, at),
    }


def _named(rules: Sequence[PricedBy], by: Callable[[When], frozenset[str]]) -> list[str | None]:
    """None of the zones or levels that conditions name, and one of each kind they tell apart."""
    found: dict[tuple[bool, ...], str | None] = {}
    sets = [names for rule in rules if (names := by(rule.when))]
    for name in (None, *sorted(name for names in sets for name in names)):
        found.setdefault(tuple(name in names for names in sets), name)
    return [*found.values()]


def _asked_by_couriers(rules: Sequence[PricedBy]) -> list[int | None]:
    """No courier's own price, and the ends of the bands in which they may lie."""
    bands = [
        (rule.params.courier_least, rule.params.courier_most)
        for rule in rules
        if isinstance(rule.params, Base) and rule.params.courier_least and rule.params.courier_most
    ]
    if not bands:
        return [None]
    edges = {edge for least, most in bands for edge in (least - 1, most)}
    return [None, *_within(edges, min(bands)[0], max(most for _, most in bands))]


def _moments(timed: Sequence[When]) -> list[datetime]:
    """One local time of each kind that the conditions tell apart."""
    dates = {SOME_MONDAY}
    minutes = {12 * 60}
    for when in timed:
        if when.dates is not None:
            if when.dates.start is not None:
                dates |= {when.dates.start, when.dates.start - timedelta(days=7)}
            if when.dates.end is not None:
                dates |= {when.dates.end - timedelta(days=6), when.dates.end + timedelta(days=1)}
        if when.hours is not None:
            minutes |= {when.hours.start, when.hours.end}
    whole_weeks = sorted({day + timedelta(days=n) for day in dates for n in range(7)})
    kinds_of_day: dict[tuple[bool, ...], date] = {}
    for day in whole_weeks:
        kinds_of_day.setdefault(tuple(_on(when, day) for when in timed), day)
    kinds_of_minute: dict[tuple[bool, ...], int] = {}
    for minute in sorted(minutes):
        holds = tuple(when.hours is None or when.hours.holds(minute) for when in timed)
        kinds_of_minute.setdefault(holds, minute)
    return [
        datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=UTC)
        for day in kinds_of_day.values()
        for minute in kinds_of_minute.values()
    ]


def _on(when: When, day: date) -> bool:
    return (not when.weekdays or day.isoweekday() in when.weekdays) and (
        when.dates is None or when.dates.holds(day)
    )


def _instants(rules: Sequence[PricedBy], at: datetime) -> list[datetime]:
    """One time of making a price for each set of rules that are in force together, from `at` on."""
    edges = {edge for rule in rules for edge in (rule.valid_from, rule.valid_until) if edge}
    return sorted({at, *(edge for edge in edges if edge > at)})
