"""Taking a slot under the lock of its courier's agenda; locking and recording bookings.

Every other change of an agenda waits for that lock, and the engine is asked again under it: what is
offered is what can be booked. The exclusion constraint stands behind it all the same
(booking/README.md).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from psycopg.errors import ExclusionViolation

from kernel.jobs import defer
from kernel.refusals import InvalidInput, NotFound, Refusal
from tenants.access.actors import SYSTEM as THE_SYSTEM
from tenants.access.actors import AnyActor
from tenants.booking.availability import (
    Visiting,
    agendas,
    bookable,
    wanted,
)
from tenants.booking.engine import Agenda, lane_for
from tenants.booking.events import BOOKED, HELD, LAPSED
from tenants.booking.models import Booking, BookingState
from tenants.booking.selectors import booking_terms, bookings_visible
from tenants.booking.states import BOOKING_LIFE, CUSTOMER, SYSTEM
from tenants.brand.selectors import brand_zone
from tenants.couriers.services.agenda import courier_locked
from tenants.journal.services import event_record


class SlotGone(Refusal):
    """Nobody is free for it: it was taken, or never was a slot. Ask for the slots again."""


def slot_take(
    *,
    wish: Visiting,
    courier_id: UUID | None,
    starts_at: datetime,
    held_until: datetime | None,
    actor: AnyActor,
    at: datetime,
) -> Booking:
    """Take the slot, held or booked, with the courier or with whoever is free and visits least.

    Raises `SlotGone`, and `NotFound("Courier")` for one who cannot be booked for this at all.
    """
    assert wish.customer_id is not None
    who = who_of(wish, courier_id)
    found = agendas(wish=wish, who=who, low=starts_at, high=starts_at, zone=brand_zone(), at=at)
    start = int(starts_at.timestamp())
    asked = wanted(wish, starts_at, starts_at)
    free = [agenda for agenda in found if lane_for(agenda, asked, start) is not None]
    for agenda in sorted(free, key=lambda each: (len(each.visits), each.courier_id)):
        booking = slot_try(
            wish=wish,
            courier_id=agenda.courier_id,
            starts_at=starts_at,
            held_until=held_until,
            actor=actor,
            at=at,
        )
        if booking is not None:
            return booking
    raise SlotGone


def lane_at(
    *,
    wish: Visiting,
    courier_id: UUID,
    starts_at: datetime,
    at: datetime,
    excluding: UUID | None = None,
) -> tuple[Agenda, int] | None:
    """The courier's agenda and the lane that is free for the visit; None when none is.

    The caller holds the lock of the agenda. Holds that are over and not swept yet are, here: the
    constraint still counts them.
    """
    _lapse_overdue(courier_id, at)
    found = agendas(
        wish=wish,
        who=Q(id=courier_id),
        low=starts_at,
        high=starts_at,
        zone=brand_zone(),
        at=at,
        excluding=excluding,
    )
    for agenda in found:
        lane = lane_for(agenda, wanted(wish, starts_at, starts_at), int(starts_at.timestamp()))
        if lane is not None:
            return agenda, lane
    return None


def start_checked(starts_at: datetime, *, at: datetime) -> None:
    """Raises `InvalidInput("startsAt")` for a time that is past, too soon or beyond the horizon."""
    terms = booking_terms()
    if starts_at < at + terms.lead:
        minutes = int(terms.lead.total_seconds()) // 60
        raise InvalidInput(field="startsAt", reason=f"at least {minutes} minutes ahead")
    if starts_at > at + terms.horizon:
        raise InvalidInput(field="startsAt", reason=f"within {terms.horizon.days} days")
    if starts_at.microsecond:
        raise InvalidInput(field="startsAt", reason="a whole second")


def booking_locked(which: Any) -> Booking:
    """The booking that the queryset picks: its courier's agenda locked, and then the row itself.

    Raises `NotFound("Booking")`.
    """
    locked: UUID | None = None
    # Until it was locked, it could be given to another courier.
    while (courier_id := which.values_list("courier_id", flat=True).first()) != locked:
        if courier_id is None:
            raise NotFound(what="Booking")
        courier_locked(courier_id)
        locked = courier_id
    booking: Booking | None = which.select_for_update(of=("self",)).first()
    if booking is None:
        raise NotFound(what="Booking")
    return booking


def access_booking_locked(*, actor: AnyActor, booking_id: UUID) -> Booking:
    """A booking that `actor` may see, locked. Raises `NotFound("Booking")`."""
    return booking_locked(bookings_visible(actor).filter(id=booking_id))


def booking_record(
    booking: Booking,
    kind: str,
    *,
    by: str,
    actor_id: UUID | None,
    at: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Save the locked booking under its next number, and write the event."""
    booking.seq += 1
    booking.save()
    event_record(
        kind=kind,
        subject=booking.id,
        stream=f"booking:{booking.id}",
        seq=booking.seq,
        actor_id=actor_id,
        at=at,
        data={
            "booking": str(booking.id),
            "courier": str(booking.courier_id),
            "courier_person": str(booking.courier.person_id),
            "customer": str(booking.customer_id),
            "order": str(booking.order_id) if booking.order_id else None,
            "starts": booking.starts_at.isoformat(),
            "by": by,
            **(data or {}),
        },
    )


