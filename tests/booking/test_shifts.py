"""Shifts: seats and places to wait, who moves up, rest, and what stands in the way."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.actors import Actor
from tenants.access.rights import COURIER, STARTER_ROLES
from tenants.booking.models import Shift, ShiftSignUp
from tenants.booking.services.shifts import shift_join, shift_leave
from tenants.couriers.models import Absence, Courier
from tenants.journal.models import Event
from tests.booking.day import NOW, Time, booked, free, local, open_day, starts
from tests.support.cast import Member
from tests.support.factories import PersonFactory, ZoneFactory
from tests.support.factories_orders import CourierFactory
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage
from tests.support.threads import at_once

SHIFT = "shift { id seats confirmedCount waitingCount zoneName cancelledAt }"
MINE = "{ shiftSignUps { edges { node { state shift { id } courier { displayName } } } } }"


def opened(member: Member, begin: str, end: str, seats: int = 1, key: str = "", **more: Any) -> Any:
    input = {
        "startsAt": local(begin),
        "endsAt": local(end),
        "seats": seats,
        "idempotencyKey": key or begin,
        **more,
    }
    return mutate(member.api, "shiftOpen", input, SHIFT)


def join(member: Member, shift: dict[str, Any], key: str = "one") -> Any:
    input = {"shiftId": shift["id"], "idempotencyKey": f"{shift['id']} {key}"}
    return mutate(member.api, "shiftJoin", input, SHIFT)


def leave(member: Member, shift: dict[str, Any], key: str = "one") -> Any:
    input = {"shiftId": shift["id"], "idempotencyKey": f"{shift['id']} {key}"}
    return mutate(member.api, "shiftLeave", input, SHIFT)


def states(on: Stage) -> dict[str, str]:
    with tenant_scope(on.tenant):
        rows = ShiftSignUp.objects.exclude(state="left")
        return dict(rows.values_list("courier__display_name", "state"))


def test_a_seat_a_place_to_wait_and_moving_up(alpha: TenantRef, time: Time):
    on = stage(alpha)
    with tenant_scope(alpha):
        zone = ZoneFactory(name={"en": "North"})
    where = {"zoneId": global_id("Zone", zone.id)}
    shift = opened(on.dora, "10:00", "14:00", **where)["shift"]
    assert (shift["seats"], shift["confirmedCount"], shift["zoneName"]) == (1, 0, "North")
    assert join(on.tomas, shift)["shift"]["confirmedCount"] == 1
    assert join(on.rita, shift)["shift"]["waitingCount"] == 1
    with nothing_changes(alpha):
        assert join(on.tomas, shift, "two")["code"] == "ALREADY_SIGNED_UP"
        assert join(on.rita, shift, "two")["code"] == "ALREADY_SIGNED_UP"
    assert join(on.tomas, shift)["shift"]["confirmedCount"] == 1  # the same key: the same answer
    left = leave(on.tomas, shift)["shift"]
    assert (left["confirmedCount"], left["waitingCount"]) == (1, 0)
    assert states(on) == {"Rita K.": "confirmed"}
    assert join(on.tomas, shift, "again")["shift"]["waitingCount"] == 1
    with tenant_scope(alpha):
        kinds = list(
            Event.objects.filter(stream__startswith="shift:")
            .order_by("seq")
            .values_list("kind", flat=True)
        )
    assert kinds[-3:] == ["shift.left", "shift.moved_up", "shift.signed_up"]
    seen = on.tomas.api.run(MINE)["shiftSignUps"]["edges"]
    assert [edge["node"]["courier"]["displayName"] for edge in seen] == ["Tomas B."] * 2
    assert len(on.dora.api.run(MINE)["shiftSignUps"]["edges"]) == 3


def test_who_does_not_fit_any_more_is_passed_over(alpha: TenantRef, time: Time):
    on = stage(alpha)
    with tenant_scope(alpha):
        third = PersonFactory(courier=True)
        CourierFactory(person_id=third.id, display_name="Sam")
    shift = opened(on.dora, "10:00", "14:00")["shift"]
    join(on.tomas, shift)
    join(on.rita, shift)
    time.on(minutes=1)
    with tenant_scope(alpha):
        row = Shift.objects.get()
        shift_join(actor=rider(third.id), shift_id=row.id, key="k", at=time.now)
    busy = opened(on.dora, "09:50", "10:10", key="b")
    assert busy["code"] == "INVALID_INPUT"  # too short
    busy = opened(on.dora, "09:30", "10:00", key="c")["shift"]
    join(on.rita, busy)
    assert join(on.tomas, busy)["code"] == "REST_NEEDED"  # four hours and a half on end
    leave(on.tomas, shift)
    with tenant_scope(alpha):
        waits = ShiftSignUp.objects.get(shift=row, courier=on.other)
        assert waits.state == "waiting"  # it would be too long for her: she keeps her place
        assert ShiftSignUp.objects.get(shift=row, courier__display_name="Sam").state == "confirmed"


def rider(person_id: Any) -> Actor:
    return Actor(person_id, person_id, STARTER_ROLES[COURIER])


def test_what_cannot_be_opened(alpha: TenantRef, time: Time):
    on = stage(alpha)
    with nothing_changes(alpha):
        for begin, end in (
            ("10:00", "10:00"),  # no length
            ("14:00", "10:00"),  # backwards
            ("10:00", "10:29"),
            ("10:00", "14:01"),
            ("08:00", "10:00"),  # has begun
        ):
            assert opened(on.dora, begin, end)["code"] == "INVALID_INPUT"
        for seats in (0, -1, 501):
            assert opened(on.dora, "10:00", "12:00", seats)["code"] == "INVALID_INPUT"
        nowhere = {"zoneId": global_id("Zone", on.maya.id)}
        assert opened(on.dora, "10:00", "12:00", **nowhere)["code"] == "NOT_FOUND"
        for member in (on.maya, on.tomas, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                opened(member, "10:00", "12:00")


def test_who_cannot_join(alpha: TenantRef, beta: TenantRef, time: Time):
    on, there = stage(alpha), stage(beta)
    shift = opened(on.dora, "10:00", "12:00", 2)["shift"]
    with nothing_changes(alpha), nothing_changes(beta):
        for member in (on.maya, on.dora):
            with pytest.raises(Refused, match="FORBIDDEN"):
                join(member, shift)
        assert join(there.tomas, shift)["code"] == "NOT_FOUND"
        assert leave(on.tomas, shift)["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.courier.id).update(state="frozen")
    with nothing_changes(alpha):
        assert join(on.tomas, shift)["code"] == "NOT_FOUND"
    time.to(local("10:00"))
    with nothing_changes(alpha):
        assert join(on.rita, shift)["code"] == "SHIFT_OVER"


def test_rest_and_hours_of_the_day(alpha: TenantRef, time: Time):
    on = stage(alpha)
    morning, noon, evening, late = (
        opened(on.dora, begin, end, 9)["shift"]
        for begin, end in (
            ("10:00", "14:00"),
            ("14:10", "15:00"),
            ("14:20", "18:20"),
            ("20:00", "21:00"),
        )
    )
    assert join(on.tomas, morning)["shift"]
    with nothing_changes(alpha):
        assert join(on.tomas, noon)["code"] == "REST_NEEDED"
    assert join(on.tomas, evening)["shift"]
    with nothing_changes(alpha):
        assert join(on.tomas, late)["code"] == "TOO_MANY_HOURS"
        assert join(on.tomas, noon, "b")["code"] == "SHIFT_OVERLAPS"
    assert join(on.rita, late)["shift"]
    tomorrow = opened(
        on.dora,
        "",
        "",
        key="t",
        startsAt=local("07:59", "2026-03-03"),
        endsAt=local("10:00", "2026-03-03"),
    )["shift"]
    with nothing_changes(alpha):
        assert join(on.rita, tomorrow)["code"] == "REST_NEEDED"
    assert join(on.tomas, tomorrow)["shift"]


def test_appointments_and_leave_stand_in_the_way_both_ways(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    booked(on.maya, service, "12:00")
    shift = opened(on.dora, "11:00", "13:00")["shift"]
    with nothing_changes(alpha):
        assert join(on.tomas, shift)["code"] == "SHIFT_OVERLAPS"
    later = opened(on.dora, "14:00", "16:00")["shift"]
    assert join(on.tomas, later)["shift"]
    assert not {"13:15", "14:00", "15:45"} & {*starts(free(on.noor.api, service))}
    with tenant_scope(alpha):
        Absence.objects.create(
            courier=on.other,
            starts_at=local("15:00"),
            ends_at=local("17:00"),
            state="approved",
            asked_at=NOW,
        )
    with nothing_changes(alpha):
        assert join(on.rita, later)["code"] == "SHIFT_OVERLAPS"


def test_called_off(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    shift = opened(on.dora, "10:00", "12:00")["shift"]
    join(on.tomas, shift)
    join(on.rita, shift)
    off = {"shiftId": shift["id"], "idempotencyKey": "off"}
    with pytest.raises(Refused, match="FORBIDDEN"):
        mutate(on.tomas.api, "shiftCancel", off, SHIFT)
    told = mutate(on.dora.api, "shiftCancel", off, SHIFT)["shift"]
    assert told["cancelledAt"] and (told["confirmedCount"], told["waitingCount"]) == (0, 0)
    assert states(on) == {}
    assert "10:00" in starts(free(on.maya.api, service))
    with nothing_changes(alpha):
        assert join(on.rita, shift, "b")["code"] == "SHIFT_OVER"
        assert leave(on.tomas, shift, "b")["code"] == "SHIFT_OVER"


def test_the_last_seat_and_the_whole_list_at_once(alpha: TenantRef, time: Time):
    on = stage(alpha)
    opened(on.dora, "10:00", "12:00", 2)
    with tenant_scope(alpha):
        shift = Shift.objects.get()
        riders = [PersonFactory(courier=True).id for _ in range(8)]
        for person_id in riders:
            CourierFactory(person_id=person_id)

    def sign(person_id: Any) -> Any:
        with tenant_scope(alpha):
            return shift_join(actor=rider(person_id), shift_id=shift.id, key="j", at=NOW)

    answers = at_once(*(lambda person_id=person_id: sign(person_id) for person_id in riders))
    assert set(answers) == {shift.id}
    with tenant_scope(alpha):
        first = set(
            ShiftSignUp.objects.filter(state="confirmed").values_list(
                "courier__person_id", flat=True
            )
        )
        shift.refresh_from_db()
    assert (len(first), shift.confirmed_count, shift.waiting_count) == (2, 2, 6)

    def go(person_id: Any) -> Any:
        with tenant_scope(alpha):
            return shift_leave(actor=rider(person_id), shift_id=shift.id, key="l", at=NOW)

    answers = at_once(*(lambda person_id=person_id: go(person_id) for person_id in riders[:5]))
    assert set(answers) == {shift.id}
    with tenant_scope(alpha):
        shift.refresh_from_db()
        assert (shift.confirmed_count, shift.waiting_count) == (2, 1)
        assert ShiftSignUp.objects.filter(state="confirmed").count() == 2
        assert ShiftSignUp.objects.filter(state="waiting").count() == 1


def test_two_shifts_at_once_are_one_too_many(alpha: TenantRef, time: Time):
    on = stage(alpha)
    opened(on.dora, "10:00", "12:00", 5)
    opened(on.dora, "11:00", "13:00", 5)
    with tenant_scope(alpha):
        one, other = Shift.objects.values_list("id", flat=True)

    def sign(shift_id: Any) -> Any:
        with tenant_scope(alpha):
            return shift_join(actor=on.tomas.actor, shift_id=shift_id, key=str(shift_id), at=NOW)

    answers = at_once(lambda: sign(one), lambda: sign(other))
    assert sorted(type(each).__name__ for each in answers) == ["ShiftOverlaps", "UUID"]
    with tenant_scope(alpha), transaction.atomic(), pytest.raises(IntegrityError):
        taken = ShiftSignUp.objects.get()
        ShiftSignUp.objects.create(
            shift_id=other if taken.shift_id == one else one,
            courier=on.courier,
            state="confirmed",
            starts_at=local("11:00"),
            ends_at=local("13:00"),
            signed_at=NOW,
        )
