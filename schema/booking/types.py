"""GraphQL types of booking: slots, bookings, wishes to move them, recurrences, shifts, leave."""

from datetime import date as Date
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel.wall_clock import Span, clock_text
from schema.booking.enums import (
    AbsenceState,
    BookingState,
    Miss,
    RescheduleState,
    Rhythm,
    SignUpState,
)
from schema.core.context import Info
from schema.core.texts import read_text
from schema.couriers.types import CourierFace
from tenants.booking import models
from tenants.booking.engine import Terms
from tenants.booking.selectors import (
    bookings_visible,
    occurrences_visible,
    recurrences_visible,
    reschedules_visible,
    shifts_visible,
    sign_ups_visible,
)
from tenants.couriers import models as couriers
from tenants.couriers.fatigue import Advice
from tenants.couriers.selectors import AgendaKept, absences_visible


@strawberry.type(description="How the operator takes appointments.")
class BookingTerms:
    """What is suggested, until the operator says otherwise."""

    lead_minutes: int = strawberry.field(description="How long ahead a slot is at least.")
    horizon_days: int = strawberry.field(description="How many days ahead slots go.")
    notice_minutes: int = strawberry.field(
        description="Until when before it begins a visit can be moved, and given back by its "
        "customer."
    )


def terms_of(terms: Terms) -> BookingTerms:
    """The same in the units of the API."""
    return BookingTerms(
        lead_minutes=int(terms.lead.total_seconds()) // 60,
        horizon_days=terms.horizon.days,
        notice_minutes=int(terms.notice.total_seconds()) // 60,
    )


@strawberry.type(description="A time that can be booked.")
class Slot:
    """Free when it was asked for; taking it may still find it gone."""

    starts_at: datetime = strawberry.field(description="When the visit would begin.")
    ends_at: datetime = strawberry.field(description="When it would be over.")
    couriers_free: int = strawberry.field(description="How many could come.")


@strawberry_django.type(models.Reschedule, name="Reschedule", description="A wish to move.")
class Reschedule(relay.Node):
    """One side's, for the other side's consent."""

    id: relay.NodeID[UUID]
    by_customer: bool = strawberry_django.field(description="Whose wish: else the operator's.")
    starts_at: datetime = strawberry_django.field(description="The time that is wished for.")
    state: RescheduleState = strawberry_django.field(description="What became of it.")
    asked_at: datetime = strawberry_django.field(description="When it was asked.")
    answered_at: datetime | None = strawberry_django.field(description="When it was settled.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Reschedule], info: Info, **_: Any
    ) -> QuerySet[models.Reschedule]:
        """With the booking that it is about."""
        return reschedules_visible(info.context.actor, queryset)


@strawberry_django.type(models.Booking, name="Booking", description="A courier's time, taken.")
class Booking(relay.Node):
    """Seen by its customer, its courier and staff."""

    id: relay.NodeID[UUID]
    state: BookingState = strawberry_django.field(description="Where it is in its life.")
    starts_at: datetime = strawberry_django.field(description="When the visit begins.")
    ends_at: datetime = strawberry_django.field(description="When it is over.")
    held_until: datetime | None = strawberry_django.field(description="While held: until when.")
    latitude: float = strawberry_django.field(description="Where, in WGS-84 degrees.")
    longitude: float = strawberry_django.field(description="Where, in WGS-84 degrees.")
    created_at: datetime = strawberry_django.field(description="When it was made.")
    closed_at: datetime | None = strawberry_django.field(description="When it ended.")
    courier: CourierFace = strawberry_django.field(description="Who comes.")
    reschedules: list[Reschedule] = strawberry_django.field(
        description="Wishes to move it, the oldest first."
    )

    @strawberry_django.field(
        only=["service__name"],
        select_related=["service"],
        description="What for, in the language of the request.",
    )
    def service_name(root: models.Booking, info: Info) -> str:
        return read_text(root.service.name, info)

    @strawberry_django.field(only=["service_id"], description="What for.")
    def service_id(root: models.Booking) -> relay.GlobalID:
        return relay.GlobalID("Service", str(root.service_id))

    @strawberry_django.field(only=["order_id"], description="The order that it is part of.")
    def order_id(root: models.Booking) -> relay.GlobalID | None:
        return relay.GlobalID("Order", str(root.order_id)) if root.order_id else None

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Booking], info: Info, **_: Any
    ) -> QuerySet[models.Booking]:
        """One's own, those with oneself as courier; all, for staff with the right."""
        return bookings_visible(info.context.actor, queryset)


