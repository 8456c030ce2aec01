"""A day on which couriers can be booked, and what people ask of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.models import Booking, BookingState
from tenants.catalog.models import Service, ServiceKind
from tenants.couriers.models import Courier, WorkingHours
from tests.support.cast import Member
from tests.support.factories import CAMPUS, ServiceFactory
from tests.support.factories_orders import ON_SITE
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, stage

NOW = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
"""Monday, 08:30 in Shanghai (alpha); 00:30 in London (beta)."""

TODAY = "2026-03-02"
POINT = {"point": {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}}
BOOKING = """booking { id state startsAt endsAt heldUntil closedAt serviceName
  courier { displayName } reschedules { id byCustomer startsAt state } }"""
SLOTS = """query($s: ID!, $p: VisitPositionInput!, $f: Date!, $l: Date!, $m: Int, $c: ID) {
  slots(serviceId: $s, position: $p, firstOn: $f, lastOn: $l, durationMinutes: $m, courierId: $c) {
    startsAt endsAt couriersFree
} }"""


class Time:
    """What the clock says, until it is told otherwise."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        patch.setattr(clock, "now", lambda: self.now)

    def to(self, text: str) -> datetime:
        """Go to an instant: `2026-03-02T09:00+08:00`."""
        self.now = datetime.fromisoformat(text).astimezone(UTC)
        return self.now

    def on(self, **more: float) -> datetime:
        """Go so much on."""
        self.now += timedelta(**more)
        return self.now


def open_day(tenant: TenantRef, *, hours: str = "09:00-18:00") -> tuple[Stage, Service]:
    """The cast, and a service of an hour on site; tomas works these hours every day, rita none."""
    on = stage(tenant)
    begin, _, end = hours.partition("-")
    with tenant_scope(tenant):
        service = ServiceFactory(
            published=True,
            kind=ServiceKind.ON_SITE,
            declaration=ON_SITE.serialise(),
            duration_minutes=60,
            name={"en": "Cleaning", "zh-Hans": "保洁"},
        )
        works(on.courier, begin, end)
    return on, service


def works(courier: Courier, begin: str = "09:00", end: str = "18:00") -> None:
    """In the bound scope: the same hours every day."""
    from kernel.wall_clock import span_checked

    span = span_checked(begin, end, field="hours")
    WorkingHours.objects.bulk_create(
        WorkingHours(courier=courier, weekday=day, starts=span.starts, ends=span.ends)
        for day in range(7)
    )


def local(clock_time: str, day: str = TODAY, offset: str = "+08:00") -> str:
    """An instant of the day in Shanghai as the API takes it."""
    return f"{day}T{clock_time}:00{offset}"


def free(
    member: Any, service: Service, first: str = TODAY, last: str = TODAY, **more: Any
) -> list[dict[str, Any]]:
    """The slots that the API offers."""
    asked = {"s": global_id("Service", service.id), "p": POINT, "f": first, "l": last, **more}
    found: list[dict[str, Any]] = member.run(SLOTS, asked)["slots"]
    return found


def starts(found: list[dict[str, Any]], hours: int = 8) -> list[str]:
    """HH:MM of the slots on a clock so many hours ahead of UTC."""
    shifted = (
        datetime.fromisoformat(slot["startsAt"]).astimezone(UTC) + timedelta(hours=hours)
        for slot in found
    )
    return [f"{each:%H:%M}" for each in shifted]


def visit(service: Service, key: str = "one", **more: Any) -> dict[str, Any]:
    """What every wish says."""
    return {
        "serviceId": global_id("Service", service.id),
        "position": POINT,
        "idempotencyKey": key,
        **more,
    }


def hold(member: Member, service: Service, clock_time: str, key: str = "", **more: Any) -> Any:
    """`bookingHold` of today's HH:MM in Shanghai."""
    wish = visit(service, key or clock_time, **{"startsAt": local(clock_time), **more})
    return mutate(member.api, "bookingHold", wish, BOOKING)


def booked(member: Member, service: Service, clock_time: str, **more: Any) -> dict[str, Any]:
    """Held and taken."""
    held = hold(member, service, clock_time, **more)["booking"]
    return act(member, "bookingTake", held, key=held["id"])["booking"]  # type: ignore[no-any-return]


def act(member: Member, name: str, booking: dict[str, Any], key: str = "one", **more: Any) -> Any:
    """A mutation about one booking."""
    wish = {"bookingId": booking["id"], "idempotencyKey": key, **more}
    select = "reschedule { id state startsAt }" if name == "bookingReschedule" else BOOKING
    return mutate(member.api, name, wish, select)


def active(tenant: TenantRef) -> int:
    """How many bookings take time in the rows."""
    with tenant_scope(tenant):
        return Booking.objects.filter(state__in=(BookingState.HELD, BookingState.BOOKED)).count()
