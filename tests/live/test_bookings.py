"""Appointments as they are followed: by both sides, by whom they are taken from, by the office."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, in_tenant
from tenants.booking.availability import Where
from tenants.booking.services.holds import booking_hold, booking_take
from tenants.booking.services.reassigning import booking_reassign
from tenants.places.geometry import Position
from tests.booking.day import open_day, works
from tests.live.client import Live
from tests.support.factories import CAMPUS
from tests.support.stage import Stage

FOLLOW = "subscription { bookingEvents { kind seq bookingId booking { courier { displayName } } } }"
CALENDAR = "subscription { calendarEvents { kind booking { state } } }"


@pytest.fixture
def house(alpha: TenantRef) -> tuple[Stage, UUID]:
    """Tomas works around the clock, and may be booked."""
    on, service = open_day(alpha, hours="00:00-24:00")
    return on, service.id


def quarter_ahead() -> datetime:
    """The next slot that is surely far enough ahead."""
    at = clock.now() + timedelta(hours=3)
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


async def test_both_sides_and_the_office_follow(live: Live, house: tuple[Stage, UUID]):
    on, service_id = house

    def hold() -> UUID:
        return booking_hold(
            actor=on.maya.actor,
            service_id=service_id,
            courier_id=None,
            starts_at=quarter_ahead(),
            duration_minutes=None,
            where=Where(point=Position(*CAMPUS)),
            key="one",
            at=clock.now(),
        )

    async with (
        live.as_member(on.maya) as maya,
        live.as_member(on.tomas) as tomas,
        live.as_member(on.noor) as noor,
        live.as_member(on.dora) as dora,
    ):
        for wire in (maya, tomas, noor):
            await wire.subscribe(FOLLOW)
            await wire.ask("{ brand { currency } }")
        await dora.subscribe(CALENDAR)
        await dora.ask("{ brand { currency } }")
        booking_id = await in_tenant(on.tenant, hold)
        for wire in (maya, tomas):
            event = await wire.data()
            assert (event["kind"], event["seq"]) == ("booking.held", 1)
            assert event["booking"]["courier"]["displayName"] == "Tomas B."
        assert await dora.data() == {"kind": "booking.held", "booking": {"state": "HELD"}}
        await in_tenant(
            on.tenant,
            booking_take,
            actor=on.maya.actor,
            booking_id=booking_id,
            key="two",
            at=clock.now(),
        )
        assert [(await wire.data())["kind"] for wire in (maya, tomas, dora)] == [
            "booking.booked"
        ] * 3
        await in_tenant(on.tenant, works, on.other, "00:00", "24:00")
        await in_tenant(
            on.tenant,
            booking_reassign,
            actor=on.ines.actor,
            booking_id=booking_id,
            courier_id=on.other.id,
            key="three",
            at=clock.now(),
        )
        assert (await maya.data())["booking"]["courier"]["displayName"] == "Rita K."
        gone = await tomas.data()
        assert (gone["kind"], gone["booking"]) == ("booking.reassigned", None)
        # Noor has heard of nothing, and is still there to hear.
        assert await noor.ask("{ bookings(first: 1) { edges { node { id } } } }")


async def test_the_calendar_is_the_offices(live: Live, house: tuple[Stage, UUID]):
    on, _ = house
    async with live.as_member(on.maya) as maya:
        await maya.subscribe(CALENDAR, id="calendar")
        answer = await maya.receive()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "FORBIDDEN"
