"""Shifts: opened by staff, signed up for by couriers, with a wait-list, rest and working hours.

Whoever changes the sign-ups of a shift holds its row; whoever puts a courier into one holds the
courier's agenda too, within a savepoint that lets it go where they do not fit.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kernel.refusals import InvalidInput, NotFound, Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking import rest
from tenants.booking.availability import bookings_taking_time
from tenants.booking.events import (
    SHIFT_CANCELLED,
    SHIFT_LEFT,
    SHIFT_MOVED_UP,
    SHIFT_OPENED,
    SHIFT_SIGNED_UP,
)
from tenants.booking.models import Shift, ShiftSignUp
from tenants.booking.rest import RestNeeded, TooManyHours
from tenants.brand.modules import Module, module_check
from tenants.brand.selectors import brand_zone
from tenants.couriers.models import Absence, Courier
from tenants.couriers.selectors import courier_at_work
from tenants.couriers.services.agenda import courier_locked
from tenants.journal.services import event_record, idempotent
from tenants.places.models import Zone

SHORTEST: Final = timedelta(minutes=30)
LONGEST: Final = rest.CONTINUOUS_MOST
"""No shift is longer than one may work without a rest."""

AHEAD: Final = timedelta(days=90)
MAX_SEATS: Final = 500
_AROUND: Final = timedelta(days=2)

_S = ShiftSignUp.State


class ShiftOver(Refusal):
    """The shift has begun, or was cancelled."""


class AlreadySignedUp(Refusal):
    """This courier is signed up, or waits."""


class ShiftOverlaps(Refusal):
    """The courier has another shift, an appointment or leave at that time."""


def shift_open(
    *,
    actor: Actor,
    starts_at: datetime,
    ends_at: datetime,
    seats: int,
    zone_id: UUID | None,
    key: str,
    at: datetime,
) -> UUID:
    """Open a shift of half an hour to four hours, once per `key`. Answers its id.

    Raises `InvalidInput`, `ModuleOff`, `NotFound("Zone")` and `IdempotencyKeyReused`.
    """
    actor.require(Right.ORDERS_MANAGE)

    def act() -> UUID:
        module_check(Module.SHIFTS)
        if not SHORTEST <= ends_at - starts_at <= LONGEST:
            raise InvalidInput(field="endsAt", reason="half an hour to four hours after startsAt")
        if not at < starts_at <= at + AHEAD:
            raise InvalidInput(field="startsAt", reason=f"ahead, within {AHEAD.days} days")
        if not 1 <= seats <= MAX_SEATS:
            raise InvalidInput(field="seats", reason=f"between 1 and {MAX_SEATS}")
        if zone_id is not None and not Zone.objects.filter(id=zone_id, active=True).exists():
            raise NotFound(what="Zone")
        shift = Shift(
            starts_at=starts_at, ends_at=ends_at, seats=seats, zone_id=zone_id, created_at=at
        )
        _record(shift, SHIFT_OPENED, actor, at, {})
        return shift.id

    return idempotent(
        actor_id=actor.person_id,
        operation="shift_open",
        key=key,
        inputs={
            "starts": starts_at.isoformat(),
            "ends": ends_at.isoformat(),
            "seats": seats,
            "zone": zone_id,
        },
        at=at,
        act=act,
    )


def shift_cancel(*, actor: Actor, shift_id: UUID, key: str, at: datetime) -> UUID:
    """Call a shift off before it begins, once per `key`; everybody has left it. Answers its id.

    Raises `ShiftOver`, `NotFound` and `IdempotencyKeyReused`.
    """
    actor.require(Right.ORDERS_MANAGE)

    def act() -> UUID:
        shift = _shift_locked(shift_id, at=at)
        shift.cancelled_at = at
        shift.confirmed_count = shift.waiting_count = 0
        ShiftSignUp.objects.filter(shift=shift).exclude(state=_S.LEFT).update(state=_S.LEFT)
        _record(shift, SHIFT_CANCELLED, actor, at, {})
        return shift.id

    return idempotent(
        actor_id=actor.person_id,
        operation="shift_cancel",
        key=key,
        inputs={"shift": shift_id},
        at=at,
        act=act,
    )


def shift_join(*, actor: Actor, shift_id: UUID, key: str, at: datetime) -> UUID:
    """Take a seat, or the last place of the wait-list when there is none left; once per `key`.

    Answers the shift's id. Raises `ShiftOver`, `AlreadySignedUp`, `ShiftOverlaps`, `RestNeeded`,
    `TooManyHours`, `ModuleOff`, `NotFound` (Shift, Courier) and `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        module_check(Module.SHIFTS)
        courier = courier_at_work(actor)
        shift = _shift_locked(shift_id, at=at)
        courier_locked(courier.id)
        mine = ShiftSignUp.objects.filter(shift=shift, courier=courier)
        if mine.exclude(state=_S.LEFT).exists():
            raise AlreadySignedUp
        _check_fits(shift, courier, at)
        has_seat = shift.confirmed_count < shift.seats
        ShiftSignUp.objects.create(
            shift=shift,
            courier=courier,
            state=_S.CONFIRMED if has_seat else _S.WAITING,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            signed_at=at,
        )
        if has_seat:
            shift.confirmed_count += 1
        else:
            shift.waiting_count += 1
        facts = {"courier": str(courier.id), "waiting": not has_seat}
        _record(shift, SHIFT_SIGNED_UP, actor, at, facts)
        return shift.id

    return idempotent(
        actor_id=actor.person_id,
        operation="shift_join",
        key=key,
        inputs={"shift": shift_id},
        at=at,
        act=act,
    )


def shift_leave(*, actor: Actor, shift_id: UUID, key: str, at: datetime) -> UUID:
    """Give one's seat or place back before the shift begins, once per `key`.

    The first who waits and still fits moves up; who does not fit keeps waiting. Answers the
    shift's id. Raises `ShiftOver`, `NotFound` and `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        courier = courier_at_work(actor)
        shift = _shift_locked(shift_id, at=at)
        mine = (
            ShiftSignUp.objects.filter(shift=shift, courier=courier).exclude(state=_S.LEFT).first()
        )
        if mine is None:
            raise NotFound(what="Shift")
        was, mine.state = mine.state, _S.LEFT
        mine.save(update_fields=["state"])
        if was == _S.CONFIRMED:
            shift.confirmed_count -= 1
        else:
            shift.waiting_count -= 1
        _record(shift, SHIFT_LEFT, actor, at, {"courier": str(courier.id)})
        _move_up(shift, at)
        return shift.id

    return idempotent(
        actor_id=actor.person_id,
        operation="shift_leave",
        key=key,
        inputs={"shift": shift_id},
        at=at,
        act=act,
    )


