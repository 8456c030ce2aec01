"""Visits that come again: booked a few weeks ahead, each by itself, and what cannot be is told."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.jobs import defer
from kernel.refusals import InvalidInput, NotFound, Refusal
from tenants.access.actors import SYSTEM as THE_SYSTEM
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking.availability import Where, bookable, visiting
from tenants.booking.engine import STEP
from tenants.booking.events import (
    RECURRENCE_BOOKED,
    RECURRENCE_ENDED,
    RECURRENCE_MISSED,
    RECURRENCE_STARTED,
)
from tenants.booking.models import Booking, Occurrence, Recurrence
from tenants.booking.selectors import booking_terms, recurrences_visible
from tenants.booking.services.taking import SlotGone, slot_take
from tenants.brand.modules import Module, module_check
from tenants.brand.selectors import brand_zone
from tenants.brand.services import OrdersPaused, orders_open_check
from tenants.couriers.hours import local_instant
from tenants.journal.services import event_record, idempotent
from tenants.places.geometry import Position
from tenants.places.services.coverage import OutsideZones, ServiceNotCovered

PLANNED_AHEAD: Final = timedelta(days=28)
MAX_RECURRENCES: Final = 10
_QUARTER: Final = int(STEP.total_seconds()) // 60
_Rhythm = Recurrence.Rhythm


class TooManyRecurrences(Refusal):
    """A customer has ten recurring visits at most."""


def recurrence_start(
    *,
    actor: Actor,
    service_id: UUID,
    courier_id: UUID | None,
    rhythm: Recurrence.Rhythm,
    first_on: date,
    last_on: date | None,
    minutes: int,
    duration_minutes: int | None,
    where: Where,
    key: str,
    at: datetime,
) -> UUID:
    """Have a visit come again from the local day `first_on`, once per `key`; answers its id.

    `minutes` after midnight, a quarter of an hour, is when; without a courier it is whoever is
    free. What lies within four weeks is booked or missed at once. Raises `InvalidInput`,
    `TooManyRecurrences`, `NotFound` (Service, Courier), `OutsideZones`, `OrdersPaused`,
    `ModuleOff` and `IdempotencyKeyReused`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)

    def act() -> UUID:
        module_check(Module.APPOINTMENTS)
        orders_open_check(at=at)
        today = at.astimezone(brand_zone()).date()
        horizon = booking_terms().horizon
        if not today <= first_on <= today + horizon:
            raise InvalidInput(field="firstOn", reason=f"from today on, within {horizon.days} days")
        if last_on is not None and last_on < first_on:
            raise InvalidInput(field="lastOn", reason="not before firstOn")
        if minutes % _QUARTER or not 0 <= minutes < 1440:
            raise InvalidInput(field="startsAt", reason="a quarter of an hour")
        mine = Recurrence.objects.filter(customer_id=actor.person_id, ended_at=None)
        if mine.count() >= MAX_RECURRENCES:
            raise TooManyRecurrences
        wish = visiting(
            service_id=service_id,
            duration_minutes=duration_minutes,
            where=where,
            customer_id=actor.person_id,
        )
        if courier_id is not None and not bookable(wish, Q(id=courier_id)).exists():
            raise NotFound(what="Courier")
        length = int(wish.duration.total_seconds()) // 60
        recurrence = Recurrence(
            customer_id=actor.person_id,
            service=wish.service,
            courier_id=courier_id,
            rhythm=rhythm,
            first_on=first_on,
            last_on=last_on,
            minutes=minutes,
            duration_minutes=length,
            latitude=wish.position.latitude,
            longitude=wish.position.longitude,
            created_at=at,
        )
        _record(recurrence, RECURRENCE_STARTED, actor, at, {})
        recurrence_plan(recurrence_id=recurrence.id, at=at)
        return recurrence.id

    return idempotent(
        actor_id=actor.person_id,
        operation="recurrence_start",
        key=key,
        inputs={
            "service": service_id,
            "courier": courier_id,
            "rhythm": rhythm.value,
            "first": first_on.isoformat(),
            "last": last_on.isoformat() if last_on else None,
            "minutes": minutes,
            "duration": duration_minutes,
            "where": where.plain(),
        },
        at=at,
        act=act,
    )


