"""Another courier comes: the operator's word where one is ill or gone. The customer is told."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from kernel.refusals import InvalidInput, NotFound
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking.availability import bookable
from tenants.booking.events import REASSIGNED
from tenants.booking.models import Booking
from tenants.booking.selectors import bookings_visible
from tenants.booking.services.changes import TooLate, visiting_again
from tenants.booking.services.taking import SlotGone, booking_record, lane_at, without_overlap
from tenants.booking.states import BOOKING_LIFE, STAFF
from tenants.couriers.services.agenda import courier_locked
from tenants.journal.services import idempotent


def booking_reassign(
    *, actor: Actor, booking_id: UUID, courier_id: UUID, key: str, at: datetime
) -> UUID:
    """Give a booking that has not begun to another courier who is free then, once per `key`.

    For who manages orders. Answers the booking's id. Raises `SlotGone`, `TooLate`, `IllegalMove`,
    `InvalidInput` for the courier who has it, `NotFound` (Booking, Courier) and
    `IdempotencyKeyReused`.
    """
    actor.require(Right.ORDERS_MANAGE)

    def act() -> UUID:
        booking = _both_locked(actor, booking_id, courier_id)
        BOOKING_LIFE.check(state=booking.state, move="reassign")
        if at >= booking.starts_at:
            raise TooLate(notice_minutes=0)
        if courier_id == booking.courier_id:
            raise InvalidInput(field="courierId", reason="has the booking already")
        wish = visiting_again(booking)
        if not bookable(wish, Q(id=courier_id)).exists():
            raise NotFound(what="Courier")
        free = lane_at(wish=wish, courier_id=courier_id, starts_at=booking.starts_at, at=at)
        if free is None:
            raise SlotGone
        before, before_person = booking.courier_id, booking.courier.person_id
        agenda, booking.lane = free
        booking.courier_id = courier_id
        booking.blocked_until = booking.ends_at + timedelta(seconds=agenda.buffer)
        without_overlap(
            lambda: booking_record(
                booking,
                REASSIGNED,
                by=STAFF,
                actor_id=actor.person_id,
                at=at,
                data={"previous_courier": str(before), "previous_person": str(before_person)},
            )
        )
        return booking.id

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_reassign",
        key=key,
        inputs={"booking": booking_id, "courier": courier_id},
        at=at,
        act=act,
    )


def _both_locked(actor: Actor, booking_id: UUID, courier_id: UUID) -> Booking:
    """The booking, locked with both agendas: the only place that holds two, in one order always.

    Raises `NotFound` (Booking, Courier).
    """
    rows = bookings_visible(actor).filter(id=booking_id)
    before = rows.values_list("courier_id", flat=True).first()
    if before is None:
        raise NotFound(what="Booking")
    for each in sorted({before, courier_id}):
        courier_locked(each)
    booking = rows.select_for_update(of=("self",)).get()
    if booking.courier_id not in (before, courier_id):
        raise SlotGone  # given to a third meanwhile: look again
    return booking