def without_overlap[T](write: Callable[[], T]) -> T:
    """What `write` answers; `SlotGone` where the exclusion constraint has the last word."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise SlotGone from error
        raise


def who_of(wish: Visiting, courier_id: UUID | None) -> Q:
    """The courier, or all. Raises `NotFound("Courier")` for one who cannot be booked for this."""
    if courier_id is None:
        return Q()
    who = Q(id=courier_id)
    if not bookable(wish, who).exists():
        raise NotFound(what="Courier")
    return who


def slot_try(
    *,
    wish: Visiting,
    courier_id: UUID,
    starts_at: datetime,
    held_until: datetime | None,
    actor: AnyActor,
    at: datetime,
) -> Booking | None:
    """Take the slot with this courier, unless they are not free any more.

    In a savepoint, whose undoing lets the lock go: nobody holds two agendas, so nobody waits in a
    circle.
    """
    try:
        with transaction.atomic():
            courier_locked(courier_id)
            free = lane_at(wish=wish, courier_id=courier_id, starts_at=starts_at, at=at)
            if free is None:
                raise SlotGone
            agenda, lane = free
            ends_at = starts_at + wish.duration
            assert wish.customer_id is not None
            booking = Booking(
                courier_id=courier_id,
                customer_id=wish.customer_id,
                service=wish.service,
                state=BookingState.BOOKED if held_until is None else BookingState.HELD,
                starts_at=starts_at,
                ends_at=ends_at,
                blocked_until=ends_at + timedelta(seconds=agenda.buffer),
                lane=lane,
                held_until=held_until,
                latitude=wish.position.latitude,
                longitude=wish.position.longitude,
                created_at=at,
            )
            is_system = actor is THE_SYSTEM
            without_overlap(
                lambda: booking_record(
                    booking,
                    BOOKED if held_until is None else HELD,
                    by=SYSTEM if is_system else CUSTOMER,
                    actor_id=actor.person_id,
                    at=at,
                )
            )
            if held_until is not None:
                defer("booking.hold_lapse", run_at=held_until, booking=str(booking.id))
            return booking
    except SlotGone:
        return None


def _lapse_overdue(courier_id: UUID, at: datetime) -> None:
    overdue = Booking.objects.filter(
        courier_id=courier_id, state=BookingState.HELD, held_until__lte=at
    )
    for booking in overdue.select_for_update().order_by("id"):
        lapse(booking, at)


def is_over(booking: Booking, at: datetime) -> bool:
    """Whether it is a hold whose time is up."""
    return (
        booking.state == BookingState.HELD
        and booking.held_until is not None
        and booking.held_until <= at
    )


def lapse(booking: Booking, at: datetime) -> None:
    """Let the locked hold go. Raises `IllegalMove` for anything else."""
    booking.state = BOOKING_LIFE.check(state=booking.state, move="lapse")
    booking.closed_at = at
    booking_record(booking, LAPSED, by=SYSTEM, actor_id=None, at=at)
