"""When a rule applies: what must be true of an order, and of the time and place it is for.

As stored, every part optional, and all that are there must hold:

    {"weekdays": [1, 7],                               Monday is 1
     "hours": {"from": "22:00", "to": "06:00"},        local time, `to` not included, over midnight
     "dates": {"from": "2026-01-28", "to": "2026-02-04"},       local dates, both included
     "days": ["holiday"],                              ordinary, holiday, working (made up for)
     "zones_from": [id], "zones_to": [id],             of the first stop, of the last
     "distance_meters": {"at_least": 3000, "at_most": 5000}, "weight_grams": {…},
     "urgent": true,
     "member_levels": ["gold"],                        of the customer
     "wave_size": {"at_least": 3},                     orders that go together
     "answers": [{"field": "rooms", "at_least": 3}, {"field": "kind", "is": ["wall"]}]}

A day is the local date at which the order is to be done, at 02:00 of Saturday a Saturday.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from kernel.refusals import InvalidInput, within
from tenants.catalog.declaration.conditions import Test, condition_parse
from tenants.pricing.figures import Day, Figures
from tenants.pricing.models import Step
from tenants.pricing.params import camel
from tenants.promotions.selectors import LEVEL

MAX_ZONES: Final = 100
MAX_TESTS: Final = 20
MAX_LEVELS: Final = 20
YEARS: Final = range(2000, 2101)
DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """A range of figures, both ends included; None is no end."""

    at_least: int | None = None
    at_most: int | None = None

    def holds(self, figure: int | None) -> bool:
        """Whether there is a figure, and it lies within."""
        if figure is None:
            return False
        return (self.at_least is None or figure >= self.at_least) and (
            self.at_most is None or figure <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of the local day from `start` on, before `end`; over midnight where end is less."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        """Whether that minute of the day lies within."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Dates:
    """Local dates, both ends included; None is no end."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the date lies within."""
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class When:
    """All that must hold. An empty set, or None, is no condition."""

    weekdays: frozenset[int] = frozenset()
    hours: Hours | None = None
    dates: Dates | None = None
    days: frozenset[Day] = frozenset()
    zones_from: frozenset[str] = frozenset()
    zones_to: frozenset[str] = frozenset()
    distance_meters: Span | None = None
    weight_grams: Span | None = None
    urgent: bool | None = None
    member_levels: frozenset[str] = frozenset()
    wave_size: Span | None = None
    answers: tuple[Test, ...] = ()

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "When":
        """The inverse of `serialise`. Raises `InvalidInput` with the path of what is wrong."""
        given = {name: value for name, value in stored.items() if value is not None}
        if not given:
            return ALWAYS
        for name in sorted(set(given) - set(_READ)):
            raise InvalidInput(field=camel(name), reason="unknown")
        read = {}
        for name, value in given.items():
            with within(camel(name)):
                read[name] = _READ[name](value)
        return cls(**read)

    def serialise(self) -> dict[str, Any]:
        """Plain JSON, as it is stored."""
        stored: dict[str, Any] = {}
        for name in ("weekdays", "days", "zones_from", "zones_to", "member_levels"):
            if values := getattr(self, name):
                stored[name] = sorted(values)
        if self.hours is not None:
            stored["hours"] = {"from": clock(self.hours.start), "to": clock(self.hours.end)}
        if self.dates is not None:
            ends = {"from": self.dates.start, "to": self.dates.end}
            stored["dates"] = {name: day.isoformat() for name, day in ends.items() if day}
        for name in ("distance_meters", "weight_grams", "wave_size"):
            if (span := getattr(self, name)) is not None:
                ends = {"at_least": span.at_least, "at_most": span.at_most}
                stored[name] = {end: value for end, value in ends.items() if value is not None}
        if self.urgent is not None:
            stored["urgent"] = self.urgent
        if self.answers:
            stored["answers"] = [_test_serialise(test) for test in self.answers]
        return stored

    @property
    def timed(self) -> bool:
        """Whether it depends on when the order is for."""
        return bool(self.weekdays or self.hours or self.dates or self.days)

    def holds(self, figures: Figures) -> bool:
        """Whether the rule applies to an order of these figures."""
        if self is ALWAYS:
            return True
        if self.timed and not self._timely(figures):
            return False
        if self.zones_from and figures.zone_from not in self.zones_from:
            return False
        if self.zones_to and figures.zone_to not in self.zones_to:
            return False
        if self.urgent is not None and figures.urgent is not self.urgent:
            return False
        if self.member_levels and figures.member_level not in self.member_levels:
            return False
        if self.wave_size and not self.wave_size.holds(figures.wave_size):
            return False
        if self.distance_meters and not self.distance_meters.holds(figures.distance_meters):
            return False
        if self.weight_grams and not self.weight_grams.holds(figures.weight_grams):
            return False
        return all(test.holds(figures.answers) for test in self.answers)

    def _timely(self, figures: Figures) -> bool:
        local = figures.local
        if local is None:
            return False
        return (
            (not self.weekdays or local.isoweekday() in self.weekdays)
            and (self.hours is None or self.hours.holds(local.hour * 60 + local.minute))
            and (self.dates is None or self.dates.holds(local.date()))
            and (not self.days or figures.day in self.days)
        )


ALWAYS: Final = When()