@strawberry_django.type(
    models.Recurrence, name="Recurrence", description="A visit that comes again."
)
class Recurrence(relay.Node):
    """Booked four weeks ahead, day by day."""

    id: relay.NodeID[UUID]
    rhythm: Rhythm = strawberry_django.field(description="How often.")
    first_on: Date = strawberry_django.field(description="The first day, on the operator's clock.")
    last_on: Date | None = strawberry_django.field(description="The last day; null for no end.")
    duration_minutes: int = strawberry_django.field(description="How long each visit takes.")
    latitude: float = strawberry_django.field(description="Where, in WGS-84 degrees.")
    longitude: float = strawberry_django.field(description="Where, in WGS-84 degrees.")
    planned_to: Date | None = strawberry_django.field(description="The last day dealt with.")
    ended_at: datetime | None = strawberry_django.field(description="When it ended; null: goes on.")
    courier: CourierFace | None = strawberry_django.field(description="Who; null for anybody.")

    @strawberry_django.field(only=["minutes"], description="HH:MM on the operator's clock.")
    def starts_at(root: models.Recurrence) -> str:
        return clock_text(root.minutes)

    @strawberry_django.field(
        only=["service__name"],
        select_related=["service"],
        description="What for, in the language of the request.",
    )
    def service_name(root: models.Recurrence, info: Info) -> str:
        return read_text(root.service.name, info)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Recurrence], info: Info, **_: Any
    ) -> QuerySet[models.Recurrence]:
        """One's own; all, for staff with the right."""
        return recurrences_visible(info.context.actor, queryset)


@strawberry_django.type(
    models.Occurrence, name="Occurrence", description="One day of a recurrence."
)
class Occurrence(relay.Node):
    """Booked, or missed and told."""

    id: relay.NodeID[UUID]
    date: Date = strawberry_django.field(description="The day, on the operator's clock.")
    missed: Miss | None = strawberry_django.field(
        description="Why it could not be booked; null when it was."
    )
    planned_at: datetime = strawberry_django.field(description="When that was tried.")
    booking: Booking | None = strawberry_django.field(description="The visit, when it was booked.")

    @strawberry_django.field(only=["recurrence_id"], description="What it is a day of.")
    def recurrence_id(root: models.Occurrence) -> relay.GlobalID:
        return relay.GlobalID("Recurrence", str(root.recurrence_id))

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Occurrence], info: Info, **_: Any
    ) -> QuerySet[models.Occurrence]:
        """One's own; all, for staff with the right."""
        return occurrences_visible(info.context.actor, queryset)


@strawberry_django.type(models.Shift, name="Shift", description="When couriers work on demand.")
class Shift(relay.Node):
    """For couriers and staff."""

    id: relay.NodeID[UUID]
    starts_at: datetime = strawberry_django.field(description="When it begins.")
    ends_at: datetime = strawberry_django.field(description="When it is over.")
    seats: int = strawberry_django.field(description="How many couriers are wanted.")
    confirmed_count: int = strawberry_django.field(description="How many have a seat.")
    waiting_count: int = strawberry_django.field(description="How many wait for one.")
    cancelled_at: datetime | None = strawberry_django.field(description="When it was called off.")

    @strawberry_django.field(
        only=["zone__name"],
        select_related=["zone"],
        description="Where, in the language of the request; null for everywhere.",
    )
    def zone_name(root: models.Shift, info: Info) -> str | None:
        return read_text(root.zone.name, info) if root.zone else None

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Shift], info: Info, **_: Any
    ) -> QuerySet[models.Shift]:
        """For couriers and staff."""
        return shifts_visible(info.context.actor, queryset)


