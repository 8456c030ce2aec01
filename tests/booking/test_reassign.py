"""Another courier comes, and what waits for a time comes back with a restored tenant."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from kernel.events import Fact, announce
from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.models import Booking
from tenants.booking.services.reassigning import booking_reassign
from tenants.booking.services.taking import SlotGone
from tenants.catalog.models import Service
from tenants.couriers.models import Courier
from tests.booking.day import (
    NOW,
    Time,
    act,
    active,
    booked,
    free,
    hold,
    open_day,
    starts,
    visit,
    works,
)
from tests.support.cast import Member
from tests.support.database import admin_connection
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.jobs import jobs_waiting
from tests.support.stage import mutate, nothing_changes
from tests.support.threads import at_once


def give(member: Member, booking: dict[str, Any], courier: Courier, key: str = "one") -> Any:
    return act(member, "bookingReassign", booking, key, courierId=global_id("Courier", courier.id))


def test_another_comes(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    visit = booked(on.maya, service, "12:00")
    with nothing_changes(alpha):
        assert give(on.dora, visit, on.other)["code"] == "SLOT_GONE"  # keeps no hours
    with tenant_scope(alpha):
        works(on.other, "12:00", "13:00")
        Courier.objects.filter(id=on.courier.id).update(state=Courier.State.FROZEN)
    told = give(on.dora, visit, on.other, "two")["booking"]
    assert (told["courier"]["displayName"], told["startsAt"][11:16]) == ("Rita K.", "04:00")
    assert on.rita.api.run("{ bookings { totalCount } }")["bookings"]["totalCount"] == 1
    assert on.tomas.api.run("{ bookings { totalCount } }")["bookings"]["totalCount"] == 0
    with nothing_changes(alpha):
        assert give(on.dora, visit, on.other, "three")["code"] == "INVALID_INPUT"  # has it
        assert give(on.dora, visit, on.courier, "four")["code"] == "NOT_FOUND"  # frozen
        for member in (on.maya, on.tomas, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                give(member, visit, on.courier)
    time.on(hours=4)
    with nothing_changes(alpha):
        assert give(on.dora, visit, on.courier, "five")["code"] == "TOO_LATE"


def test_not_to_who_is_booked_or_is_the_customer(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        works(on.other)
    rita = {"courierId": global_id("Courier", on.other.id)}
    tomas = {"courierId": global_id("Courier", on.courier.id)}
    hers = booked(on.maya, service, "12:00", **tomas)
    booked(on.noor, service, "12:30", **rita)
    mine = booked(on.tomas, service, "15:00", **rita)
    held = hold(on.maya, service, "16:00", **tomas)["booking"]
    with nothing_changes(alpha):
        assert give(on.dora, hers, on.other)["code"] == "SLOT_GONE"
        assert give(on.dora, mine, on.courier)["code"] == "NOT_FOUND"
        assert give(on.dora, held, on.other)["code"] == "ILLEGAL_MOVE"
    assert "12:00" not in starts(free(on.finn.api, service))


def test_two_who_change_places_at_once(alpha: TenantRef, time: Time):
    """Both need both agendas; nobody waits in a circle."""
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        works(on.other)
    ids = []
    for courier, at in ((on.courier, "10:00"), (on.other, "14:00")):
        booked(on.maya, service, at, courierId=global_id("Courier", courier.id))
    with tenant_scope(alpha):
        ids = list(Booking.objects.order_by("starts_at").values_list("id", flat=True))

    def swap(booking_id: UUID, courier: Courier) -> UUID:
        with tenant_scope(alpha):
            return booking_reassign(
                actor=on.dora.actor,
                booking_id=booking_id,
                courier_id=courier.id,
                key=str(booking_id),
                at=NOW,
            )

    answers = at_once(lambda: swap(ids[0], on.other), lambda: swap(ids[1], on.courier))
    assert answers == ids and not any(isinstance(each, SlotGone) for each in answers)


def test_what_waits_is_deferred_again_after_a_restore(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    hold(on.maya, service, "12:00")
    wish = {"rhythm": "WEEKLY", "firstOn": "2026-03-03", "startsAt": "15:00"}
    mutate(on.maya.api, "recurrenceStart", visit(service, **wish))
    with admin_connection() as admin:
        admin.execute("DELETE FROM queue.procrastinate_jobs")
    with tenant_scope(alpha), transaction.atomic():
        announce(Fact(kind="tenant.restored", subject=alpha.id, at=NOW))
        assert Service.objects.exists()
    names = sorted(job.name for job in jobs_waiting(alpha) if job.name.startswith("booking."))
    assert names == ["booking.hold_lapse", "booking.next_slots", "booking.recurrence_plan"]
    assert active(alpha) == 5