def when_parse(step: Step, stored: Mapping[str, Any]) -> When:
    """The condition of a rule of `step`. Raises `InvalidInput` with the path of what is wrong.

    A surcharge for a time or a zone says for which, as do discounts for members and waves; one for
    holidays is for holidays unless it says otherwise.
    """
    with within("when"):
        when = When.parse(stored)
        if step is Step.NIGHT and when.hours is None:
            raise InvalidInput(field="hours", reason="when is night?")
        if step is Step.PEAK and not when.timed:
            raise InvalidInput(field="hours", reason="when is the peak?")
        if step is Step.ZONE and not (when.zones_from or when.zones_to):
            raise InvalidInput(field="zonesTo", reason="for which zones?")
        if step is Step.MEMBER and not when.member_levels:
            raise InvalidInput(field="memberLevels", reason="for which members?")
        if step is Step.WAVE and (when.wave_size is None or when.wave_size.at_least is None):
            raise InvalidInput(field="waveSize.atLeast", reason="from how many orders on?")
        if step is Step.HOLIDAY and not when.days:
            return When.parse({**stored, "days": [Day.HOLIDAY.value]})
        return when


def clock(minute: int) -> str:
    """A minute of the day as people write it: 06:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _test_serialise(test: Test) -> dict[str, Any]:
    if test.values:
        return {"field": test.field, "is": list(test.values)}
    ends = {"at_least": test.at_least, "at_most": test.at_most}
    return {"field": test.field} | {end: value for end, value in ends.items() if value is not None}


def _list(value: Any, at_most: int) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= at_most:
        raise InvalidInput(field="", reason=f"a list of 1 to {at_most}")
    return value


def _weekdays(value: Any) -> frozenset[int]:
    days = _list(value, 7)
    if not all(type(day) is int and 1 <= day <= 7 for day in days):
        raise InvalidInput(field="", reason="1 for Monday to 7 for Sunday")
    return frozenset(days)


def _days(value: Any) -> frozenset[Day]:
    try:
        return frozenset(Day(day) for day in _list(value, len(Day)))
    except ValueError:
        raise InvalidInput(field="", reason=f"of {', '.join(Day)}") from None


def _hours(value: Any) -> Hours:
    start, end = (_minute(_part(value, name)) for name in ("from", "to"))
    if start == end:
        raise InvalidInput(field="", reason="an empty window: it ends when it begins")
    return Hours(start, end)


def _minute(value: Any) -> int:
    try:
        moment = time.fromisoformat(str(value))
    except ValueError:
        moment = None
    if not isinstance(value, str) or moment is None or moment.second or moment.tzinfo:
        raise InvalidInput(field="", reason="a local time like 22:30")
    return moment.hour * 60 + moment.minute


def _dates(value: Any) -> Dates:
    dates = Dates(*(_date(_part(value, name)) for name in ("from", "to")))
    if dates.start and dates.end and dates.start > dates.end:
        raise InvalidInput(field="", reason="an empty window: it ends before it begins")
    if dates == Dates():
        raise InvalidInput(field="", reason="from, to or both")
    return dates


def _date(value: Any) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput(field="", reason="a date like 2026-01-28") from None
    if day.year not in YEARS:
        raise InvalidInput(field="", reason=f"between {YEARS[0]} and {YEARS[-1]}")
    return day


def _part(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping) or set(value) - {"from", "to"}:
        raise InvalidInput(field="", reason="from and to")
    return value.get(name)


def _zones(value: Any) -> frozenset[str]:
    try:
        return frozenset(str(UUID(zone)) for zone in _list(value, MAX_ZONES))
    except (AttributeError, TypeError, ValueError):
        raise InvalidInput(field="", reason="ids of zones") from None


def _levels(value: Any) -> frozenset[str]:
    levels = _list(value, MAX_LEVELS)
    if not all(isinstance(level, str) and re.fullmatch(LEVEL, level) for level in levels):
        raise InvalidInput(field="", reason=f"levels like {LEVEL}")
    return frozenset(levels)


def _span(value: Any) -> Span:
    if not isinstance(value, Mapping) or not value or set(value) - {"at_least", "at_most"}:
        raise InvalidInput(field="", reason="atLeast, atMost or both")
    for name, end in value.items():
        if type(end) is not int or not 0 <= end <= 10**9:
            raise InvalidInput(field=camel(name), reason="a whole number, not negative")
    span = Span(**value)
    if span.at_least is not None and span.at_most is not None and span.at_least > span.at_most:
        raise InvalidInput(field="", reason="an empty window: it ends before it begins")
    return span


def _tests(value: Any) -> tuple[Test, ...]:
    tests = []
    for number, row in enumerate(_list(value, MAX_TESTS)):
        with within(str(number)):
            test = condition_parse(row).test
            if test is None:
                raise InvalidInput(field="", reason="a test of one answer")
            tests.append(test)
    return tuple(tests)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(field="", reason="true or false")
    return value


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "weekdays": _weekdays,
    "hours": _hours,
    "dates": _dates,
    "days": _days,
    "zones_from": _zones,
    "zones_to": _zones,
    "distance_meters": _span,
    "weight_grams": _span,
    "urgent": _flag,
    "member_levels": _levels,
    "wave_size": _span,
    "answers": _tests,
}
