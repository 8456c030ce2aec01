"""What goes on between two instants: the appointments and shifts of a week, past ones too."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.models import Shift
from tenants.couriers.models import Absence
from tests.booking.day import Time, booked, hold, local, open_day, starts, works
from tests.support.cast import Member
from tests.support.ids import global_id
from tests.support.stage import Stage, stage

BOOKINGS = """query($states: [BookingState!], $courier: ID, $since: DateTime, $until: DateTime) {
  bookings(states: $states, courierId: $courier, since: $since, until: $until, first: 10) {
    totalCount edges { node { startsAt } } } }"""
SHIFTS = """query($since: DateTime, $until: DateTime) {
  shifts(since: $since, until: $until, first: 10) { edges { node { startsAt } } } }"""


def seen(member: Member, document: str = BOOKINGS, **asked: Any) -> list[str]:
    (answer,) = member.api.run(document, asked).values()
    return starts([edge["node"] for edge in answer["edges"]])


@pytest.fixture
def week(alpha: TenantRef, time: Time) -> Stage:
    """Of maya's, with tomas: a visit at ten, one at noon; a hold at four with rita."""
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        works(on.other)
    tomas, rita = (global_id("Courier", each.id) for each in (on.courier, on.other))
    booked(on.maya, service, "10:00", courierId=tomas)
    booked(on.maya, service, "12:00", courierId=tomas)
    hold(on.maya, service, "16:00", courierId=rita)
    return on


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, ["16:00", "12:00", "10:00"]),
        ("10:30", None, ["16:00", "12:00", "10:00"]),
        ("11:00", None, ["16:00", "12:00"]),
        (None, "12:00", ["10:00"]),
        ("10:59", "12:01", ["12:00", "10:00"]),
        ("13:00", "16:00", []),
        ("16:00", "10:00", []),
    ],
)
def test_what_goes_on_in_between(week: Stage, since: str, until: str, expected: list[str]):
    asked = {"since": since and local(since), "until": until and local(until)}
    assert seen(week.dora, **asked) == expected
    assert seen(week.maya, **asked) == expected
    assert seen(week.noor, **asked) == []


def test_by_courier_and_by_state(week: Stage):
    rita = {"courier": global_id("Courier", week.other.id)}
    assert seen(week.dora, **rita) == seen(week.maya, **rita) == seen(week.rita) == ["16:00"]
    assert seen(week.tomas, **rita) == []
    assert seen(week.dora, **rita, states=["BOOKED"]) == []
    assert seen(week.dora, states=["BOOKED"], since=local("11:00")) == ["12:00"]


def test_years_that_never_were_hold_nothing_up(week: Stage):
    always = {"since": "0001-01-01T00:00:00Z", "until": "9999-12-31T00:00:00Z"}
    assert len(seen(week.dora, **always)) == 3


def test_shifts_of_the_past_are_seen_when_they_are_asked_for(week: Stage, time: Time):
    with tenant_scope(week.tenant):
        for begin, end in (("09:00", "11:00"), ("12:00", "14:00"), ("15:00", "17:00")):
            Shift.objects.create(
                starts_at=local(begin), ends_at=local(end), seats=1, created_at=time.now
            )
    time.to(local("13:00"))
    assert seen(week.tomas, SHIFTS) == seen(week.dora, SHIFTS) == ["12:00", "15:00"]
    assert seen(week.dora, SHIFTS, since=local("08:00")) == ["09:00", "12:00", "15:00"]
    assert seen(week.dora, SHIFTS, since=local("11:00"), until=local("15:00")) == ["12:00"]
    assert seen(week.dora, SHIFTS, until=local("13:30")) == ["12:00"]


ABSENCES = """query($states: [AbsenceState!], $courier: ID, $since: DateTime, $until: DateTime) {
  absences(states: $states, courierId: $courier, since: $since, until: $until, first: 10) {
    edges { node { startsAt } } } }"""


def test_leave_of_a_week(alpha: TenantRef, time: Time):
    on = stage(alpha)
    for courier, begin, end in (
        (on.courier, "09:00", "11:00"),
        (on.courier, "12:00", "14:00"),
        (on.other, "15:00", "17:00"),
    ):
        with tenant_scope(alpha):
            Absence.objects.create(
                courier=courier, starts_at=local(begin), ends_at=local(end), asked_at=time.now
            )
    assert seen(on.dora, ABSENCES) == ["15:00", "12:00", "09:00"]
    between = {"since": local("11:00"), "until": local("15:00")}
    assert seen(on.dora, ABSENCES, **between) == seen(on.tomas, ABSENCES, **between) == ["12:00"]
    assert seen(on.dora, ABSENCES, since=local("10:59"), until=local("12:00")) == ["09:00"]
    rita = {"courier": global_id("Courier", on.other.id)}
    assert seen(on.dora, ABSENCES, **rita) == seen(on.rita, ABSENCES) == ["15:00"]
    assert seen(on.tomas, ABSENCES, **rita) == []
    assert seen(on.dora, ABSENCES, states=["APPROVED"]) == []