def recurrence_end(*, actor: Actor, recurrence_id: UUID, key: str, at: datetime) -> UUID:
    """Plan no more of it, once per `key`; what is booked already stays until it is cancelled.

    For its customer, and who manages orders. Answers its id. Raises `NotFound` and
    `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        rows = recurrences_visible(actor, Recurrence.objects.filter(id=recurrence_id))
        recurrence = rows.select_for_update().first()
        if recurrence is None:
            raise NotFound(what="Recurrence")
        if recurrence.customer_id != actor.person_id:
            actor.require(Right.ORDERS_MANAGE)
        if recurrence.ended_at is None:
            recurrence.ended_at = at
            _record(recurrence, RECURRENCE_ENDED, actor, at, {})
        return recurrence.id

    return idempotent(
        actor_id=actor.person_id,
        operation="recurrence_end",
        key=key,
        inputs={"recurrence": recurrence_id},
        at=at,
        act=act,
    )


@transaction.atomic
def recurrence_plan(*, recurrence_id: UUID, at: datetime) -> None:
    """Book each day of the next four weeks that is not planned yet; tomorrow again.

    A day that cannot be booked is kept as missed, with the reason, and announced: the customer is
    told, and is free to book another time. Nothing to do when it has ended.
    """
    recurrence = Recurrence.objects.select_for_update().filter(id=recurrence_id).first()
    if recurrence is None or recurrence.ended_at is not None:
        return
    zone = brand_zone()
    until = at.astimezone(zone).date() + PLANNED_AHEAD
    for day in days_of(recurrence, until=until):
        if recurrence.planned_to is not None and day <= recurrence.planned_to:
            continue
        starts_at = local_instant(day, recurrence.minutes, zone)
        booking, missed = _book(recurrence, starts_at, at)
        Occurrence.objects.create(
            recurrence=recurrence, date=day, booking=booking, missed=missed, planned_at=at
        )
        recurrence.planned_to = day
        kind = RECURRENCE_MISSED if missed else RECURRENCE_BOOKED
        facts = {"date": day.isoformat(), "reason": missed.value if missed else None}
        _record(recurrence, kind, None, at, facts)
    if recurrence.last_on is not None and until >= recurrence.last_on:
        recurrence.ended_at = at
        _record(recurrence, RECURRENCE_ENDED, None, at, {})
    else:
        plan_defer(recurrence.id, run_at=at + timedelta(days=1))


def plan_defer(recurrence_id: UUID, *, run_at: datetime) -> None:
    """Have a recurrence planned at `run_at`; one such job waits at most."""
    once = f"recurrence_plan:{recurrence_id}"
    defer("booking.recurrence_plan", run_at=run_at, once=once, recurrence=str(recurrence_id))


def days_of(recurrence: Recurrence, *, until: date) -> Iterator[date]:
    """The local days of the recurrence up to and with `until`, in order.

    Monthly is the same day of the month, the last where the month is shorter: the 31st is then the
    30th, not a month without.
    """
    last = until if recurrence.last_on is None else min(until, recurrence.last_on)
    day, count = recurrence.first_on, 0
    while day <= last:
        yield day
        count += 1
        if recurrence.rhythm == _Rhythm.MONTHLY:
            day = _months_on(recurrence.first_on, count)
        else:
            weeks = 2 if recurrence.rhythm == _Rhythm.BIWEEKLY else 1
            day = recurrence.first_on + timedelta(weeks=weeks * count)


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _book(
    recurrence: Recurrence, starts_at: datetime, at: datetime
) -> tuple[Booking | None, Occurrence.Miss | None]:
    try:
        with transaction.atomic():
            orders_open_check(at=at)
            if starts_at < at + booking_terms().lead:
                raise SlotGone
            wish = visiting(
                service_id=recurrence.service_id,
                duration_minutes=recurrence.duration_minutes,
                where=Where(point=Position(recurrence.latitude, recurrence.longitude)),
                customer_id=recurrence.customer_id,
            )
            booking = slot_take(
                wish=wish,
                courier_id=recurrence.courier_id,
                starts_at=starts_at,
                held_until=None,
                actor=THE_SYSTEM,
                at=at,
            )
    except SlotGone:
        return None, Occurrence.Miss.NO_SLOT
    except (OutsideZones, ServiceNotCovered):
        return None, Occurrence.Miss.OUTSIDE_ZONES
    except OrdersPaused:
        return None, Occurrence.Miss.PAUSED
    except NotFound as absent:
        gone = absent.what == "Service"
        return None, Occurrence.Miss.NOT_ON_SALE if gone else Occurrence.Miss.NO_SLOT
    return booking, None


def _record(
    recurrence: Recurrence,
    kind: str,
    actor: Actor | None,
    at: datetime,
    data: dict[str, Any],
) -> None:
    recurrence.seq += 1
    recurrence.save()
    event_record(
        kind=kind,
        subject=recurrence.id,
        stream=f"recurrence:{recurrence.id}",
        seq=recurrence.seq,
        actor_id=actor.person_id if actor else None,
        at=at,
        data={
            "recurrence": str(recurrence.id),
            "customer": str(recurrence.customer_id),
            **data,
        },
    )
