"""Moving a booking: either side asks, the other consents, and the time may be gone by then."""

from datetime import datetime
from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.availability import Where
from tenants.booking.models import Booking, Reschedule
from tenants.booking.services.changes import reschedule_answer
from tenants.booking.services.holds import booking_hold
from tenants.booking.services.taking import SlotGone
from tenants.journal.models import Event
from tenants.places.geometry import Position
from tests.booking.day import BOOKING, Time, act, booked, free, hold, local, open_day, starts
from tests.support.cast import Member
from tests.support.factories import CAMPUS
from tests.support.graphql import Refused
from tests.support.stage import mutate, nothing_changes
from tests.support.threads import at_once


def ask(member: Member, booking: dict[str, Any], clock_time: str, key: str = "") -> Any:
    wish = {"startsAt": local(clock_time)}
    return act(member, "bookingReschedule", booking, key=key or clock_time, **wish)


def answer(member: Member, wish: Any, *, accept: bool, key: str = "one") -> Any:
    input = {"rescheduleId": wish["id"], "accept": accept, "idempotencyKey": key}
    return mutate(member.api, "rescheduleAnswer", input, BOOKING)


def withdraw(member: Member, wish: Any) -> Any:
    input = {"rescheduleId": wish["id"], "idempotencyKey": "one"}
    return mutate(member.api, "rescheduleWithdraw", input, BOOKING)


@pytest.mark.parametrize("side", ["customer", "courier", "staff"])
def test_one_side_asks_and_the_other_consents(alpha: TenantRef, time: Time, side: str):
    on, service = open_day(alpha)
    people = {"customer": (on.maya, on.tomas), "courier": (on.tomas, on.maya)}
    asks, consents = people.get(side, (on.dora, on.maya))
    visit = booked(on.maya, service, "12:00")
    wish = ask(asks, visit, "15:00")["reschedule"]
    assert wish["state"] == "ASKED"
    with nothing_changes(alpha):
        with pytest.raises(Refused, match="FORBIDDEN"):
            answer(asks, wish, accept=True)  # nobody consents to their own
        with pytest.raises(Refused, match="FORBIDDEN"):
            withdraw(consents, wish)
        assert answer(on.noor, wish, accept=True)["code"] == "NOT_FOUND"
        if side != "customer":
            with pytest.raises(Refused, match="FORBIDDEN"):
                answer(on.dora, wish, accept=True)  # the operator's side as well
    assert "12:00" not in starts(free(on.noor.api, service))  # it stays until then
    moved = answer(consents, wish, accept=True)["booking"]
    assert (moved["startsAt"], moved["endsAt"], moved["state"]) == (
        "2026-03-02T07:00:00+00:00",
        "2026-03-02T08:00:00+00:00",
        "BOOKED",
    )
    offered = starts(free(on.noor.api, service))
    assert "12:00" in offered and "15:00" not in offered
    with nothing_changes(alpha):
        assert answer(consents, wish, accept=True, key="two")["code"] == "ILLEGAL_MOVE"
    with tenant_scope(alpha):
        last = Event.objects.filter(stream__startswith="booking:").latest("seq")
        by = "courier" if consents is on.tomas else "customer"
        assert (last.kind, last.data["by"], last.data["from"]) == (
            "booking.moved",
            by,
            "2026-03-02T04:00:00+00:00",
        )


