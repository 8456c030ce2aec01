"""When and where a courier can be booked: hours of the week, other days, areas, capacity.

A courier's own, or any's for whoever manages orders. Appointments that stand already stay as they
are: the hours are about what is offered from now on.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.events import Fact, announce
from kernel.refusals import InvalidInput, NotFound
from kernel.wall_clock import Span, day_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_zone
from tenants.couriers.events import AGENDA_CHANGED
from tenants.couriers.hours import WeeklySpan, week_checked
from tenants.couriers.models import Courier, HoursException, ServiceArea, WorkingHours
from tenants.places.models import Zone

MAX_SPANS_A_WEEK: Final = 35
MAX_SPANS_A_DAY: Final = 6
MAX_EXCEPTIONS: Final = 400
MAX_CAPACITY: Final = 20
MAX_BUFFER_MINUTES: Final = 240
EXCEPTIONS_AHEAD: Final = timedelta(days=366)


def courier_locked(courier_id: UUID) -> Courier:
    """The courier, their agenda locked until the transaction ends. Raises `NotFound("Courier")`.

    Whatever books them or changes when they can be booked waits here. Not `FOR UPDATE`, for which
    every row that points to the courier would wait as well.
    """
    courier = Courier.objects.select_for_update(no_key=True).filter(id=courier_id).first()
    if courier is None:
        raise NotFound(what="Courier")
    return courier


def access_agenda(*, actor: Actor, courier_id: UUID | None) -> Courier:
    """The agenda of one's own (None), or of any courier for who manages orders; locked.

    Raises `NotFound("Courier")`.
    """
    staff = Right.ORDERS_MANAGE in actor.rights
    own = Q(person_id=actor.person_id)
    which = own if courier_id is None else Q(id=courier_id) & (Q() if staff else own)
    found = Courier.objects.filter(which).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(what="Courier")
    return courier_locked(found)


@transaction.atomic
def courier_hours_set(
    *, actor: Actor, courier_id: UUID | None, week: Sequence[WeeklySpan], at: datetime
) -> Courier:
    """Replace the hours of the week. None at all is a courier who takes no appointments.

    Raises `InvalidInput` for spans that overlap, and `NotFound`.
    """
    courier = access_agenda(actor=actor, courier_id=courier_id)
    if len(week) > MAX_SPANS_A_WEEK:
        raise InvalidInput(field="hours", reason=f"at most {MAX_SPANS_A_WEEK} spans")
    ordered = week_checked(week, field="hours")
    WorkingHours.objects.filter(courier=courier).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(
            courier=courier, weekday=each.weekday, starts=each.span.starts, ends=each.span.ends
        )
        for each in ordered
    )
    announce(Fact(kind=AGENDA_CHANGED, subject=courier.id, at=at))
    return courier


@transaction.atomic
def courier_day_set(
    *,
    actor: Actor,
    courier_id: UUID | None,
    day: date,
    spans: Sequence[Span] | None,
    at: datetime,
) -> Courier:
    """Keep other hours on one day: `spans`, of which none is a day off; None for the usual again.

    Raises `InvalidInput` for a day that is over or more than a year ahead, and for spans that
    overlap; `NotFound`.
    """
    courier = access_agenda(actor=actor, courier_id=courier_id)
    today = at.astimezone(brand_zone()).date()
    if not today <= day <= today + EXCEPTIONS_AHEAD:
        raise InvalidInput(field="date", reason="a day from today on, within a year")
    mine = HoursException.objects.filter(courier=courier)
    mine.filter(Q(date=day) | Q(date__lt=today - timedelta(days=1))).delete()
    if spans is not None:
        if len(spans) > MAX_SPANS_A_DAY:
            raise InvalidInput(field="spans", reason=f"at most {MAX_SPANS_A_DAY} spans")
        ordered = day_checked(spans, field="spans")
        if mine.count() >= MAX_EXCEPTIONS:
            raise InvalidInput(field="date", reason=f"at most {MAX_EXCEPTIONS} such days")
        HoursException.objects.create(
            courier=courier, date=day, spans=[[span.starts, span.ends] for span in ordered]
        )
    announce(Fact(kind=AGENDA_CHANGED, subject=courier.id, at=at))
    return courier


@transaction.atomic
def courier_areas_set(
    *, actor: Actor, courier_id: UUID | None, zone_ids: Collection[UUID], at: datetime
) -> Courier:
    """Take appointments in these zones alone; none for everywhere. Raises `NotFound`."""
    courier = access_agenda(actor=actor, courier_id=courier_id)
    wanted = set(zone_ids)
    known = set(Zone.objects.filter(id__in=wanted, active=True).values_list("id", flat=True))
    if wanted - known:
        raise NotFound(what="Zone")
    areas = ServiceArea.objects.filter(courier=courier)
    areas.exclude(zone_id__in=wanted).delete()
    kept = set(areas.values_list("zone_id", flat=True))
    ServiceArea.objects.bulk_create(
        ServiceArea(courier=courier, zone_id=zone_id) for zone_id in sorted(wanted - kept)
    )
    announce(Fact(kind=AGENDA_CHANGED, subject=courier.id, at=at))
    return courier


@transaction.atomic
def courier_capacity_set(
    *, actor: Actor, courier_id: UUID, capacity: int, buffer_minutes: int, at: datetime
) -> Courier:
    """How many visits at one time (1 to 20), and minutes kept free after each (0 to 240).

    For who manages orders. What stands already stays. Raises `InvalidInput` and `NotFound`.
    """
    actor.require(Right.ORDERS_MANAGE)
    if not 1 <= capacity <= MAX_CAPACITY:
        raise InvalidInput(field="capacity", reason=f"between 1 and {MAX_CAPACITY}")
    if not 0 <= buffer_minutes <= MAX_BUFFER_MINUTES:
        raise InvalidInput(field="bufferMinutes", reason=f"between 0 and {MAX_BUFFER_MINUTES}")
    courier = access_agenda(actor=actor, courier_id=courier_id)
    courier.capacity, courier.buffer_minutes = capacity, buffer_minutes
    courier.save(update_fields=["capacity", "buffer_minutes"])
    announce(Fact(kind=AGENDA_CHANGED, subject=courier.id, at=at))
    return courier
