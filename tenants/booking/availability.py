"""What can be booked: the wish, the agendas for the engine, and the slots that are free."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil, floor
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q, QuerySet

from kernel.refusals import InvalidInput, NotFound
from kernel.wall_clock import Span
from tenants.booking.engine import STEP, Agenda, Slot, Visit, Wanted, slots
from tenants.booking.models import (
    Booking,
    BookingState,
    ShiftSignUp,
)
from tenants.booking.selectors import booking_terms
from tenants.brand.modules import Module
from tenants.brand.selectors import brand_settings
from tenants.catalog.declaration import Declaration, Need
from tenants.catalog.models import Service
from tenants.catalog.selectors import service_on_sale
from tenants.couriers.hours import WeeklySpan, Window, merged, windows, without
from tenants.couriers.models import (
    Absence,
    Courier,
    HoursException,
    ServiceArea,
    WorkingHours,
)
from tenants.couriers.qualified import only_qualified
from tenants.places.geometry import Position
from tenants.places.models import Address
from tenants.places.selectors import place_position, places_known
from tenants.places.services.coverage import coverage_check
from tenants.places.zone_map import zone_map

MAX_DAYS: Final = 14
"""Of one question for slots."""

SHORTEST_MINUTES: Final = 15
LONGEST_MINUTES: Final = 12 * 60

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visiting:
    """What somebody wants done: a service, for so long, at a position; nobody visits themselves."""

    service: Service
    duration: timedelta
    position: Position
    zone_id: UUID | None
    customer_id: UUID | None


@dataclass(frozen=True, slots=True)
class Where:
    """Where a visit is: one of the three."""

    point: Position | None = None
    address_id: UUID | None = None
    place_id: UUID | None = None

    def plain(self) -> list[Any]:
        """As JSON, to tell two of them apart."""
        point = [self.point.latitude, self.point.longitude] if self.point else None
        return [point, str(self.address_id), str(self.place_id)]


def position_of_visit(where: Where, *, customer_id: UUID | None) -> Position:
    """Where that is. Raises `NotFound` for an address of somebody else's, or no known place."""
    if where.point is not None:
        return where.point
    if where.address_id is not None:
        own = (
            Address.objects.filter(person_id=customer_id) if customer_id else Address.objects.none()
        )
        address = own.filter(id=where.address_id).first()
        if address is None:
            raise NotFound(what="Address")
        return Position(address.latitude, address.longitude)
    place = places_known().filter(id=where.place_id).first() if where.place_id else None
    if place is None:
        raise NotFound(what="Place")
    return place_position(place)


def visiting(
    *,
    service_id: UUID,
    duration_minutes: int | None,
    where: Where,
    customer_id: UUID | None,
) -> Visiting:
    """The wish, checked. Without a duration it is the service's own.

    Raises `NotFound` (Service, Address, Place), `InvalidInput`, `OutsideZones` and
    `ServiceNotCovered`.
    """
    service = service_on_sale(service_id)
    assert service.version is not None
    asked = Declaration.parse(service.version.declaration).asked
    if asked.appointment is Need.OFF:
        raise InvalidInput(field="serviceId", reason="takes no appointments")
    minutes = duration_minutes
    if minutes is None:
        minutes = service.version.duration_minutes
    if minutes is None:
        raise InvalidInput(field="durationMinutes", reason="this service has none of its own")
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise InvalidInput(
            field="durationMinutes", reason=f"between {SHORTEST_MINUTES} and {LONGEST_MINUTES}"
        )
    position = position_of_visit(where, customer_id=customer_id)
    zones = zone_map()
    coverage_check([position], service_id=service.id, zones=zones)
    zone = zones.zone_at(position, service_id=service.id)
    return Visiting(
        service=service,
        duration=timedelta(minutes=minutes),
        position=position,
        zone_id=zone.id if zone else None,
        customer_id=customer_id,
    )


def slots_free(
    *,
    wish: Visiting,
    first: date,
    last: date,
    courier_id: UUID | None,
    at: datetime,
) -> list[Slot]:
    """The slots that begin on the operator's local days `first` to `last`, 14 at most, in order.

    What is past, too soon or beyond the horizon is not among them. The number of queries does not
    depend on how many couriers and bookings there are. Raises `InvalidInput`, and
    `NotFound("Courier")` for one who takes no appointments here.
    """
    if last < first:
        raise InvalidInput(field="to", reason="not before from")
    if (last - first).days >= MAX_DAYS:
        raise InvalidInput(field="to", reason=f"at most {MAX_DAYS} days")
    settings, terms = brand_settings(), booking_terms()
    zone = ZoneInfo(settings.time_zone)
    low = max(_midnight(first, zone), at + terms.lead)
    high = min(_midnight(last + _DAY, zone) - timedelta(seconds=1), at + terms.horizon)
    who = Q() if courier_id is None else Q(id=courier_id)
    if courier_id is not None and not bookable(wish, who).exists():
        raise NotFound(what="Courier")
    if high < low or Module.APPOINTMENTS in settings.modules_off:
        return []
    found = agendas(wish=wish, who=who, low=low, high=high, zone=zone, at=at)
    return slots(found, wanted(wish, low, high))


def wanted(wish: Visiting, low: datetime, high: datetime) -> Wanted:
    """The wish as the engine takes it, to begin between two instants, both included."""
    return Wanted(
        duration=int(wish.duration.total_seconds()),
        position=wish.position,
        first=ceil(low.timestamp()),
        last=floor(high.timestamp()),
        step=int(STEP.total_seconds()),
    )


