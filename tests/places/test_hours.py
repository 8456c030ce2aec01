"""Opening hours: over midnight, on single dates, and where the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.hours import Hours, Weekday, hours_checked, opening
from tenants.places.models import Place
from tests.support.cast import cast
from tests.support.factories import CAMPUS, PlaceFactory
from tests.support.graphql import Api
from tests.support.stage import mutate, nothing_changes

LONDON, SHANGHAI = ZoneInfo("Europe/London"), ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


def every_day(*spans: tuple[str, str], **exceptions: list[tuple[str, str]]) -> Hours:
    return hours_checked(
        week=[(day, *span) for day in Weekday for span in spans],
        exceptions=[
            (date.fromisoformat(day.removeprefix("on_").replace("_", "-")), spans)
            for day, spans in exceptions.items()
        ],
    )


def asked(hours: Hours, at: str, zone: ZoneInfo = SHANGHAI) -> tuple[bool, str | None]:
    """Whether it is open at a local time, and the local time of the next change."""
    found = opening(hours, at=datetime.fromisoformat(at).replace(tzinfo=zone), zone=zone)
    changes = found.changes_at
    return found.open, changes and f"{changes.astimezone(zone):%Y-%m-%dT%H:%M%z}"


def test_over_the_day():
    hours = every_day(("08:00", "12:00"), ("13:30", "20:00"))
    assert asked(hours, "2026-03-02T07:59") == (False, "2026-03-02T08:00+0800")
    assert asked(hours, "2026-03-02T08:00") == (True, "2026-03-02T12:00+0800")
    assert asked(hours, "2026-03-02T12:00") == (False, "2026-03-02T13:30+0800")
    assert asked(hours, "2026-03-02T20:00") == (False, "2026-03-03T08:00+0800")


def test_over_midnight():
    hours = every_day(("20:00", "02:00"))
    assert asked(hours, "2026-03-02T01:59") == (True, "2026-03-02T02:00+0800")
    assert asked(hours, "2026-03-02T02:00") == (False, "2026-03-02T20:00+0800")
    assert asked(hours, "2026-03-02T23:00") == (True, "2026-03-03T02:00+0800")


def test_on_single_dates():
    hours = every_day(
        ("20:00", "02:00"), on_2026_10_01=[], on_2026_10_02=[("10:00", "12:00"), ("23:00", "24:00")]
    )
    # What began the evening before runs to its end.
    assert asked(hours, "2026-10-01T01:00") == (True, "2026-10-01T02:00+0800")
    assert asked(hours, "2026-10-01T02:00") == (False, "2026-10-02T10:00+0800")
    assert asked(hours, "2026-10-02T01:00") == (False, "2026-10-02T10:00+0800")
    assert asked(hours, "2026-10-02T23:30") == (True, "2026-10-03T00:00+0800")


def test_round_the_clock_never_closes():
    hours = every_day(("00:00", "24:00"))
    assert asked(hours, "2026-03-02T00:00") == (True, None)
    closed = every_day(("00:00", "24:00"), on_2026_03_10=[])
    assert asked(closed, "2026-03-02T00:00") == (True, "2026-03-10T00:00+0800")
    assert asked(closed, "2026-03-10T12:00") == (False, "2026-03-11T00:00+0800")


def test_never_open():
    assert asked(every_day(), "2026-03-02T12:00") == (False, None)
    once = every_day(on_2026_03_20=[("09:00", "10:00")])
    assert asked(once, "2026-03-02T12:00") == (False, "2026-03-20T09:00+0800")


def test_the_night_the_clock_goes_forward():
    """London, 2026-03-29: 01:00 becomes 02:00."""
    night = every_day(("22:00", "06:00"))
    assert asked(night, "2026-03-28T23:00", LONDON) == (True, "2026-03-29T06:00+0100")
    began = opening(night, at=datetime(2026, 3, 28, 22, tzinfo=UTC), zone=LONDON)
    assert began.changes_at == datetime(2026, 3, 29, 5, tzinfo=UTC)  # an hour shorter
    # Opens at a time that is skipped: by the offset before it (RFC 5545).
    assert asked(every_day(("01:30", "05:00")), "2026-03-29T00:30", LONDON) == (
        False,
        "2026-03-29T02:30+0100",
    )
    # Open for the skipped hour alone: not that day.
    assert asked(every_day(("01:00", "02:00")), "2026-03-29T00:30", LONDON) == (
        False,
        "2026-03-30T01:00+0100",
    )


def test_the_night_the_clock_goes_back():
    """London, 2026-10-25: 02:00 becomes 01:00."""
    night = every_day(("22:00", "06:00"))
    began = opening(night, at=datetime(2026, 10, 24, 21, tzinfo=UTC), zone=LONDON)
    assert began.changes_at == datetime(2026, 10, 25, 6, tzinfo=UTC)  # an hour longer
    late = every_day(("00:00", "01:30"))  # which comes twice: the first counts
    assert opening(late, at=datetime(2026, 10, 25, 0, 15, tzinfo=UTC), zone=LONDON).open
    assert not opening(late, at=datetime(2026, 10, 25, 0, 45, tzinfo=UTC), zone=LONDON).open
    assert not opening(late, at=datetime(2026, 10, 25, 1, 15, tzinfo=UTC), zone=LONDON).open


MINUTES = st.integers(0, 24 * 4 - 1).map(lambda quarter: quarter * 15)


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    """Up to three spans a day within it, and one over midnight on some evenings."""
    week = []
    for day in Weekday:
        ends = sorted(draw(st.sets(st.integers(6 * 4, 20 * 4), max_size=6)))
        pairs = list(zip(ends[::2], ends[1::2], strict=False))
        week += [(day, *(f"{q // 4:02}:{q % 4 * 15:02}" for q in pair)) for pair in pairs]
        if draw(st.booleans()):
            week.append((day, "21:00", draw(st.sampled_from(["24:00", "00:30", "03:00"]))))
    return hours_checked(week=week, exceptions=[])


@given(
    hours=some_hours(),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York"]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
)
def test_the_next_change_is_the_next(hours: Hours, zone: str, at: datetime):
    asked_at = at.replace(tzinfo=UTC)
    found = opening(hours, at=asked_at, zone=ZoneInfo(zone))
    if found.changes_at is None:
        return
    assert found.changes_at > asked_at
    then = opening(hours, at=found.changes_at, zone=ZoneInfo(zone))
    assert then.open is not found.open
    step = (found.changes_at - asked_at) / 7
    for number in range(7):
        between = opening(hours, at=asked_at + number * step, zone=ZoneInfo(zone))
        assert (between.open, between.changes_at) == (found.open, found.changes_at)


@given(hours=some_hours())
def test_what_is_kept_reads_back(hours: Hours):
    assert Hours.parse(hours.serialise()) == hours


@pytest.mark.parametrize(
    ("week", "says"),
    [
        ([("08:00", "8:30")], "no time"),
        ([("25:00", "08:00")], "no time"),
        ([("08:60", "09:00")], "no time"),
        ([("٠٨:٠٠", "09:00")], "no time"),
        ([("08:00\n", "09:00")], "no time"),
        ([("", "")], "no time"),
        ([("24:00", "08:00")], "begins at"),
        ([("08:00", "08:00")], "no span"),
        ([("08:00", "12:00"), ("11:59", "13:00")], "overlap"),
        ([("08:00", "12:00"), ("08:00", "12:00")], "overlap"),
        ([("20:00", "09:00"), ("08:00", "12:00")], "overlap"),  # into the next day's
        ([("00:00", "24:00"), ("23:00", "01:00")], "overlap"),
        ([(f"{hour:02}:00", f"{hour:02}:30") for hour in range(7)], "at most 6"),
    ],
)
def test_nonsense_is_refused(week: list[tuple[str, str]], says: str):
    with pytest.raises(InvalidInput) as refused:
        every_day(*week)
    assert refused.value.field == "hours.week" and says in refused.value.reason


def test_sunday_night_runs_into_monday():
    with pytest.raises(InvalidInput, match="INVALID"):
        hours_checked(
            week=[(Weekday.SUNDAY, "20:00", "04:00"), (Weekday.MONDAY, "03:00", "05:00")],
            exceptions=[],
        )


def test_dates_are_said_once_and_bounded():
    for exceptions in (
        [(MONDAY, []), (MONDAY, [])],
        [(date(1999, 12, 31), [])],
        [(MONDAY + timedelta(days=n), []) for n in range(367)],
        [(MONDAY, [("10:00", "12:00"), ("11:00", "13:00")])],
    ):
        with pytest.raises(InvalidInput) as refused:
            hours_checked(week=[], exceptions=exceptions)
        assert refused.value.field.startswith("hours.exceptions.")


HOURS = """place {
  id hours { week { weekday spans { opens closes } } exceptions { date spans { opens closes } } }
}"""
PLACES = """query ($at: DateTime) {
  places { edges { node { opening(at: $at) { open changesAt } } } }
}"""


def test_through_the_api(alpha: TenantRef):
    ines = cast(alpha).ines
    given: dict[str, Any] = {
        "kind": "STATION",
        "name": [{"language": "zh-Hans", "text": "驿站"}],
        "point": {"latitude": CAMPUS[0], "longitude": CAMPUS[1]},
        "hours": {
            "week": [
                {"weekdays": ["MONDAY", "TUESDAY"], "opens": "08:00", "closes": "22:00"},
                {"weekdays": ["SATURDAY"], "opens": "18:00", "closes": "01:00"},
            ],
            "exceptions": [
                {"date": "2026-10-01", "spans": []},
                {"date": "2026-05-01", "spans": [{"opens": "10:00", "closes": "24:00"}]},
            ],
        },
    }
    place = mutate(ines.api, "placeSave", given, HOURS)["place"]
    week = {day["weekday"]: day["spans"] for day in place["hours"]["week"]}
    assert week["SATURDAY"] == [{"opens": "18:00", "closes": "01:00"}] and week["SUNDAY"] == []
    assert [each["date"] for each in place["hours"]["exceptions"]] == ["2026-05-01", "2026-10-01"]
    api = Api("alpha.localhost")
    opens = api.run(PLACES, {"at": "2026-03-02T08:00:00+08:00"})["places"]["edges"][0]["node"]
    assert opens["opening"] == {"open": True, "changesAt": "2026-03-02T14:00:00+00:00"}
    assert api.error_code(PLACES, {"at": "2200-01-01T00:00:00Z"}) == "INVALID_INPUT"
    for wrong in (
        {"week": [{"weekdays": ["MONDAY"], "opens": "8", "closes": "9"}]},
        {"week": [], "exceptions": [{"date": "2026-10-01", "spans": []}] * 2},
    ):
        with nothing_changes(alpha):
            answer = mutate(ines.api, "placeSave", {**given, "id": place["id"], "hours": wrong})
            assert answer["code"] == "INVALID_INPUT"
    bare = {key: value for key, value in given.items() if key != "hours"}
    assert mutate(ines.api, "placeSave", {**bare, "id": place["id"]}, HOURS)["place"] == {
        "id": place["id"],
        "hours": None,
    }


@pytest.mark.parametrize("number", [1, 9])
def test_a_list_takes_the_same_queries_for_any_number(
    alpha: TenantRef, number: int, django_assert_num_queries
):
    hours = every_day(("08:00", "20:00")).serialise()
    with tenant_scope(alpha):
        PlaceFactory.create_batch(number, kind=Place.Kind.STATION, hours=hours)
    # The places; the operator's time zone.
    with django_assert_num_queries(2):
        edges = Api("alpha.localhost").run(PLACES)["places"]["edges"]
    assert len(edges) == number
