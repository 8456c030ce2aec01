"""Hours of the wall clock as instants: weeks, other days, and days that are not 24 hours."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import InvalidInput
from kernel.wall_clock import Span, span_checked
from tenants.couriers.hours import (
    WeeklySpan,
    Window,
    local_instant,
    merged,
    span_window,
    week_checked,
    windows,
    without,
)

LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")
ZONES = [
    LONDON,
    SHANGHAI,
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),  # half an hour of daylight saving
    ZoneInfo("Africa/Casablanca"),  # clocks go back for Ramadan
    ZoneInfo("America/Santiago"),  # the change is at midnight
    ZoneInfo("Asia/Kathmandu"),
]
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("day", "hours", "starts", "ends"),
    [
        # A quite usual day, and one past midnight.
        (SPRING - timedelta(days=1), "09:00-17:00", "2026-03-28T09:00Z", "2026-03-28T17:00Z"),
        (SPRING, "22:00-02:00", "2026-03-29T21:00Z", "2026-03-30T01:00Z"),
        (SPRING, "00:00-24:00", "2026-03-29T00:00Z", "2026-03-29T23:00Z"),
        (AUTUMN, "00:00-24:00", "2026-10-24T23:00Z", "2026-10-26T00:00Z"),
        # Spring: 01:00 to 02:00 never comes.
        (SPRING, "01:30-05:00", "2026-03-29T01:00Z", "2026-03-29T04:00Z"),
        (SPRING, "00:00-01:30", "2026-03-29T00:00Z", "2026-03-29T01:00Z"),
        (SPRING, "00:30-02:30", "2026-03-29T00:30Z", "2026-03-29T01:30Z"),
        (SPRING, "01:10-01:50", "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        # Autumn: 01:00 to 02:00 comes twice. No longer than the wall clock allows.
        (AUTUMN, "01:30-05:00", "2026-10-25T01:30Z", "2026-10-25T05:00Z"),
        (AUTUMN, "00:00-01:30", "2026-10-24T23:00Z", "2026-10-25T00:30Z"),
        (AUTUMN, "01:10-01:50", "2026-10-25T00:10Z", "2026-10-25T00:50Z"),
        (AUTUMN, "00:30-02:30", "2026-10-24T23:30Z", "2026-10-25T02:30Z"),
    ],
)
def test_in_london(day: date, hours: str, starts: str, ends: str):
    begin, _, end = hours.partition("-")
    window = span_window(day, span_checked(begin, end, field="hours"), LONDON)
    assert window == Window(at(starts), at(ends))


def test_a_gap_at_midnight_begins_the_day_later():
    santiago = ZoneInfo("America/Santiago")  # 00:00 to 01:00 of 6 September 2026 never comes
    window = span_window(date(2026, 9, 6), Span(0, 480), santiago)
    assert window == Window(at("2026-09-06T04:00Z"), at("2026-09-06T11:00Z"))


days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
changes = st.sampled_from([SPRING, AUTUMN, date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5)])
spans = st.builds(
    lambda starts, length: Span(starts, starts + length),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


@given(day=days | changes, span=spans, zone=st.sampled_from(ZONES))
def test_the_wall_clock_never_shows_a_time_outside_the_hours(day: date, span: Span, zone: ZoneInfo):
    window = span_window(day, span, zone)
    assert window.starts <= window.ends
    if window.starts == window.ends:
        return
    midnight = datetime.combine(day, datetime.min.time())
    first = datetime.fromtimestamp(window.starts, zone).replace(tzinfo=None)
    last = datetime.fromtimestamp(window.ends - 1, zone).replace(tzinfo=None)
    assert first >= midnight + timedelta(minutes=span.starts)
    assert last < midnight + timedelta(minutes=span.ends)
    # Where clocks do not change, that is all of them.
    if (before := first.replace(tzinfo=zone).utcoffset()) == last.replace(tzinfo=zone).utcoffset():
        whole = window.ends - window.starts == (span.ends - span.starts) * 60
        assert whole or _changes(day, zone), before


def _changes(day: date, zone: ZoneInfo) -> bool:
    around = [datetime.combine(day, datetime.min.time(), zone) + timedelta(days=n) for n in (-1, 3)]
    offsets = {
        (around[0].astimezone(UTC) + timedelta(hours=n)).astimezone(zone).utcoffset()
        for n in range(97)
    }
    return len(offsets) > 1


@given(day=days | changes, minutes=st.integers(0, 1439), zone=st.sampled_from(ZONES))
def test_a_time_of_the_wall_clock_is_when_it_shows_it(day: date, minutes: int, zone: ZoneInfo):
    instant = local_instant(day, minutes, zone)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    asked = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    assert shown >= asked  # later only where the gap has swallowed it
    if shown != asked:
        before = (instant - timedelta(seconds=1)).astimezone(zone)
        assert before.utcoffset() != instant.astimezone(zone).utcoffset()


some_windows = st.lists(
    st.builds(lambda s, n: Window(s, s + n), st.integers(0, 200), st.integers(1, 40)), max_size=12
)


def _seconds(found: list[Window]) -> set[int]:
    return {second for window in found for second in range(window.starts, window.ends)}


@given(some_windows, some_windows)
def test_windows_are_sets_of_instants(one: list[Window], other: list[Window]):
    whole, gone = merged(one), merged(other)
    assert _seconds(whole) == _seconds(one)
    assert all(a.ends < b.starts for a, b in pairwise(whole))
    left = without(whole, gone)
    assert _seconds(left) == _seconds(one) - _seconds(other)
    assert all(window.starts < window.ends for window in left)


def test_an_exception_stands_for_its_day_alone():
    week = [WeeklySpan(n, Span(540, 1020)) for n in range(7)] + [WeeklySpan(4, Span(1320, 1560))]
    monday = date(2026, 3, 2)
    saturday = monday + timedelta(days=5)
    found = windows(
        week,
        {saturday: [], monday: [Span(600, 660)]},
        first=monday,
        last=monday + timedelta(days=6),
        zone=SHANGHAI,
    )
    texts = [
        "/".join(
            datetime.fromtimestamp(second, SHANGHAI).strftime("%d %H:%M")
            for second in (window.starts, window.ends)
        )
        for window in found
    ]
    assert texts[0] == "02 10:00/02 11:00"
    assert texts[-2:] == ["06 22:00/07 02:00", "08 09:00/08 17:00"]  # Friday's night is Friday's
    assert len(texts) == 7


def test_spans_that_overlap_are_named_and_those_that_touch_are_fine():
    night, early = WeeklySpan(6, Span(1320, 1560)), WeeklySpan(0, Span(60, 600))
    with pytest.raises(InvalidInput) as refused:
        week_checked([early, night], field="hours")
    assert refused.value.reason == "two spans overlap at Monday 01:00"
    assert week_checked([night, WeeklySpan(0, Span(120, 600))], field="hours")
    with pytest.raises(InvalidInput, match="INVALID_INPUT"):
        week_checked([early, early], field="hours")
    assert week_checked([], field="hours") == []
    assert week_checked([WeeklySpan(n, Span(0, 1440)) for n in range(7)], field="hours")
