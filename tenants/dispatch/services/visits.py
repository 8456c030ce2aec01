"""Orders with an appointment: nobody is asked, the courier who was booked has it when it is due.

Until then the order is only placed, so that its terms for cancelling are those of an order that
nobody is on the way for, and the courier's hands are counted free.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.jobs import defer
from tenants.access.actors import SYSTEM
from tenants.booking.models import Booking, BookingState
from tenants.booking.selectors import booking_terms
from tenants.booking.services.visits import visit_release
from tenants.couriers.models import Courier
from tenants.dispatch.models import Assignment
from tenants.dispatch.services.assigning import assignment_end
from tenants.dispatch.services.rounds import is_booked, round_defer
from tenants.orders.models import Order, OrderState
from tenants.orders.services.moves import LockedOrder, order_due_set, order_lock, order_move


def visit_defer(order_id: UUID, *, run_at: datetime | None = None) -> None:
    """Have the order given to its courier when it is due: now, or looked at again at `run_at`."""
    once = f"visit:{order_id}" if run_at else None
    defer("dispatch.visit_assign", run_at=run_at, once=once, order=str(order_id))


@transaction.atomic
def visit_assign(*, order_id: UUID, at: datetime) -> None:
    """Give an order to the courier who is booked for it, from the hour on from which the visit
    stands fast; to another one, when the booking was given to another. May be called at any time.

    A courier who may not work any more lets the visit go, and others are asked.
    """
    order = order_lock(order_id)
    if not is_booked(order):
        return
    booking = order.booking
    assert booking is not None
    if order.due_at != booking.starts_at:
        order_due_set(order=order, due_at=booking.starts_at)
    if order.state == OrderState.PLACED:
        due = booking.starts_at - booking_terms().notice
        if at < due:
            visit_defer(order.id, run_at=due)
        elif booking.courier.state != Courier.State.APPROVED:
            visit_release(booking_id=booking.id, at=at)
            round_defer(order.id)
        else:
            _give(order, booking, at)
    elif order.state == OrderState.ACCEPTED and order.courier_id != booking.courier_id:
        assignment_end(order_id=order.id, outcome=Assignment.Outcome.REASSIGNED, at=at)
        _give(order, booking, at)


def _give(order: LockedOrder, booking: Booking, at: datetime) -> None:
    before = order.courier_id
    order_move(
        order=order,
        move="assign",
        actor=SYSTEM,
        at=at,
        courier=booking.courier,
        data={"previous_courier": str(before) if before else None},
    )
    Assignment.objects.create(order=order, courier=booking.courier, created_at=at)


def visits_wait() -> None:
    """Every placed order with an appointment is looked at: the rows came from elsewhere."""
    waiting = Order.objects.filter(
        state=OrderState.PLACED, booking__state=BookingState.BOOKED
    ).values_list("id", flat=True)
    for order_id in waiting:
        visit_defer(order_id)
