"""What booking does when something happens to a courier or the tenant, in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from kernel.events import Fact
from kernel.jobs import defer
from kernel.refusals import Refusal
from tenants.booking.availability import bookings_taking_time
from tenants.booking.models import Booking, BookingState, Recurrence, ShiftSignUp
from tenants.booking.services import next_slots
from tenants.booking.services.recurrences import plan_defer


@dataclass(eq=False)
class BookingsInTheWay(Refusal):
    """The courier has `count` appointments or shifts then: move or cancel them first."""

    count: int


def on_absence_approved(fact: Fact) -> None:
    """Nobody is on leave and booked. Raises `BookingsInTheWay`; the agenda is locked already."""
    courier_id = fact.data["courier"]
    starts = datetime.fromisoformat(fact.data["starts"])
    ends = datetime.fromisoformat(fact.data["ends"])
    visits = bookings_taking_time(at=fact.at).filter(
        courier_id=courier_id, starts_at__lt=ends, ends_at__gt=starts
    )
    shifts = ShiftSignUp.objects.filter(
        courier_id=courier_id,
        state=ShiftSignUp.State.CONFIRMED,
        starts_at__lt=ends,
        ends_at__gt=starts,
    )
    count = visits.count() + shifts.count()
    if count:
        raise BookingsInTheWay(count=count)


def on_restored(fact: Fact) -> None:
    """The rows came from elsewhere, without what waits for a time: defer it again."""
    held = Booking.objects.filter(state=BookingState.HELD).values_list("id", "held_until")
    for booking_id, held_until in held:
        defer("booking.hold_lapse", run_at=held_until, booking=str(booking_id))
    next_slots.on_changed(fact)
    for recurrence_id in Recurrence.objects.filter(ended_at=None).values_list("id", flat=True):
        plan_defer(recurrence_id, run_at=fact.at)
