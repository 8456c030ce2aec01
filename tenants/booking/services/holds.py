"""A slot is held while its customer pays, then taken; or booked at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.locks import transaction_lock
from kernel.refusals import Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking.availability import Where, agendas, bookings_taking_time, visiting, wanted
from tenants.booking.engine import slots
from tenants.booking.events import BOOKED
from tenants.booking.models import Booking, BookingState
from tenants.booking.selectors import booking_terms
from tenants.booking.services.taking import (
    SlotGone,
    booking_locked,
    booking_record,
    is_over,
    lapse,
    slot_take,
    slot_try,
    start_checked,
    who_of,
)
from tenants.booking.states import BOOKING_LIFE, CUSTOMER
from tenants.brand.modules import Module, module_check
from tenants.brand.selectors import brand_zone
from tenants.brand.services import orders_open_check
from tenants.journal.services import idempotent

HOLD: Final = timedelta(minutes=10)
MAX_HOLDS: Final = 3
"""That one customer may have at a time, so that nobody keeps a day from everybody else."""

INSTANT_WITHIN: Final = timedelta(days=7)


class HoldLapsed(Refusal):
    """The hold's time is up; the slot is everybody's again."""


@dataclass(eq=False)
class TooManyHolds(Refusal):
    """One customer holds at most `limit` slots at a time."""

    limit: int


def booking_hold(
    *,
    actor: Actor,
    service_id: UUID,
    courier_id: UUID | None,
    starts_at: datetime,
    duration_minutes: int | None,
    where: Where,
    key: str,
    at: datetime,
) -> UUID:
    """Hold a slot for ten minutes, once per `key`: of a courier's, or of any who is free then.

    Answers the booking's id. Raises `SlotGone`, `TooManyHolds`, `InvalidInput` (also for a start
    that is past, too soon or too far), `NotFound` (Service, Courier), `OutsideZones`,
    `ModuleOff`, `OrdersPaused` and `IdempotencyKeyReused`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)

    def act() -> UUID:
        module_check(Module.APPOINTMENTS)
        orders_open_check(at=at)
        start_checked(starts_at, at=at)
        transaction_lock("booking.holds", actor.person_id)
        held = bookings_taking_time(at=at).filter(state=BookingState.HELD)
        if held.filter(customer_id=actor.person_id).count() >= MAX_HOLDS:
            raise TooManyHolds(limit=MAX_HOLDS)
        wish = visiting(
            service_id=service_id,
            duration_minutes=duration_minutes,
            where=where,
            customer_id=actor.person_id,
        )
        return slot_take(
            wish=wish,
            courier_id=courier_id,
            starts_at=starts_at,
            held_until=at + HOLD,
            actor=actor,
            at=at,
        ).id

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_hold",
        key=key,
        inputs={
            "service": service_id,
            "courier": courier_id,
            "starts": starts_at.isoformat(),
            "minutes": duration_minutes,
            "where": where.plain(),
        },
        at=at,
        act=act,
    )


def booking_instant(
    *,
    actor: Actor,
    service_id: UUID,
    courier_id: UUID | None,
    duration_minutes: int | None,
    where: Where,
    key: str,
    at: datetime,
) -> UUID:
    """Book the very next slot within a week, of a courier's or anybody's, once per `key`.

    Answers the booking's id. Raises like `booking_hold`, but for `TooManyHolds`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)

    def act() -> UUID:
        module_check(Module.APPOINTMENTS)
        orders_open_check(at=at)
        wish = visiting(
            service_id=service_id,
            duration_minutes=duration_minutes,
            where=where,
            customer_id=actor.person_id,
        )
        who = who_of(wish, courier_id)
        low, high = at + booking_terms().lead, at + INSTANT_WITHIN
        found = agendas(wish=wish, who=who, low=low, high=high, zone=brand_zone(), at=at)
        for slot in slots(found, wanted(wish, low, high)):
            for free in slot.courier_ids:
                booking = slot_try(
                    wish=wish,
                    courier_id=free,
                    starts_at=datetime.fromtimestamp(slot.starts, at.tzinfo),
                    held_until=None,
                    actor=actor,
                    at=at,
                )
                if booking is not None:
                    return booking.id
        raise SlotGone

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_instant",
        key=key,
        inputs={
            "service": service_id,
            "courier": courier_id,
            "minutes": duration_minutes,
            "where": where.plain(),
        },
        at=at,
        act=act,
    )


def booking_take(*, actor: Actor, booking_id: UUID, key: str, at: datetime) -> UUID:
    """Take one's own hold for good, once per `key`. Answers the booking's id.

    Raises `HoldLapsed` once its time is up, whether it was swept or not; `IllegalMove`, `NotFound`
    and `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        booking = booking_locked(Booking.objects.filter(id=booking_id, customer_id=actor.person_id))
        if booking.state == BookingState.LAPSED or is_over(booking, at):
            raise HoldLapsed
        booking.state = BOOKING_LIFE.check(state=booking.state, move="take")
        booking.held_until = None
        booking_record(booking, BOOKED, by=CUSTOMER, actor_id=actor.person_id, at=at)
        return booking.id

    return idempotent(
        actor_id=actor.person_id,
        operation="booking_take",
        key=key,
        inputs={"booking": booking_id},
        at=at,
        act=act,
    )


@transaction.atomic
def hold_lapse(*, booking_id: UUID, at: datetime) -> None:
    """Let a hold go whose time is up; nothing in any other state, or before that."""
    row = Booking.objects.filter(id=booking_id)
    if row.exists():
        booking = booking_locked(row)
        if is_over(booking, at):
            lapse(booking, at)