@strawberry_django.type(
    models.ShiftSignUp, name="ShiftSignUp", description="A courier's place in a shift."
)
class ShiftSignUp(relay.Node):
    """A courier's own, or any for staff."""

    id: relay.NodeID[UUID]
    state: SignUpState = strawberry_django.field(description="Whether there is a seat.")
    signed_at: datetime = strawberry_django.field(description="When they signed up.")
    shift: Shift = strawberry_django.field(description="The shift.")
    courier: CourierFace = strawberry_django.field(description="Who.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.ShiftSignUp], info: Info, **_: Any
    ) -> QuerySet[models.ShiftSignUp]:
        """A courier's own; all, for staff."""
        return sign_ups_visible(info.context.actor, queryset)


@strawberry_django.type(couriers.Absence, name="Absence", description="A courier's leave.")
class Absence(relay.Node):
    """A courier's own, or any for staff."""

    id: relay.NodeID[UUID]
    starts_at: datetime = strawberry_django.field(description="From when.")
    ends_at: datetime = strawberry_django.field(description="Until when.")
    state: AbsenceState = strawberry_django.field(description="What became of it.")
    reason: str = strawberry_django.field(description="In the courier's words; may be empty.")
    asked_at: datetime = strawberry_django.field(description="When it was asked for.")
    decided_at: datetime | None = strawberry_django.field(description="When it was settled.")
    courier: CourierFace = strawberry_django.field(description="Whose.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[couriers.Absence], info: Info, **_: Any
    ) -> QuerySet[couriers.Absence]:
        """A courier's own; all, for staff."""
        return absences_visible(info.context.actor, queryset)


@strawberry.type(description="How long a courier has been on duty.")
class Fatigue:
    """By the Chinese standard for delivery platforms: four hours at a time, eight a day."""

    continuous_minutes: int = strawberry.field(description="Without a rest of 20 minutes.")
    today_minutes: int = strawberry.field(description="On the operator's present day.")
    advice: Advice = strawberry.field(description="What follows.")


@strawberry.type(description="A stretch of a courier's day.")
class HoursSpan:
    """On the operator's clock; one that ends no later than it starts ends on the next day."""

    starts: str = strawberry.field(description="HH:MM.")
    ends: str = strawberry.field(description="HH:MM, up to 24:00.")


@strawberry.type(description="A stretch of a courier's week.")
class WeeklyHours(HoursSpan):
    """The same each week."""

    weekday: int = strawberry.field(description="1 is Monday, 7 Sunday.")


@strawberry.type(description="A day on which a courier keeps other hours.")
class OtherDay:
    """It stands for all of what the week has on its day."""

    date: Date = strawberry.field(description="On the operator's calendar.")
    spans: list[HoursSpan] = strawberry.field(description="None is a day off.")


@strawberry.type(description="When and where a courier can be booked.")
class CourierAgenda:
    """Hours, other days, areas, capacity."""

    courier_id: relay.GlobalID = strawberry.field(description="Whose.")
    courier_name: str = strawberry.field(description="The name they work under.")
    hours: list[WeeklyHours] = strawberry.field(description="The week.")
    other_days: list[OtherDay] = strawberry.field(description="Days with other hours, in order.")
    zone_ids: list[relay.GlobalID] = strawberry.field(
        description="Where; none for everywhere that the operator serves."
    )
    capacity: int = strawberry.field(description="Visits at one time.")
    buffer_minutes: int = strawberry.field(description="Kept free after each visit.")


def agenda_of(kept: AgendaKept) -> CourierAgenda:
    """The agenda as the API shows it."""
    return CourierAgenda(
        courier_id=relay.GlobalID("Courier", str(kept.courier.id)),
        courier_name=kept.courier.display_name,
        hours=[
            WeeklyHours(
                weekday=each.weekday + 1,
                starts=clock_text(each.span.starts),
                ends=clock_text(each.span.ends),
            )
            for each in kept.week
        ],
        other_days=[
            OtherDay(date=day, spans=[_span(span) for span in spans])
            for day, spans in kept.other_days.items()
        ],
        zone_ids=[relay.GlobalID("Zone", str(zone_id)) for zone_id in kept.zone_ids],
        capacity=kept.courier.capacity,
        buffer_minutes=kept.courier.buffer_minutes,
    )


def _span(span: Span) -> HoursSpan:
    return HoursSpan(starts=clock_text(span.starts), ends=clock_text(span.ends))
