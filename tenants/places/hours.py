"""Opening hours: spans of the operator's local time by weekday, and other ones on single dates.

A span that closes at or before it opens runs over midnight. What a date says replaces the spans
that begin on that date; one that began the evening before runs to its end. Local times become
instants as in RFC 5545 (3.3.5): one that a change of the clock skips is read by the offset before
it, and of one that comes twice the first counts. Couriers' working hours differ in that on purpose
(`tenants/couriers/hours.py`); what is the same of both is `kernel.wall_clock`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from kernel.refusals import InvalidInput
from kernel.wall_clock import Span, day_checked, local_time, span_checked, week_apart

MAX_SPANS: Final = 6
"""Of one day."""
MAX_EXCEPTIONS: Final = 366
HORIZON_DAYS: Final = 62
"""How far ahead is looked for the next change."""
YEARS: Final = range(2000, 2101)
"""What a date of the hours, or a time that is asked about, may be in."""


class Weekday(IntEnum):
    """As `datetime.weekday` counts."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Hours:
    """Seven days of spans from Monday on, and the dates that have spans of their own, or none."""

    week: tuple[tuple[Span, ...], ...]
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def serialise(self) -> dict[str, Any]:
        """Plain JSON: `week` is seven lists of [opens, closes], `exceptions` one by date."""
        return {
            "week": [_texts(day) for day in self.week],
            "exceptions": {
                day.isoformat(): _texts(spans) for day, spans in sorted(self.exceptions.items())
            },
        }

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Hours":
        """The inverse of `serialise`."""
        return cls(
            week=tuple(_spans(day, "hours") for day in stored["week"]),
            exceptions={
                date.fromisoformat(day): _spans(spans, "hours")
                for day, spans in stored["exceptions"].items()
            },
        )

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans that begin on a day."""
        return self.exceptions.get(day, self.week[day.weekday()])


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open, and when that changes; None where it does not within two months."""

    open: bool
    changes_at: datetime | None


def hours_checked(
    *,
    week: Iterable[tuple[Weekday, str, str]],
    exceptions: Iterable[tuple[date, Sequence[tuple[str, str]]]],
    field: str = "hours",
) -> Hours:
    """Hours out of texts such as ("22:00", "02:00"); "24:00" closes at midnight.

    Raises `InvalidInput`, saying where, for what is no time, for more than `MAX_SPANS` a day, for
    spans that overlap (those over midnight with the next day's too, Sunday's with Monday's), and
    for a date that comes twice.
    """
    days: list[list[tuple[str, str]]] = [[] for _ in Weekday]
    for weekday, opens, closes in week:
        days[weekday].append((opens, closes))
    checked = tuple(_spans(day, f"{field}.week") for day in days)
    week_apart(
        [(weekday, span) for weekday, spans in enumerate(checked) for span in spans],
        field=f"{field}.week",
    )
    by_date: dict[date, tuple[Span, ...]] = {}
    for number, (day, spans) in enumerate(exceptions):
        here = f"{field}.exceptions.{number}"
        if day in by_date:
            raise InvalidInput(field=here, reason=f"{day} comes twice")
        if day.year not in YEARS:
            raise InvalidInput(field=here, reason=f"a year from {YEARS[0]} to {YEARS[-1]}")
        if number >= MAX_EXCEPTIONS:
            raise InvalidInput(field=here, reason=f"at most {MAX_EXCEPTIONS} dates")
        by_date[day] = _spans(spans, here)
    return Hours(week=checked, exceptions=by_date)


def opening(hours: Hours, *, at: datetime, zone: ZoneInfo) -> Opening:
    """Whether it is open at an instant, and until when; or when it opens next."""
    for starts, ends in _merged(_stretches(hours, at.astimezone(zone).date(), zone)):
        if ends is not None and ends <= at:
            continue
        if starts > at:
            return Opening(open=False, changes_at=starts)
        return Opening(open=True, changes_at=ends)
    return Opening(open=False, changes_at=None)


def _stretches(hours: Hours, today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(-2, HORIZON_DAYS):
        day = today + timedelta(days=ahead)
        for span in hours.on(day):
            starts, ends = (_instant(day, minute, zone) for minute in (span.starts, span.ends))
            if starts < ends:  # or the hour that it is open for is skipped by the clock
                yield starts, ends


def _merged(
    stretches: Iterator[tuple[datetime, datetime]],
) -> Iterator[tuple[datetime, datetime | None]]:
    """Those that touch or overlap as one; the last one's end lies beyond what was looked at."""
    current: tuple[datetime, datetime] | None = None
    for starts, ends in stretches:
        if current is not None and starts <= current[1]:
            current = current[0], max(current[1], ends)
            continue
        if current is not None:
            yield current
        current = starts, ends
    if current is not None:
        runs_on = current[1] - current[0] >= timedelta(days=HORIZON_DAYS - 1)
        yield current[0], None if runs_on else current[1]


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return local_time(day, minute).replace(tzinfo=zone).astimezone(UTC)


def _spans(texts: Sequence[Sequence[str]], field: str) -> tuple[Span, ...]:
    if len(texts) > MAX_SPANS:
        raise InvalidInput(field=field, reason=f"at most {MAX_SPANS} spans a day")
    spans = [span_checked(opens, closes, field=field) for opens, closes in texts]
    return tuple(day_checked(spans, field=field))


def _texts(spans: Iterable[Span]) -> list[list[str]]:
    return [list(span.texts) for span in spans]
