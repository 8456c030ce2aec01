"""Appointments and shifts, where the operator does without."""

from kernel.tenancy import TenantRef
from tests.booking.day import Time, booked, free, hold, local, open_day, visit
from tests.support.stage import mutate, nothing_changes


def test_no_appointments(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    stands = booked(on.maya, service, "12:00")
    assert "code" not in mutate(on.ines.api, "modulesSet", {"off": ["APPOINTMENTS"]})
    assert free(on.maya.api, service) == []
    again = {"rhythm": "WEEKLY", "firstOn": "2026-03-03", "startsAt": "15:00"}
    with nothing_changes(alpha):
        assert hold(on.maya, service, "14:00")["code"] == "MODULE_OFF"
        assert mutate(on.maya.api, "bookingInstant", visit(service))["code"] == "MODULE_OFF"
        wish = visit(service, **again)
        assert mutate(on.maya.api, "recurrenceStart", wish)["code"] == "MODULE_OFF"
    seen = on.maya.api.run("{ bookings(first: 9) { edges { node { id state } } } }")["bookings"]
    assert seen["edges"] == [{"node": {"id": stands["id"], "state": "BOOKED"}}]
    mutate(on.ines.api, "modulesSet", {"off": []})
    assert free(on.maya.api, service)


def test_no_shifts(alpha: TenantRef, time: Time):
    on, _ = open_day(alpha)
    wish = {
        "startsAt": local("11:00"),
        "endsAt": local("13:00"),
        "seats": 2,
        "idempotencyKey": "one",
    }
    opened = mutate(on.ines.api, "shiftOpen", wish, "shift { id }")["shift"]["id"]
    mutate(on.ines.api, "modulesSet", {"off": ["SHIFTS"]})
    with nothing_changes(alpha):
        join = {"shiftId": opened, "idempotencyKey": "in"}
        assert mutate(on.tomas.api, "shiftJoin", join)["code"] == "MODULE_OFF"
        another = {**wish, "idempotencyKey": "two"}
        assert mutate(on.ines.api, "shiftOpen", another)["code"] == "MODULE_OFF"
