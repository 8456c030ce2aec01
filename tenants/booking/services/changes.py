"""What becomes of a booking afterwards: cancelled, done, or moved with the other side's consent.

There are two sides: the customer, and the operator, for whom the courier and the staff speak alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from kernel.refusals import AccessDenied, InvalidInput, NotFound, Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking.availability import Visiting
from tenants.booking.events import (
    CANCELLED,
    DONE,
    MOVE_ASKED,
    MOVE_DECLINED,
    MOVE_WITHDRAWN,
    MOVED,
)
from tenants.booking.models import Booking, BookingState, Reschedule
from tenants.booking.selectors import booking_terms, reschedules_visible
from tenants.booking.services.taking import (
    SlotGone,
    access_booking_locked,
    booking_record,
    lane_at,
    start_checked,
    without_overlap,
)
from tenants.booking.services.visits import BookingOfOrder
from tenants.booking.states import BOOKING_LIFE, COURIER, CUSTOMER, RESCHEDULE_LIFE, STAFF
from tenants.couriers.models import Courier
from tenants.journal.services import idempotent
from tenants.places.geometry import Position
from tenants.places.selectors import zone_at

MAX_WISHES: Final = 20
"""To move one booking."""

_RS = Reschedule.State


@dataclass(eq=False)
class TooLate(Refusal):
    """It begins in less than `notice_minutes`."""

    notice_minutes: int


class TooEarly(Refusal):
    """It has not begun yet."""


def side_of(actor: Actor, booking: Booking) -> str:
    """As what the actor acts on a booking that they see: the customer first, never both.

    Raises `AccessDenied` when they only look on.
    """
    if booking.customer_id == actor.person_id:
        return CUSTOMER
    is_courier = Courier.objects.filter(id=booking.courier_id, person_id=actor.person_id).exists()
    if is_courier and Right.FULFIL_AS_COURIER in actor.rights:
        return COURIER
    if Right.ORDERS_MANAGE in actor.rights:
        return STAFF
    raise AccessDenied("FORBIDDEN")


def booking_cancel(*, actor: Actor, booking_id: UUID, key: str, at: datetime) -> UUID:
    """Give the time back, once per `key`: its customer's word, in time, or staff's.

    Answers the booking's id. Raises `TooLate`, `BookingOfOrder`, `IllegalMove`, `NotFound`,
    `IdempotencyKeyReused`, and `AccessDenied` for its courier, who can only ask to move it.
    """

    def act() -> UUID:
        booking = access_booking_locked(actor=actor, booking_id=booking_id)
        side = side_of(actor, booking)
        if side not in BOOKING_LIFE.moves["cancel"].roles:
            raise AccessDenied("FORBIDDEN")
        _check_nobodys(booking)
        state = BOOKING_LIFE.check(state=booking.state, move="cancel")
        if side == CUSTOMER and booking.state == BookingState.BOOKED:
            _in_time(booking, at)
        booking.state, booking.closed_at = state, at
        booking_record(booking, CANCELLED, by=side, actor_id=actor.person_id, at=at)
        booking.reschedules.filter(state=_RS.ASKED).update(state=_RS.WITHDRAWN, answered_at=at)
        return booking.id

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_cancel",
        key=key,
        inputs={"booking": booking_id},
        at=at,
        act=act,
    )


def booking_complete(*, actor: Actor, booking_id: UUID, key: str, at: datetime) -> UUID:
    """Say that the visit is done, which frees what was left of its time; once per `key`.

    Answers the booking's id. Raises `TooEarly`, `BookingOfOrder`, `IllegalMove`, `NotFound`,
    `IdempotencyKeyReused`, and `AccessDenied` for the customer.
    """

    def act() -> UUID:
        booking = access_booking_locked(actor=actor, booking_id=booking_id)
        side = side_of(actor, booking)
        if side not in BOOKING_LIFE.moves["complete"].roles:
            raise AccessDenied("FORBIDDEN")
        _check_nobodys(booking)
        state = BOOKING_LIFE.check(state=booking.state, move="complete")
        if at < booking.starts_at:
            raise TooEarly
        booking.state, booking.closed_at = state, at
        booking_record(booking, DONE, by=side, actor_id=actor.person_id, at=at)
        booking.reschedules.filter(state=_RS.ASKED).update(state=_RS.WITHDRAWN, answered_at=at)
        return booking.id

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_complete",
        key=key,
        inputs={"booking": booking_id},
        at=at,
        act=act,
    )


def booking_reschedule(
    *, actor: Actor, booking_id: UUID, starts_at: datetime, key: str, at: datetime
) -> UUID:
    """Ask the other side to move the booking to a time that is free now, once per `key`.

    The new time is not kept meanwhile: the consent may find it gone. A wish that is open already
    makes way: one's own is withdrawn, the other side's declined. Answers the wish's id. Raises
    `TooLate`, `SlotGone`, `IllegalMove`, `InvalidInput`, `NotFound`, `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        booking = access_booking_locked(actor=actor, booking_id=booking_id)
        side = side_of(actor, booking)
        BOOKING_LIFE.check(state=booking.state, move="move")
        _in_time(booking, at)
        start_checked(starts_at, at=at)
        if booking.reschedules.count() >= MAX_WISHES:
            raise InvalidInput(field="bookingId", reason=f"at most {MAX_WISHES} wishes to move it")
        if starts_at == booking.starts_at or _free(booking, starts_at, at) is None:
            raise SlotGone
        by_customer = side == CUSTOMER
        for wish in booking.reschedules.filter(state=_RS.ASKED):
            move = "withdraw" if wish.by_customer == by_customer else "decline"
            wish.state = RESCHEDULE_LIFE.check(state=wish.state, move=move)
            wish.answered_at = at
            wish.save(update_fields=["state", "answered_at"])
        wish = Reschedule.objects.create(
            booking=booking, by_customer=by_customer, starts_at=starts_at, asked_at=at
        )
        booking_record(
            booking,
            MOVE_ASKED,
            by=side,
            actor_id=actor.person_id,
            at=at,
            data={"wish": str(wish.id), "to": starts_at.isoformat()},
        )
        return wish.id

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_reschedule",
        key=key,
        inputs={"booking": booking_id, "starts": starts_at.isoformat()},
        at=at,
        act=act,
    )


def reschedule_answer(
    *, actor: Actor, reschedule_id: UUID, accept: bool, key: str, at: datetime
) -> UUID:
    """The other side's word on a wish, once per `key`; with its consent the booking moves.

    Answers the booking's id. Raises `SlotGone` when the new time was taken meanwhile (the booking
    stays where it is), `TooLate`, `IllegalMove`, `NotFound`, `IdempotencyKeyReused`, and
    `AccessDenied` for whose wish it is.
    """

    def act() -> UUID:
        booking, wish, side = _access_wish(actor, reschedule_id)
        if wish.by_customer == (side == CUSTOMER):
            raise AccessDenied("FORBIDDEN")
        wish.state = RESCHEDULE_LIFE.check(state=wish.state, move="accept" if accept else "decline")
        wish.answered_at = at
        facts = {"wish": str(wish.id), "to": wish.starts_at.isoformat()}
        kind = MOVE_DECLINED
        if accept:
            BOOKING_LIFE.check(state=booking.state, move="move")
            if at >= booking.starts_at:
                raise TooLate(notice_minutes=0)
            free = _free(booking, wish.starts_at, at)
            if free is None or wish.starts_at <= at:
                raise SlotGone
            buffer, booking.lane = free
            length = booking.ends_at - booking.starts_at
            facts["from"] = booking.starts_at.isoformat()
            booking.starts_at = wish.starts_at
            booking.ends_at = wish.starts_at + length
            booking.blocked_until = booking.ends_at + buffer
            kind = MOVED
        wish.save(update_fields=["state", "answered_at"])
        without_overlap(
            lambda: booking_record(
                booking, kind, by=side, actor_id=actor.person_id, at=at, data=facts
            )
        )
        return booking.id

    return idempotent(
        actor_id=actor.person_id,
        operation="reschedule_answer",
        key=key,
        inputs={"reschedule": reschedule_id, "accept": accept},
        at=at,
        act=act,
    )


def reschedule_withdraw(*, actor: Actor, reschedule_id: UUID, key: str, at: datetime) -> UUID:
    """Take one's own side's wish back, once per `key`. Answers the booking's id.

    Raises `IllegalMove`, `NotFound`, `IdempotencyKeyReused`, and `AccessDenied` for the other side.
    """

    def act() -> UUID:
        booking, wish, side = _access_wish(actor, reschedule_id)
        if wish.by_customer != (side == CUSTOMER):
            raise AccessDenied("FORBIDDEN")
        wish.state = RESCHEDULE_LIFE.check(state=wish.state, move="withdraw")
        wish.answered_at = at
        wish.save(update_fields=["state", "answered_at"])
        facts = {"wish": str(wish.id)}
        booking_record(
            booking, MOVE_WITHDRAWN, by=side, actor_id=actor.person_id, at=at, data=facts
        )
        return booking.id

    return idempotent(
        actor_id=actor.person_id,
        operation="reschedule_withdraw",
        key=key,
        inputs={"reschedule": reschedule_id},
        at=at,
        act=act,
    )


def _access_wish(actor: Actor, reschedule_id: UUID) -> tuple[Booking, Reschedule, str]:
    """The wish with its booking, locked, and the actor's side. Raises `NotFound("Reschedule")`."""
    row = reschedules_visible(actor, Reschedule.objects.filter(id=reschedule_id))
    booking_id = row.values_list("booking_id", flat=True).first()
    if booking_id is None:
        raise NotFound(what="Reschedule")
    booking = access_booking_locked(actor=actor, booking_id=booking_id)
    return booking, Reschedule.objects.get(id=reschedule_id), side_of(actor, booking)


def visiting_again(booking: Booking) -> Visiting:
    """What the booking is of, as the engine takes it."""
    position = Position(booking.latitude, booking.longitude)
    zone = zone_at(position, service_id=booking.service_id)
    return Visiting(
        service=booking.service,
        duration=booking.ends_at - booking.starts_at,
        position=position,
        zone_id=zone.id if zone else None,
        customer_id=booking.customer_id,
    )


def _check_nobodys(booking: Booking) -> None:
    if booking.order_id is not None:
        raise BookingOfOrder


def _in_time(booking: Booking, at: datetime) -> None:
    notice = booking_terms().notice
    if at > booking.starts_at - notice:
        raise TooLate(notice_minutes=int(notice.total_seconds()) // 60)


def _free(booking: Booking, starts_at: datetime, at: datetime) -> tuple[timedelta, int] | None:
    """The buffer and the lane that the courier has for this visit then; None when they have none.

    Whether the service is still sold, and to whom, was asked when it was booked.
    """
    found = lane_at(
        wish=visiting_again(booking),
        courier_id=booking.courier_id,
        starts_at=starts_at,
        at=at,
        excluding=booking.id,
    )
    if found is None:
        return None
    agenda, lane = found
    return timedelta(seconds=agenda.buffer), lane
