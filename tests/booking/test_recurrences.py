"""Visits that come again: their days, what is booked, and that what is missed is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.models import Booking, Occurrence, Recurrence
from tenants.booking.services.recurrences import days_of, recurrence_plan
from tenants.catalog.models import Service
from tenants.couriers.models import HoursException
from tenants.journal.models import Event
from tests.booking.day import TODAY, Time, act, booked, open_day, visit
from tests.support.cast import Member
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import mutate, nothing_changes

SELECT = "recurrence { id rhythm startsAt firstOn lastOn plannedTo endedAt serviceName }"
DAYS = """query($r: ID, $m: Boolean!) { occurrences(recurrenceId: $r, onlyMissed: $m) {
  edges { node { date missed booking { id startsAt state } } } } }"""


def start(member: Member, service: Service, key: str = "one", **more: Any) -> Any:
    wish = {"rhythm": "WEEKLY", "firstOn": "2026-03-03", "startsAt": "12:00", **more}
    return mutate(member.api, "recurrenceStart", visit(service, key, **wish), SELECT)


def days(member: Member, *, missed: bool = False) -> list[tuple[str, str | None]]:
    found = member.api.run(DAYS, {"m": missed})["occurrences"]["edges"]
    return [(edge["node"]["date"], edge["node"]["missed"]) for edge in reversed(found)]


def test_four_weeks_are_booked_and_the_next_as_it_comes_near(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    told = start(on.maya, service)["recurrence"]
    assert (told["startsAt"], told["plannedTo"], told["endedAt"]) == ("12:00", "2026-03-24", None)
    assert days(on.maya) == [
        (day, None) for day in ("2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24")
    ]
    with tenant_scope(alpha):
        times = Booking.objects.order_by("starts_at").values_list("starts_at", "state")
        assert {f"{at:%H:%M} {state}" for at, state in times} == {"04:00 booked"}
    for _ in range(7):
        time.on(days=1)
        assert "booking.recurrence_plan" in jobs_run(alpha, at=time.now)
    assert days(on.maya)[-1] == ("2026-03-31", None)
    waiting = [job for job in jobs_waiting(alpha) if job.name == "booking.recurrence_plan"]
    assert [job.run_at for job in waiting] == [time.now + timedelta(days=1)]
    with nothing_changes(alpha):
        assert start(on.maya, service)["recurrence"]["id"] == told["id"]  # the same key


def test_what_cannot_be_booked_is_told(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    booked(on.noor, service, "12:00", startsAt="2026-03-10T12:30:00+08:00")
    with tenant_scope(alpha):
        HoursException.objects.create(courier=on.courier, date="2026-03-24", spans=[])
    start(on.maya, service)
    assert days(on.maya, missed=True) == [("2026-03-10", "NO_SLOT"), ("2026-03-24", "NO_SLOT")]
    assert len(days(on.maya)) == 4
    with tenant_scope(alpha):
        missed = Event.objects.filter(kind="recurrence.missed").order_by("seq")
        assert [event.data["date"] for event in missed] == ["2026-03-10", "2026-03-24"]
        assert missed[0].data["customer"] == str(on.maya.id)
        Service.objects.update(state="delisted")
    time.on(days=7)
    jobs_run(alpha, at=time.now)
    assert days(on.maya)[-1] == ("2026-03-31", "NOT_ON_SALE")
    assert days(on.noor) == [] and len(days(on.dora)) == 5


def test_a_day_whose_hour_is_over_is_missed(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    start(on.maya, service, firstOn=TODAY, startsAt="09:15")
    assert days(on.maya)[0] == (TODAY, "NO_SLOT")


def test_one_courier_every_time(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    tomas = {"courierId": global_id("Courier", on.courier.id)}
    start(on.maya, service, **tomas)
    with nothing_changes(alpha):
        nobody = {"courierId": global_id("Courier", on.maya.id)}
        assert start(on.noor, service, "b", **nobody)["code"] == "NOT_FOUND"
    rita = {"courierId": global_id("Courier", on.other.id)}
    start(on.noor, service, "c", **rita)  # who keeps no hours
    assert {missed for _, missed in days(on.noor)} == {"NO_SLOT"}


def test_the_last_day_ends_it_and_so_does_a_word(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    short = start(on.maya, service, lastOn="2026-03-12")["recurrence"]
    assert short["endedAt"] and len(days(on.maya)) == 2
    long = start(on.maya, service, "two", startsAt="15:00")["recurrence"]
    end = {"recurrenceId": long["id"], "idempotencyKey": "end"}
    with nothing_changes(alpha):
        assert mutate(on.noor.api, "recurrenceEnd", end, SELECT)["code"] == "NOT_FOUND"
        with pytest.raises(Refused, match="FORBIDDEN"):
            mutate(on.finn.api, "recurrenceEnd", end, SELECT)
    assert mutate(on.maya.api, "recurrenceEnd", end, SELECT)["recurrence"]["endedAt"]
    time.on(days=7)
    before = len(days(on.maya))
    jobs_run(alpha, at=time.now)
    assert len(days(on.maya)) == before  # no more of it
    with tenant_scope(alpha):
        assert Booking.objects.filter(state="booked").count() == 6  # what was booked stays


def test_a_visit_of_it_is_a_booking_like_any(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    start(on.maya, service)
    node = on.maya.api.run(DAYS, {"m": False})["occurrences"]["edges"][0]["node"]["booking"]
    assert act(on.maya, "bookingCancel", node)["booking"]["state"] == "CANCELLED"
    assert (days(on.maya)[-1]) == ("2026-03-24", None)


@pytest.mark.parametrize(
    "wish",
    [
        {"firstOn": "2026-03-01"},  # over
        {"firstOn": "2026-05-02"},  # too far
        {"lastOn": "2026-03-02"},  # before the first
        {"startsAt": "12:10"},
        {"startsAt": "24:00"},
        {"startsAt": "noon"},
        {"durationMinutes": 0},
    ],
)
def test_what_cannot_recur(alpha: TenantRef, time: Time, wish: dict[str, Any]):
    on, service = open_day(alpha)
    with nothing_changes(alpha):
        assert start(on.maya, service, **wish)["code"] == "INVALID_INPUT"
        with pytest.raises(Refused, match="FORBIDDEN"):
            start(on.dora, service)


def test_ten_are_enough(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    for number in range(10):
        start(on.maya, service, str(number), firstOn="2026-04-28")
    with nothing_changes(alpha):
        assert start(on.maya, service, "eleven")["code"] == "TOO_MANY_RECURRENCES"


def test_at_the_same_time_of_the_wall_clock(beta: TenantRef, time: Time):
    on, service = open_day(beta)
    time.to("2026-03-20T09:00+00:00")
    start(on.maya, service, firstOn="2026-03-24", startsAt="12:00")
    with tenant_scope(beta):
        times = [f"{row.starts_at:%d %H:%M}" for row in Booking.objects.order_by("starts_at")]
    assert times == ["24 12:00", "31 11:00", "07 11:00", "14 11:00"]  # summer time on the 29th


days_ = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(first=days_, rhythm=st.sampled_from(Recurrence.Rhythm), length=st.integers(0, 800))
def test_the_days_of_a_rhythm(first: date, rhythm: Recurrence.Rhythm, length: int):
    recurrence = Recurrence(first_on=first, rhythm=rhythm)
    until = first + timedelta(days=length)
    found = list(days_of(recurrence, until=until))
    assert found[0] == first and found == sorted({*found}) and found[-1] <= until
    if rhythm != Recurrence.Rhythm.MONTHLY:
        step = 14 if rhythm == Recurrence.Rhythm.BIWEEKLY else 7
        assert found == [first + timedelta(days=n) for n in range(0, length + 1, step)]
    else:
        months = [day.year * 12 + day.month for day in found]
        assert months == list(range(months[0], months[0] + len(months)))  # none is left out
        for day in found:
            is_last = (day + timedelta(days=1)).month != day.month
            assert day.day == first.day or (day.day < first.day and is_last)


def test_planning_twice_is_planning_once(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    start(on.maya, service)
    with tenant_scope(alpha):
        recurrence = Recurrence.objects.get()
        recurrence_plan(recurrence_id=recurrence.id, at=time.now)
        assert Occurrence.objects.count() == Booking.objects.count() == 4
