"""Holding, taking, giving back, doing: every role, every corner."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.models import Booking
from tenants.couriers.models import Absence, Courier
from tenants.journal.models import Event
from tests.booking.day import (
    BOOKING,
    NOW,
    Time,
    act,
    active,
    booked,
    free,
    hold,
    local,
    open_day,
    starts,
    visit,
    works,
)
from tests.support.cast import Member
from tests.support.factories import ZoneFactory
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.jobs import jobs_run, jobs_waiting
from tests.support.stage import mutate, nothing_changes


def test_hold_take_do(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    held = hold(on.maya, service, "12:00")["booking"]
    assert (held["state"], held["startsAt"], held["endsAt"]) == (
        "HELD",
        "2026-03-02T04:00:00+00:00",
        "2026-03-02T05:00:00+00:00",
    )
    assert held["heldUntil"] == "2026-03-02T00:40:00+00:00"
    assert (held["courier"]["displayName"], held["serviceName"]) == ("Tomas B.", "Cleaning")
    time.on(minutes=9)
    taken = act(on.maya, "bookingTake", held)["booking"]
    assert (taken["state"], taken["heldUntil"]) == ("BOOKED", None)
    with nothing_changes(alpha):
        assert act(on.tomas, "bookingComplete", held)["code"] == "TOO_EARLY"
    time.to(local("12:40"))
    done = act(on.tomas, "bookingComplete", held, key="two")["booking"]
    assert (done["state"], done["closedAt"]) == ("DONE", "2026-03-02T04:40:00+00:00")
    with tenant_scope(alpha):
        events = list(Event.objects.filter(stream__startswith="booking:").order_by("seq"))
        assert [event.kind for event in events] == [
            "booking.held",
            "booking.booked",
            "booking.done",
        ]
        assert [event.seq for event in events] == [1, 2, 3]


def test_the_same_key_is_the_same_hold(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    first = hold(on.maya, service, "12:00", key="k")["booking"]
    assert hold(on.maya, service, "12:00", key="k")["booking"]["id"] == first["id"]
    with nothing_changes(alpha):
        assert hold(on.maya, service, "13:00", key="k")["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert active(alpha) == 1


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"startsAt": local("08:00")}, "INVALID_INPUT"),  # past
        ({"startsAt": local("09:15")}, "INVALID_INPUT"),  # within the hour
        ({"startsAt": local("12:00", "2026-06-02")}, "INVALID_INPUT"),  # beyond the horizon
        ({"startsAt": local("12:05")}, "SLOT_GONE"),  # off the grid
        ({"startsAt": "2026-03-02T12:00:00.5+08:00"}, "INVALID_INPUT"),
        ({"startsAt": local("17:15")}, "SLOT_GONE"),  # ends after the hours
        ({"startsAt": local("23:00")}, "SLOT_GONE"),
        ({"durationMinutes": 0}, "INVALID_INPUT"),
        ({"durationMinutes": -60}, "INVALID_INPUT"),  # would end before it starts
        ({"durationMinutes": 721}, "INVALID_INPUT"),
        ({"durationMinutes": 600}, "SLOT_GONE"),  # longer than the day
        ({"position": {"point": {"latitude": 40.5, "longitude": 116.3}}}, "OUTSIDE_ZONES"),
        ({"position": {"point": {"latitude": 91.0, "longitude": 116.3}}}, "INVALID_INPUT"),
        ({"idempotencyKey": ""}, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_held(alpha: TenantRef, time: Time, wish: dict[str, Any], code: str):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        ZoneFactory()
    with nothing_changes(alpha):
        assert hold(on.maya, service, "12:00", **wish)["code"] == code


def test_a_courier_who_is_not_there(alpha: TenantRef, beta: TenantRef, time: Time):
    on, service = open_day(alpha)
    there, theirs = open_day(beta)
    rita = {"courierId": global_id("Courier", on.other.id)}
    with nothing_changes(alpha):
        assert hold(on.maya, service, "12:00", **rita)["code"] == "SLOT_GONE"  # keeps no hours
        # Their own visit, another's courier, another's service, nobody.
        tomas = {"courierId": global_id("Courier", on.courier.id)}
        assert hold(on.tomas, service, "12:00", **tomas)["code"] == "NOT_FOUND"
        for courier in (there.courier.id, on.maya.id):
            key = {"courierId": global_id("Courier", courier)}
            assert hold(on.maya, service, "12:00", **key)["code"] == "NOT_FOUND"
        assert hold(on.maya, theirs, "12:00")["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        Absence.objects.create(
            courier=on.courier,
            starts_at=local("11:30"),
            ends_at=local("12:30"),
            state=Absence.State.APPROVED,
            asked_at=NOW,
        )
    with nothing_changes(alpha):
        assert hold(on.maya, service, "12:00", **tomas)["code"] == "SLOT_GONE"
    assert hold(on.maya, service, "12:30", **tomas)["booking"]
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.courier.id).update(state=Courier.State.FROZEN)
    with nothing_changes(alpha):
        assert hold(on.maya, service, "15:00", **tomas)["code"] == "NOT_FOUND"
        assert hold(on.maya, service, "15:00", key="b")["code"] == "SLOT_GONE"


def test_who_may(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    held = hold(on.maya, service, "12:00")["booking"]
    with nothing_changes(alpha):
        for member in (on.ines, on.dora, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                hold(member, service, "14:00")
        for member in (on.noor, on.rita, on.tomas):
            assert act(member, "bookingTake", held)["code"] == "NOT_FOUND"
        assert act(on.noor, "bookingCancel", held)["code"] == "NOT_FOUND"
        with pytest.raises(Refused, match="FORBIDDEN"):
            act(on.tomas, "bookingCancel", held)  # a courier asks to move it, and no more
        with pytest.raises(Refused, match="FORBIDDEN"):
            act(on.maya, "bookingComplete", held)
        with pytest.raises(Refused, match="FORBIDDEN"):
            act(on.finn, "bookingCancel", held)
    for member, seen in ((on.maya, 1), (on.tomas, 1), (on.dora, 1), (on.noor, 0), (on.rita, 0)):
        assert member.api.run("{ bookings { totalCount } }")["bookings"]["totalCount"] == seen


def test_giving_back(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    early, late, staff = (booked(on.maya, service, at) for at in ("10:00", "12:00", "15:00"))
    time.to(local("09:00"))
    with nothing_changes(alpha):
        assert act(on.maya, "bookingCancel", early)["code"] == "TOO_LATE"
    assert act(on.maya, "bookingCancel", late)["booking"]["state"] == "CANCELLED"
    assert act(on.dora, "bookingCancel", early, key="early")["booking"]["state"] == "CANCELLED"
    assert act(on.dora, "bookingCancel", staff)["booking"]["state"] == "CANCELLED"
    with nothing_changes(alpha):
        assert act(on.maya, "bookingCancel", late, key="two")["code"] == "ILLEGAL_MOVE"
    assert active(alpha) == 0
    assert {"12:00", "15:00"} <= {*starts(free(on.noor.api, service))}
    assert booked(on.noor, service, "12:00")["state"] == "BOOKED"


def test_a_hold_lapses_swept_or_not(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    held = hold(on.maya, service, "12:00")["booking"]
    (job,) = [job for job in jobs_waiting(alpha) if job.name == "booking.hold_lapse"]
    assert job.run_at == NOW + timedelta(minutes=10)
    time.on(minutes=10)  # its last instant is over
    with nothing_changes(alpha):
        assert act(on.maya, "bookingTake", held)["code"] == "HOLD_LAPSED"
    again = hold(on.noor, service, "12:00")["booking"]  # nobody has swept yet
    assert again["courier"] == held["courier"]
    with tenant_scope(alpha):
        states = dict(Booking.objects.values_list("customer_id", "state"))
        assert states == {on.maya.id: "lapsed", on.noor.id: "held"}
    with nothing_changes(alpha):
        assert act(on.maya, "bookingTake", held, key="b")["code"] == "HOLD_LAPSED"
    time.on(minutes=10)
    jobs_run(alpha, at=time.now)
    with tenant_scope(alpha):
        assert set(Booking.objects.values_list("state", flat=True)) == {"lapsed"}


def test_a_sweep_that_comes_late_finds_nothing_to_do(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    taken = booked(on.maya, service, "12:00")
    time.on(minutes=10)
    assert "booking.hold_lapse" in jobs_run(alpha, at=time.now)
    with tenant_scope(alpha):
        assert Booking.objects.get().state == "booked"
    assert act(on.maya, "bookingCancel", taken)["booking"]


def test_nobody_holds_the_whole_day(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    for at in ("10:00", "12:00", "14:00"):
        assert hold(on.maya, service, at)["booking"]
    with nothing_changes(alpha):
        assert hold(on.maya, service, "16:00")["code"] == "TOO_MANY_HOLDS"
    assert hold(on.noor, service, "16:00")["booking"]
    time.on(minutes=10)
    assert hold(on.maya, service, "12:00", key="again")["booking"]


def test_at_once_is_the_next_that_anybody_has(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        works(on.other, "11:00", "12:00")
    select = BOOKING

    def instant(member: Member, key: str) -> Any:
        return mutate(member.api, "bookingInstant", visit(service, key), select)

    got = [instant(on.maya, key)["booking"] for key in "abc"]
    assert [each["state"] for each in got] == ["BOOKED"] * 3
    whom = [(each["startsAt"][11:16], each["courier"]["displayName"]) for each in got]
    assert whom == [("01:30", "Tomas B."), ("02:30", "Tomas B."), ("03:00", "Rita K.")]
    with tenant_scope(alpha):
        Courier.objects.update(state=Courier.State.FROZEN)
    with nothing_changes(alpha):
        assert instant(on.noor, "d")["code"] == "SLOT_GONE"


def test_an_operator_who_pauses_takes_no_bookings(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    held = hold(on.maya, service, "12:00")["booking"]
    pause = {"until": "2026-03-02T12:00:00Z", "message": []}
    assert mutate(on.ines.api, "brandPause", pause)["__typename"] == "BrandPauseSuccess"
    with nothing_changes(alpha):
        assert hold(on.noor, service, "14:00")["code"] == "ORDERS_PAUSED"
    assert act(on.maya, "bookingTake", held)["booking"]  # what was promised is kept
