"""Rules that get in each other's way: which can apply to one order, which always hides which.

A condition is a list of independent parts, so two overlap when each part does. What is said of a
date and of its weekday is looked at together where the dates are few.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Final

from tenants.catalog.declaration.conditions import Test
from tenants.pricing.conditions import DAY_MINUTES, Dates, Hours, Span, When
from tenants.pricing.pipeline import EACH, PricedBy

WEEK: Final = 7


def shadows(rules: Iterable[PricedBy]) -> Iterator[tuple[PricedBy, PricedBy]]:
    """Pairs of which only the first that applies is heard, and nothing says which is the first.

    That is: of one step, service and priority, and an order can meet both.
    """
    for one, other in _pairs(rules):
        if one.priority == other.priority and overlap(one, other):
            yield one, other


def hidden(rules: Iterable[PricedBy]) -> Iterator[tuple[PricedBy, PricedBy]]:
    """Rules that are never heard, each with one that goes before it and always applies with it."""
    for one, other in _pairs(rules):
        first, second = (one, other) if one.priority > other.priority else (other, one)
        if first.priority > second.priority and covers(first, second):
            yield second, first


def _pairs(rules: Iterable[PricedBy]) -> Iterator[tuple[PricedBy, PricedBy]]:
    """Pairs of one step and service of which only one is heard."""
    groups: dict[tuple[str, str | None], list[PricedBy]] = {}
    for rule in rules:
        if rule.step not in EACH:
            groups.setdefault((rule.step, rule.service_id), []).append(rule)
    for group in groups.values():
        yield from combinations(group, 2)


def overlap(one: PricedBy, other: PricedBy) -> bool:
    """Whether there can be an order that both apply to."""
    a, b = one.when, other.when
    return (
        _before(one.valid_from, other.valid_until)
        and _before(other.valid_from, one.valid_until)
        and all(
            _meet(getattr(a, name), getattr(b, name))
            for name in ("weekdays", "days", "zones_from", "zones_to", "member_levels")
        )
        and _hours_meet(a.hours, b.hours)
        and _dates_meet(a, b)
        and _spans_meet(a.distance_meters, b.distance_meters)
        and _spans_meet(a.weight_grams, b.weight_grams)
        and _spans_meet(a.wave_size, b.wave_size)
        and (a.urgent is None or b.urgent is None or a.urgent is b.urgent)
        and all(
            _tests_meet(test, another)
            for test in a.answers
            for another in b.answers
            if test.field == another.field
        )
    )


def covers(one: PricedBy, other: PricedBy) -> bool:
    """Whether `one` applies to every order that `other` applies to."""
    a, b = one.when, other.when
    since = one.valid_from is None or (
        other.valid_from is not None and one.valid_from <= other.valid_from
    )
    until = one.valid_until is None or (
        other.valid_until is not None and one.valid_until >= other.valid_until
    )
    return (
        since
        and until
        and all(
            not getattr(a, name) or (getattr(b, name) and getattr(b, name) <= getattr(a, name))
            for name in ("weekdays", "days", "zones_from", "zones_to", "member_levels")
        )
        and (a.hours is None or (b.hours is not None and _minutes(b.hours) <= _minutes(a.hours)))
        and _dates_cover(a.dates, b.dates)
        and _span_covers(a.distance_meters, b.distance_meters)
        and _span_covers(a.weight_grams, b.weight_grams)
        and _span_covers(a.wave_size, b.wave_size)
        and (a.urgent is None or a.urgent is b.urgent)
        and all(any(_implies(given, test) for given in b.answers) for test in a.answers)
    )


def _before(since: datetime | None, until: datetime | None) -> bool:
    return since is None or until is None or since < until


def _meet(a: frozenset[object], b: frozenset[object]) -> bool:
    return not a or not b or bool(a & b)


def _minutes(hours: Hours) -> set[int]:
    return {minute for minute in range(DAY_MINUTES) if hours.holds(minute)}


def _hours_meet(a: Hours | None, b: Hours | None) -> bool:
    # Two windows that meet do so where one of them begins.
    return a is None or b is None or a.holds(b.start) or b.holds(a.start)


def _dates_meet(a: When, b: When) -> bool:
    ends = [dates for dates in (a.dates, b.dates) if dates is not None]
    first = max((each.start for each in ends if each.start), default=None)
    last = min((each.end for each in ends if each.end), default=None)
    if first is None or last is None:
        return True
    weekdays = a.weekdays & b.weekdays if a.weekdays and b.weekdays else a.weekdays | b.weekdays
    return any(not weekdays or day.isoweekday() in weekdays for day in _week(first, last))


def _week(first: date, last: date) -> Iterator[date]:
    """The days from first to last, at most a week of them: there all weekdays are."""
    for number in range(min((last - first).days + 1, WEEK)):
        yield first + timedelta(days=number)


def _dates_cover(a: Dates | None, b: Dates | None) -> bool:
    if a is None:
        return True
    if b is None:
        return False
    return (a.start is None or (b.start is not None and a.start <= b.start)) and (
        a.end is None or (b.end is not None and a.end >= b.end)
    )


def _spans_meet(a: Span | None, b: Span | None) -> bool:
    if a is None or b is None:
        return True
    return _up_to(a.at_least, b.at_most) and _up_to(b.at_least, a.at_most)


def _up_to(low: int | None, high: int | None) -> bool:
    return low is None or high is None or low <= high


def _span_covers(a: Span | None, b: Span | None) -> bool:
    if a is None:
        return True
    if b is None:
        return False
    return (a.at_least is None or (b.at_least is not None and a.at_least <= b.at_least)) and (
        a.at_most is None or (b.at_most is not None and a.at_most >= b.at_most)
    )


def _tests_meet(a: Test, b: Test) -> bool:
    """Whether one answer can pass both. Of several options chosen together, each test may see
    another; what is said of that is that they meet only in an option that both name."""
    if a.values and b.values:
        return bool({*map(repr, a.values)} & {*map(repr, b.values)})
    if a.values or b.values:
        named, ranged = (a, b) if a.values else (b, a)
        return any(ranged.holds({ranged.field: value}) for value in named.values)
    return _spans_meet(Span(a.at_least, a.at_most), Span(b.at_least, b.at_most))


def _implies(given: Test, test: Test) -> bool:
    """Whether an answer that passes `given` passes `test`."""
    if given.field != test.field:
        return False
    if given.values:
        return all(test.holds({test.field: value}) for value in given.values)
    return not test.values and _span_covers(
        Span(test.at_least, test.at_most), Span(given.at_least, given.at_most)
    )
