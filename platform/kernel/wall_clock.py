"""Spans of time as the clock on the wall shows them: written, read, and kept apart.

A span is minutes after local midnight of the day that it begins on, `0 <= starts < 1440` and
`starts < ends <= starts + 1440`: 22:00 to 02:00 is (1320, 1560). Which instants it is on a given
day is no part of this: whoever keeps hours has a rule of their own for the days on which clocks
change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from kernel.refusals import InvalidInput

DAY_MINUTES: Final = 1440
WEEK_MINUTES: Final = 7 * DAY_MINUTES
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
"""As `date.weekday` counts."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time that begins on one local day; see the module's text for the minutes."""

    starts: int
    ends: int

    @property
    def texts(self) -> tuple[str, str]:
        """As people write it: "22:00", "02:00"."""
        return clock_text(self.starts), clock_text(self.ends)


def clock_minutes(text: str, *, field: str) -> int:
    """Minutes after midnight of `HH:MM`, 00:00 to 24:00. Raises `InvalidInput(field)`."""
    hours, colon, minutes = text.partition(":")
    if len(text) == 5 and colon and text.isascii() and hours.isdigit() and minutes.isdigit():
        total = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and total <= DAY_MINUTES:
            return total
    raise InvalidInput(
        field=field, reason=f"{text[:12]!a} is no time of the day like 08:30, up to 24:00"
    )


def clock_text(minutes: int) -> str:
    """`HH:MM` of minutes after midnight, those of the next day as they are on its clock.

    Midnight at the end of a span is 24:00.
    """
    within = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{within // 60:02}:{within % 60:02}"


def span_checked(starts: str, ends: str, *, field: str) -> Span:
    """The span from one `HH:MM` to another, which is the next day's unless it is later.

    Raises `InvalidInput(field)`, also for a span of no length.
    """
    begin, end = clock_minutes(starts, field=field), clock_minutes(ends, field=field)
    if begin == DAY_MINUTES:
        raise InvalidInput(field=field, reason="24:00 ends a day; one begins at 00:00")
    if end == begin:
        raise InvalidInput(
            field=field, reason=f"{starts} to {ends} is no span; all day is 00:00 to 24:00"
        )
    return Span(begin, end if end > begin else end + DAY_MINUTES)


def day_checked(spans: Iterable[Span], *, field: str) -> list[Span]:
    """`spans` of one day in order. Raises `InvalidInput(field)` when two overlap; touching is fine.

    A span over midnight is as long as it is: the next day's are no part of this.
    """
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after.starts < before.ends:
            raise _overlap(clock_text(after.starts), field)
    return ordered


def week_apart(week: Sequence[tuple[int, Span]], *, field: str) -> None:
    """Raise `InvalidInput(field)` when two spans overlap, those over Sunday's midnight too.

    `week` is weekdays, 0 on Monday, each with a span that begins on it.
    """
    laid = [
        (weekday * DAY_MINUTES + span.starts, weekday * DAY_MINUTES + span.ends)
        for weekday, span in sorted(week)
    ]
    if laid:
        first, _ = laid[0]
        laid.append((first + WEEK_MINUTES, first + WEEK_MINUTES))
    for (_, end), (begin, _) in pairwise(laid):
        if begin < end:
            weekday = WEEKDAYS[begin // DAY_MINUTES % 7]
            raise _overlap(f"{weekday} {clock_text(begin % DAY_MINUTES)}", field)


def local_time(day: date, minutes: int) -> datetime:
    """What the wall clock shows `minutes` after midnight of `day`, without a zone."""
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _overlap(where: str, field: str) -> InvalidInput:
    return InvalidInput(field=field, reason=f"two spans overlap at {where}")
