"""Times of the day and spans of them, as they are written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import InvalidInput
from kernel.wall_clock import (
    Span,
    clock_minutes,
    clock_text,
    day_checked,
    span_checked,
    week_apart,
)


@pytest.mark.parametrize(
    "text", ["", "9:00", "24:01", "25:00", "12:60", "1２:00", "12-00", "-1:00"]
)
def test_what_is_no_time_of_day(text: str):
    with pytest.raises(InvalidInput):
        clock_minutes(text, field="hours")


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_a_span_reads_as_it_was_written(starts: int, length: int):
    span = Span(starts, starts + length)
    written = (clock_text(span.starts), clock_text(span.ends))
    if length == 1440 and starts:  # "09:00 to 09:00" cannot be told from no time at all
        with pytest.raises(InvalidInput):
            span_checked(*written, field="hours")
    else:
        assert span_checked(*written, field="hours") == span


def test_spans_of_a_day_and_of_a_week_are_kept_apart():
    morning, late, night = Span(480, 720), Span(700, 800), Span(1320, 1560)
    assert day_checked([night, morning], field="hours") == [morning, night]
    with pytest.raises(InvalidInput) as refused:
        day_checked([late, morning], field="hours")
    assert refused.value.reason == "two spans overlap at 11:40"
    week_apart([(0, night), (1, Span(120, 300))], field="hours")
    for weekday in range(7):
        with pytest.raises(InvalidInput, match="INVALID_INPUT"):
            week_apart([(weekday, night), ((weekday + 1) % 7, Span(119, 300))], field="hours")
