"""How much work there may be: what was worked (fatigue), and what is planned (rest)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.booking import rest
from tenants.booking.rest import RestNeeded, TooManyHours
from tenants.couriers.fatigue import Advice, fatigue

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 2, tzinfo=SHANGHAI)


def at(clock: str, day: int = 2) -> datetime:
    hours, _, minutes = clock.partition(":")
    start = datetime(2026, 3, day, tzinfo=SHANGHAI)
    return start + timedelta(hours=int(hours), minutes=int(minutes))


def span(text: str, day: int = 2) -> tuple[datetime, datetime]:
    begin, _, end = text.partition("-")
    return at(begin, day), at(end, day)


@pytest.mark.parametrize(
    ("worked", "now", "continuous", "today", "advice"),
    [
        ("", "12:00", 0, 0, Advice.FRESH),
        ("08:00-11:59", "11:59", 239, 239, Advice.FRESH),
        ("08:00-12:00", "12:00", 240, 240, Advice.REST),
        ("08:00-12:00", "12:19", 240, 240, Advice.REST),
        ("08:00-12:00", "12:20", 0, 240, Advice.FRESH),  # 20 minutes of rest
        ("08:00-10:00 10:19-12:19", "12:19", 240, 240, Advice.REST),
        ("08:00-10:00 10:20-12:19", "12:19", 119, 239, Advice.FRESH),
        ("06:00-10:00 10:30-14:30", "14:30", 240, 480, Advice.DONE),
        ("06:00-10:00 10:30-14:30", "20:00", 0, 480, Advice.DONE),  # no more today
        ("06:00-10:00 10:30-14:29", "15:00", 0, 479, Advice.FRESH),
    ],
)
def test_fatigue(worked: str, now: str, continuous: int, today: int, advice: Advice):
    found = fatigue([span(each) for each in worked.split()], midnight=MIDNIGHT, at=at(now))
    minutes = [part // timedelta(minutes=1) for part in (found.continuous, found.today)]
    assert (*minutes, found.advice) == (continuous, today, advice)


def test_yesterday_counts_for_the_stretch_and_not_for_the_day():
    night = (at("22:00", day=1), at("02:00"))
    found = fatigue([night], midnight=MIDNIGHT, at=at("02:00"))
    assert found.continuous == timedelta(hours=4)
    assert found.today == timedelta(hours=2)
    assert found.advice is Advice.REST


def test_what_is_ahead_is_not_worked_yet():
    found = fatigue([span("08:00-20:00")], midnight=MIDNIGHT, at=at("09:00"))
    assert found.continuous == found.today == timedelta(hours=1)
    assert fatigue([span("10:00-11:00")], midnight=MIDNIGHT, at=at("09:00")).today == timedelta()


@pytest.mark.parametrize(
    ("planned", "added", "refusal"),
    [
        ("", "08:00-12:00", None),
        ("08:00-12:00", "12:20-16:20", None),
        ("08:00-12:00", "12:19-13:00", RestNeeded),
        ("08:00-10:00", "10:00-12:00", None),
        ("08:00-10:00", "10:00-12:15", RestNeeded),
        ("08:00-10:00 12:05-13:00", "10:00-12:00", RestNeeded),  # it joins the two
        ("06:00-10:00 11:00-14:00", "16:00-17:00", None),
        ("06:00-10:00 11:00-14:00", "16:00-17:01", TooManyHours),
    ],
)
def test_what_fits_into_a_day(planned: str, added: str, refusal: type[Exception] | None):
    work = [span(each) for each in planned.split()]
    if refusal is None:
        rest.check(work, span(added), zone=SHANGHAI)
    else:
        with pytest.raises(refusal):
            rest.check(work, span(added), zone=SHANGHAI)


def test_eleven_hours_lie_between_two_days():
    evening = [span("18:00-22:00")]
    with pytest.raises(RestNeeded) as refused:
        rest.check(evening, span("08:59-10:00", day=3), zone=SHANGHAI)
    assert refused.value.minutes == 660
    rest.check(evening, span("09:00-10:00", day=3), zone=SHANGHAI)
    with pytest.raises(RestNeeded):
        rest.check([span("08:00-09:00", day=3)], evening[0], zone=SHANGHAI)


stretches = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), max_size=10)


@given(stretches, st.integers(0, 330))
def test_fatigue_is_never_more_than_what_was_worked(parts: list[tuple[int, int]], now: int):
    start, work = MIDNIGHT - timedelta(hours=10), []
    end = 0
    for pause, length in parts:  # one after the other
        begin = end + pause % 40
        end = begin + length
        work.append((start + timedelta(minutes=10 * begin), start + timedelta(minutes=10 * end)))
    moment = start + timedelta(minutes=10 * now)
    found = fatigue(work, midnight=MIDNIGHT, at=moment.astimezone(UTC))
    total = sum((max(timedelta(), min(e, moment) - b) for b, e in work), timedelta())
    assert timedelta() <= found.continuous <= total
    assert timedelta() <= found.today <= min(total, max(timedelta(), moment - MIDNIGHT))
    assert (found.advice is Advice.FRESH) == (
        found.continuous < timedelta(hours=4) and found.today < timedelta(hours=8)
    )
