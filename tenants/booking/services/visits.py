"""The visit of an order: a courier's time that the order takes, gives back, and ends with.

For orders above, in their transactions. They hold the order's row already: whoever holds an agenda
never waits for an order.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.refusals import Refusal
from kernel.transitions import IllegalMove
from tenants.booking.events import BOOKED, CANCELLED, DONE
from tenants.booking.models import Booking, BookingState, Reschedule
from tenants.booking.services.holds import HoldLapsed
from tenants.booking.services.taking import booking_locked, booking_record, is_over
from tenants.booking.states import BOOKING_LIFE, CUSTOMER, SYSTEM


@dataclass(eq=False)
class BookingOfOrder(Refusal):
    """The visit is an order's, and ends with it: it is the order that is cancelled or done."""


@transaction.atomic
def visit_take(*, booking_id: UUID, customer_id: UUID, order_id: UUID, at: datetime) -> Booking:
    """Make the customer's hold, or a booking of theirs that no order has, the visit of an order.

    Raises `HoldLapsed` once a hold's time is up, whether it was swept or not; `BookingOfOrder`,
    `IllegalMove`, and `NotFound("Booking")`.
    """
    booking = booking_locked(Booking.objects.filter(id=booking_id, customer_id=customer_id))
    if booking.state == BookingState.LAPSED or is_over(booking, at):
        raise HoldLapsed
    if booking.order_id is not None:
        raise BookingOfOrder
    if booking.state != BookingState.BOOKED:
        booking.state = BOOKING_LIFE.check(state=booking.state, move="take")
        booking.held_until = None
    elif booking.starts_at <= at:
        raise IllegalMove(state=booking.state, move="take")
    booking.order_id = order_id
    booking_record(booking, BOOKED, by=CUSTOMER, actor_id=customer_id, at=at)
    return booking


def visit_release(*, booking_id: UUID, at: datetime) -> None:
    """Give the courier's time back: the order was called off, or somebody else does it."""
    _end(booking_id, "cancel", CANCELLED, at)


def visit_finish(*, booking_id: UUID, at: datetime) -> None:
    """The order's work is over, which frees what was left of the time."""
    _end(booking_id, "complete", DONE, at)


@transaction.atomic
def _end(booking_id: UUID, move: str, kind: str, at: datetime) -> None:
    """Nothing to do for a visit that has ended before."""
    booking = booking_locked(Booking.objects.filter(id=booking_id))
    if booking.state != BookingState.BOOKED:
        return
    booking.state = BOOKING_LIFE.check(state=booking.state, move=move)
    booking.closed_at = at
    booking_record(booking, kind, by=SYSTEM, actor_id=None, at=at)
    asked = booking.reschedules.filter(state=Reschedule.State.ASKED)
    asked.update(state=Reschedule.State.WITHDRAWN, answered_at=at)
