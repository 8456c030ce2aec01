"""Working hours as the wall clock shows them, and the instants that they are on a given day.

A pure part: no rows, no clock. Spans are `kernel.wall_clock`'s; here are the instants.

On the two days a year on which clocks change, nobody works longer than the wall clock allows. A
place's hours (`tenants/places/hours.py`) read such times as calendars do, on purpose: what a sign
on a door says is looked up, a shift is agreed upon.

- a time in the gap (clocks go from 01:00 to 02:00, and it says 01:30) is the instant of the change;
- a time that comes twice opens at the second and closes at the first, so that the clock on the wall
  never shows a time outside the hours; where both ends come twice, both are the first.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from kernel.wall_clock import Span, local_time, week_apart


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


def week_checked(week: Sequence[WeeklySpan], *, field: str) -> list[WeeklySpan]:
    """`week` in order. Raises `InvalidInput(field)` when two spans overlap, even over Sunday.

    Spans that touch are fine.
    """
    week_apart([(each.weekday, each.span) for each in week], field=field)
    return sorted(week)


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
    start, end = local_time(day, span.starts), local_time(day, span.ends)
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
    return _instant(local_time(day, minutes), zone, later=False)


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
