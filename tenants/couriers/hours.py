"""Working hours as the wall clock shows them, and the instants that they are on a given day.

A pure part: no rows, no clock. A span is minutes after local midnight of the day that it begins on,
`0 <= starts < 1440` and `starts < ends <= starts + 1440`: 22:00 to 02:00 is (1320, 1560).

On the two days a year on which clocks change, nobody works longer than the wall clock allows:

- a time in the gap (clocks go from 01:00 to 02:00, and it says 01:30) is the instant of the change;
- a time that comes twice opens at the second and closes at the first, so that the clock on the wall
  never shows a time outside the hours; where both ends come twice, both are the first.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from kernel.refusals import InvalidInput

DAY_MINUTES: Final = 1440
WEEK_MINUTES: Final = 7 * DAY_MINUTES


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of work that begins on one local day; see the module's text for the minutes."""

    starts: int
    ends: int


@dataclass(frozen=True, slots=True, order=True)
class WeeklySpan:
    """The same every week; `weekday` is 0 on Monday."""

    weekday: int
    span: Span


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From an instant to a later one, in seconds since the epoch."""

    starts: int
    ends: int


def clock_minutes(text: str, *, field: str) -> int:
    """Minutes after midnight of `HH:MM`, 00:00 to 24:00. Raises `InvalidInput(field)`."""
    hours, colon, minutes = text.partition(":")
    if len(text) == 5 and colon and text.isascii() and hours.isdigit() and minutes.isdigit():
        total = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and total <= DAY_MINUTES:
            return total
    raise InvalidInput(field=field, reason="a time of the day like 08:30, up to 24:00")


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
        raise InvalidInput(field=field, reason="a day begins at 00:00")
    if end == begin:
        raise InvalidInput(field=field, reason=f"from {starts} to {ends} is no time at all")
    return Span(begin, end if end > begin else end + DAY_MINUTES)


def week_checked(week: Sequence[WeeklySpan], *, field: str) -> list[WeeklySpan]:
    """`week` in order. Raises `InvalidInput(field)` when two spans overlap, even over Sunday.

    Spans that touch are fine.
    """
    ordered = sorted(week)
    laid = [
        (each.weekday * DAY_MINUTES + each.span.starts, each.weekday * DAY_MINUTES + each.span.ends)
        for each in ordered
    ]
    if laid:
        first, _ = laid[0]
        laid.append((first + WEEK_MINUTES, first + WEEK_MINUTES))
    for (_, end), (begin, _) in pairwise(laid):
        if begin < end:
            raise InvalidInput(field=field, reason=f"two spans overlap at {_in_week(begin)}")
    return ordered


def day_checked(spans: Sequence[Span], *, field: str) -> list[Span]:
    """`spans` of one day in order. Raises `InvalidInput(field)` when two overlap."""
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after.starts < before.ends:
            raise InvalidInput(
                field=field, reason=f"two spans overlap at {clock_text(after.starts)}"
            )
    return ordered


def windows(
    week: Iterable[WeeklySpan],
    exceptions: Mapping[date, Sequence[Span]],
    *,
    first: date,
    last: date,
    zone: ZoneInfo,
) -> list[Window]:
    """The instants of work that begins on the local days `first` to `last`, in order, merged.

    An exception stands for all of what the week has on its day; without spans it is a day off. A
    span of the evening before that goes past midnight is the evening's, and stays.
    """
    by_weekday: dict[int, list[Span]] = {}
    for each in week:
        by_weekday.setdefault(each.weekday, []).append(each.span)
    found: list[Window] = []
    day = first
    while day <= last:
        spans = exceptions[day] if day in exceptions else by_weekday.get(day.weekday(), ())
        for span in spans:
            window = span_window(day, span, zone)
            if window.starts < window.ends:
                found.append(window)
        day += timedelta(days=1)
    return merged(found)


@lru_cache(maxsize=8192)  # couriers keep much the same hours
def span_window(day: date, span: Span, zone: ZoneInfo) -> Window:
    """The instants of `span` on `day`; empty (no earlier end) where the gap has swallowed it."""
    start, end = _local(day, span.starts), _local(day, span.ends)
    opens, closes = _instant(start, zone, later=True), _instant(end, zone, later=False)
    if closes < opens:  # both come twice
        opens = _instant(start, zone, later=False)
    return Window(int(opens.timestamp()), int(max(opens, closes).timestamp()))


def merged(found: Iterable[Window]) -> list[Window]:
    """The same instants as few windows, in order."""
    result: list[Window] = []
    for window in sorted(found):
        if result and window.starts <= result[-1].ends:
            if window.ends > result[-1].ends:
                result[-1] = Window(result[-1].starts, window.ends)
        else:
            result.append(window)
    return result


def without(found: Sequence[Window], away: Iterable[Window]) -> list[Window]:
    """`found` (merged) less what is in `away`."""
    result = list(found)
    for gone in away:
        low = bisect_left(result, gone.starts, key=lambda window: window.ends)
        high = low
        kept: list[Window] = []
        while high < len(result) and result[high].starts < gone.ends:
            window = result[high]
            if window.starts < gone.starts:
                kept.append(Window(window.starts, min(window.ends, gone.starts)))
            if window.ends > gone.ends:
                kept.append(Window(max(window.starts, gone.ends), window.ends))
            high += 1
        result[low:high] = kept
    return result


def local_instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When the wall clock shows `minutes` after midnight of `day`, in UTC.

    In a gap it is the instant of the change; of two it is the first.
    """
    return _instant(_local(day, minutes), zone, later=False)


def _local(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _instant(local: datetime, zone: ZoneInfo, *, later: bool) -> datetime:
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None and after is not None
    if before == after:
        return first.astimezone(UTC)
    if before > after:  # it comes twice
        return (second if later else first).astimezone(UTC)
    # It never comes: PEP 495 takes the offset before the gap for fold=0, the one after for fold=1,
    # so that the change lies between the two instants.
    return _change(second.astimezone(UTC), first.astimezone(UTC), zone)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant within (low, high] at which the offset changes, to the second."""
    offset = low.astimezone(zone).utcoffset()
    first, last = int(low.timestamp()), int(high.timestamp())
    while last - first > 1:
        middle = (first + last) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            first = middle
        else:
            last = middle
    return datetime.fromtimestamp(last, UTC)


def _in_week(minutes: int) -> str:
    day = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return f"{day[minutes // DAY_MINUTES % 7]} {clock_text(minutes % DAY_MINUTES)}"