def test_half_an_hour_later_overlaps_only_itself(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    wish = ask(on.maya, visit, "12:30")["reschedule"]
    assert answer(on.tomas, wish, accept=True)["booking"]["startsAt"][11:16] == "04:30"


def test_no_and_never_mind(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    wish = ask(on.maya, visit, "15:00")["reschedule"]
    told = answer(on.tomas, wish, accept=False)["booking"]
    assert (told["startsAt"][11:16], told["reschedules"][0]["state"]) == ("04:00", "DECLINED")
    wish = ask(on.tomas, visit, "16:00")["reschedule"]
    told = withdraw(on.tomas, wish)["booking"]
    assert [each["state"] for each in told["reschedules"]] == ["DECLINED", "WITHDRAWN"]
    with nothing_changes(alpha):
        assert answer(on.maya, wish, accept=True)["code"] == "ILLEGAL_MOVE"


def test_a_counter_proposal_takes_the_place_of_the_first(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    first = ask(on.maya, visit, "15:00")["reschedule"]
    second = ask(on.tomas, visit, "16:00")["reschedule"]
    ask(on.dora, visit, "16:30")  # the operator's side thinks again
    with tenant_scope(alpha):
        states = list(Reschedule.objects.order_by("asked_at", "id").values_list("state", flat=True))
        assert states == ["declined", "withdrawn", "asked"]
    with nothing_changes(alpha):
        assert answer(on.tomas, first, accept=True, key="x")["code"] == "ILLEGAL_MOVE"
        assert answer(on.maya, second, accept=True, key="x")["code"] == "ILLEGAL_MOVE"


def test_what_cannot_be_asked(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    booked(on.noor, service, "15:00")
    held = hold(on.maya, service, "16:30")["booking"]
    with nothing_changes(alpha):
        assert ask(on.maya, visit, "15:00")["code"] == "SLOT_GONE"  # another's
        assert ask(on.maya, visit, "12:00")["code"] == "SLOT_GONE"  # its own
        assert ask(on.maya, visit, "20:00")["code"] == "SLOT_GONE"  # nobody works
        assert ask(on.maya, visit, "12:10")["code"] == "SLOT_GONE"  # off the grid
        assert ask(on.maya, visit, "08:00")["code"] == "INVALID_INPUT"  # past
        assert ask(on.maya, held, "11:00")["code"] == "ILLEGAL_MOVE"
        assert ask(on.noor, visit, "13:30")["code"] == "NOT_FOUND"
        assert ask(on.rita, visit, "13:30")["code"] == "NOT_FOUND"
        with pytest.raises(Refused, match="FORBIDDEN"):
            ask(on.finn, visit, "13:30")
        time.to(local("10:01"))
        assert ask(on.maya, visit, "16:00")["code"] == "TOO_LATE"
        assert ask(on.tomas, visit, "16:00")["code"] == "TOO_LATE"


def test_consent_that_comes_too_late(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    wish = ask(on.maya, visit, "15:00")["reschedule"]
    booked(on.noor, service, "15:00")
    with nothing_changes(alpha):
        assert answer(on.tomas, wish, accept=True)["code"] == "SLOT_GONE"
        time.to(local("12:00"))
        assert answer(on.tomas, wish, accept=True, key="b")["code"] == "TOO_LATE"
    assert act(on.dora, "bookingCancel", visit)["booking"]["reschedules"][0]["state"] == "WITHDRAWN"


def test_moving_there_and_booking_there_at_once(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    ask(on.maya, visit, "15:00")
    with tenant_scope(alpha):
        wish_id = Reschedule.objects.get().id
    at = time.now

    def move() -> Any:
        with tenant_scope(alpha):
            return reschedule_answer(
                actor=on.tomas.actor, reschedule_id=wish_id, accept=True, key="m", at=at
            )

    def take() -> Any:
        with tenant_scope(alpha):
            return booking_hold(
                actor=on.noor.actor,
                service_id=service.id,
                courier_id=None,
                starts_at=datetime.fromisoformat(local("15:00")),
                duration_minutes=None,
                where=Where(point=Position(*CAMPUS)),
                key="t",
                at=at,
            )

    answers = at_once(move, take)
    assert sum(isinstance(each, SlotGone) for each in answers) == 1, answers
    with tenant_scope(alpha):
        at_three = Booking.objects.filter(starts_at=local("15:00"), state__in=("held", "booked"))
        assert at_three.count() == 1


def test_a_hold_that_is_over_stands_in_nobodys_way(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    hold(on.noor, service, "15:00")
    time.on(minutes=10)  # and nobody sweeps
    wish = ask(on.maya, visit, "15:00")["reschedule"]
    hold(on.noor, service, "15:00", key="again")
    with nothing_changes(alpha):
        assert answer(on.tomas, wish, accept=True)["code"] == "SLOT_GONE"
    time.on(minutes=10)
    moved = answer(on.tomas, wish, accept=True, key="two")["booking"]
    assert moved["startsAt"][11:16] == "07:00"