def _move_up(shift: Shift, at: datetime) -> None:
    waiting = ShiftSignUp.objects.filter(shift=shift, state=_S.WAITING).select_related("courier")
    for sign_up in waiting.order_by("signed_at", "id"):
        if shift.confirmed_count >= shift.seats:
            return
        try:
            with transaction.atomic():
                courier = courier_locked(sign_up.courier_id)
                if courier.state != Courier.State.APPROVED:
                    raise ShiftOverlaps
                _check_fits(shift, courier, at)
                sign_up.state = _S.CONFIRMED
                sign_up.save(update_fields=["state"])
        except (ShiftOverlaps, RestNeeded, TooManyHours):
            continue
        shift.confirmed_count += 1
        shift.waiting_count -= 1
        _record(shift, SHIFT_MOVED_UP, None, at, {"courier": str(courier.id)})


def _check_fits(shift: Shift, courier: Courier, at: datetime) -> None:
    """Raises what `rest.check` raises, and `ShiftOverlaps`. The agenda is locked by the caller."""
    low, high = shift.starts_at - _AROUND, shift.ends_at + _AROUND
    shifts = ShiftSignUp.objects.filter(
        courier=courier, state=_S.CONFIRMED, starts_at__lt=high, ends_at__gt=low
    )
    visits = bookings_taking_time(at=at).filter(
        courier=courier, starts_at__lt=high, ends_at__gt=low
    )
    work = [
        *shifts.values_list("starts_at", "ends_at"),
        *visits.values_list("starts_at", "ends_at"),
    ]
    leave = Absence.objects.filter(
        courier=courier,
        state=Absence.State.APPROVED,
        starts_at__lt=shift.ends_at,
        ends_at__gt=shift.starts_at,
    )
    overlaps = any(begin < shift.ends_at and end > shift.starts_at for begin, end in work)
    if overlaps or leave.exists():
        raise ShiftOverlaps
    rest.check(work, (shift.starts_at, shift.ends_at), zone=brand_zone())


def _shift_locked(shift_id: UUID, *, at: datetime) -> Shift:
    """A shift that is ahead, its row locked. Raises `ShiftOver` and `NotFound("Shift")`."""
    shift = Shift.objects.select_for_update().filter(id=shift_id).first()
    if shift is None:
        raise NotFound(what="Shift")
    if shift.cancelled_at is not None or shift.starts_at <= at:
        raise ShiftOver
    return shift


def _record(
    shift: Shift, kind: str, actor: Actor | None, at: datetime, data: dict[str, Any]
) -> None:
    shift.seq += 1
    shift.save()
    event_record(
        kind=kind,
        subject=shift.id,
        stream=f"shift:{shift.id}",
        seq=shift.seq,
        actor_id=actor.person_id if actor else None,
        at=at,
        data={"shift": str(shift.id), **data},
    )