def bookable(wish: Visiting, who: Q) -> QuerySet[Courier]:
    """Those of `who` that may be booked for the wish at all: approved, in the area, not oneself,
    and with all that the service asks of whoever does it.
    """
    areas = ServiceArea.objects.filter(courier=OuterRef("id"))
    served = Q(~Exists(areas))
    if wish.zone_id is not None:
        served |= Q(Exists(areas.filter(zone_id=wish.zone_id)))
    couriers = Courier.objects.filter(who, served, state=Courier.State.APPROVED)
    if wish.customer_id is not None:
        couriers = couriers.exclude(person_id=wish.customer_id)
    if wish.service.version is None:
        return couriers
    needed = Declaration.parse(wish.service.version.declaration).requirements
    return only_qualified(
        couriers,
        certificates=needed.certificates,
        exams=needed.exams,
        level=needed.level,
        gender=needed.gender,
        courier="",
    )


def agendas(
    *,
    wish: Visiting,
    who: Q,
    low: datetime,
    high: datetime,
    zone: ZoneInfo,
    at: datetime,
    excluding: UUID | None = None,
) -> list[Agenda]:
    """The agendas of those of `who` that are `bookable`, around `low` to `high`. Six queries.

    A hold that has lapsed by `at` takes no time, swept or not. `excluding` is a booking that is
    being moved.
    """
    return agendas_of(
        bookable(wish, who),
        low=low,
        high=high + wish.duration,
        zone=zone,
        at=at,
        excluding=excluding,
    )


def agendas_of(
    among: QuerySet[Courier],
    *,
    low: datetime,
    high: datetime,
    zone: ZoneInfo,
    at: datetime,
    excluding: UUID | None = None,
) -> list[Agenda]:
    """The agendas of couriers who have hours at all, in the order of their ids; see `agendas`."""
    couriers = list(among.order_by("id").values_list("id", "capacity", "buffer_minutes"))
    ids = [courier_id for courier_id, _, _ in couriers]
    first, last = low.astimezone(zone).date() - _DAY, high.astimezone(zone).date() + _DAY
    since, until = low - _DAY, high + _DAY
    week: defaultdict[UUID, list[WeeklySpan]] = defaultdict(list)
    for courier_id, weekday, starts, ends in WorkingHours.objects.filter(
        courier_id__in=ids
    ).values_list("courier_id", "weekday", "starts", "ends"):
        week[courier_id].append(WeeklySpan(weekday, Span(starts, ends)))
    other: defaultdict[UUID, dict[date, list[Span]]] = defaultdict(dict)
    for courier_id, day, spans in HoursException.objects.filter(
        courier_id__in=ids, date__range=(first, last)
    ).values_list("courier_id", "date", "spans"):
        other[courier_id][day] = [Span(*span) for span in spans]
    away = _away(ids, since, until)
    visits = _visits(ids, since, until, at=at, excluding=excluding)
    return [
        Agenda(
            courier_id=courier_id,
            windows=without(
                windows(week[courier_id], other[courier_id], first=first, last=last, zone=zone),
                merged(away[courier_id]),
            ),
            visits=visits[courier_id],
            capacity=capacity,
            buffer=buffer * 60,
        )
        for courier_id, capacity, buffer in couriers
        if courier_id in week or courier_id in other
    ]


def _away(ids: Sequence[UUID], since: datetime, until: datetime) -> defaultdict[UUID, list[Window]]:
    """Leave that was granted, and shifts, in which a courier is there for orders on demand."""
    leave = Absence.objects.filter(courier_id__in=ids, state=Absence.State.APPROVED)
    shifts = ShiftSignUp.objects.filter(courier_id__in=ids, state=ShiftSignUp.State.CONFIRMED)
    found: defaultdict[UUID, list[Window]] = defaultdict(list)
    for courier_id, starts, ends in (
        *leave.filter(starts_at__lt=until, ends_at__gt=since).values_list(
            "courier_id", "starts_at", "ends_at"
        ),
        *shifts.filter(starts_at__lt=until, ends_at__gt=since).values_list(
            "courier_id", "starts_at", "ends_at"
        ),
    ):
        found[courier_id].append(Window(floor(starts.timestamp()), ceil(ends.timestamp())))
    return found


def _visits(
    ids: Sequence[UUID],
    since: datetime,
    until: datetime,
    *,
    at: datetime,
    excluding: UUID | None,
) -> defaultdict[UUID, list[Visit]]:
    rows = bookings_taking_time(at=at).filter(
        courier_id__in=ids, starts_at__lt=until, blocked_until__gt=since
    )
    if excluding is not None:
        rows = rows.exclude(id=excluding)
    found: defaultdict[UUID, list[Visit]] = defaultdict(list)
    for courier_id, starts, blocked, lane, latitude, longitude in rows.values_list(
        "courier_id", _Epoch("starts_at"), _Epoch("blocked_until"), "lane", "latitude", "longitude"
    ):
        found[courier_id].append(Visit(starts, blocked, lane, Position(latitude, longitude)))
    return found


class _Epoch(Func):
    """Whole seconds since the epoch: there are thousands, and an aware time costs ten times that.

    Bookings begin and end on whole seconds.
    """

    template = "EXTRACT(EPOCH FROM %(expressions)s)::bigint"
    output_field = BigIntegerField()


def bookings_taking_time(*, at: datetime) -> QuerySet[Booking]:
    """Bookings that stand, and holds that have not lapsed by `at`."""
    return Booking.objects.filter(
        Q(state=BookingState.BOOKED) | Q(state=BookingState.HELD, held_until__gt=at)
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
