"""Inputs of booking."""

from datetime import date as Date
from datetime import datetime

import strawberry
from strawberry import relay

from schema.booking.enums import Rhythm
from schema.core.ids import row_id
from schema.places.types import PointInput, position_of
from tenants.booking.availability import Where

KEY = "Chosen by the caller; the same key and input give the same result again."
WHOSE = "Whose; null for one's own."


@strawberry.input(description="A stretch of a day on the operator's clock.")
class HoursSpanInput:
    """One that ends no later than it starts ends on the next day."""

    starts: str = strawberry.field(description="HH:MM.")
    ends: str = strawberry.field(description="HH:MM, up to 24:00.")


@strawberry.input(description="A stretch of every week.")
class WeeklyHoursInput(HoursSpanInput):
    """On one weekday."""

    weekday: int = strawberry.field(description="1 is Monday, 7 Sunday.")


@strawberry.input(description="A courier's week.")
class CourierHoursSetInput:
    """All of it: what is not here is not worked."""

    courier_id: relay.GlobalID | None = strawberry.field(default=None, description=WHOSE)
    hours: list[WeeklyHoursInput] = strawberry.field(description="At most 35, none overlapping.")


@strawberry.input(description="A day with other hours.")
class CourierDaySetInput:
    """From today on."""

    courier_id: relay.GlobalID | None = strawberry.field(default=None, description=WHOSE)
    date: Date = strawberry.field(description="On the operator's calendar, within a year.")
    spans: list[HoursSpanInput] | None = strawberry.field(
        description="At most 6; none for a day off, null for the usual hours again."
    )


@strawberry.input(description="Where a courier takes appointments.")
class CourierAreasSetInput:
    """All of it."""

    courier_id: relay.GlobalID | None = strawberry.field(default=None, description=WHOSE)
    zone_ids: list[relay.GlobalID] = strawberry.field(description="None for everywhere.")


@strawberry.input(description="How the operator takes appointments.")
class BookingTermsSetInput:
    """All of it."""

    lead_minutes: int = strawberry.field(
        description="How long ahead a slot must be to be offered: up to a week."
    )
    horizon_days: int = strawberry.field(description="How many days ahead slots go: up to 180.")
    notice_minutes: int = strawberry.field(
        description="Until when before it begins a visit can be moved, and given back by its "
        "customer: up to a week."
    )


@strawberry.input(description="How much a courier can take on.")
class CourierCapacitySetInput:
    """By staff."""

    courier_id: relay.GlobalID = strawberry.field(description="Whose.")
    capacity: int = strawberry.field(description="Visits at one time, 1 to 20.")
    buffer_minutes: int = strawberry.field(description="Kept free after each, 0 to 240.")


@strawberry.input(description="Leave to ask for.")
class AbsenceAskInput:
    """A time ahead."""

    starts_at: datetime = strawberry.field(description="From when.")
    ends_at: datetime = strawberry.field(description="Until when, at most 180 days.")
    reason: str = strawberry.field(default="", description="Why, up to 300 characters.")


@strawberry.input(description="Leave to decide on.")
class AbsenceDecideInput:
    """By staff."""

    absence_id: relay.GlobalID = strawberry.field(description="The leave.")
    approve: bool = strawberry.field(description="Whether it is granted.")


@strawberry.input(description="Leave to take back.")
class AbsenceWithdrawInput:
    """One's own, or any by staff."""

    absence_id: relay.GlobalID = strawberry.field(description="The leave.")


@strawberry.input(one_of=True, description="Where a visit is: one of the three.")
class VisitPositionInput:
    """An address, a place or a point."""

    address_id: relay.GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="An Address of the caller's own."
    )
    place_id: relay.GlobalID | None = strawberry.field(
        default=strawberry.UNSET, description="A Place that the operator knows."
    )
    point: PointInput | None = strawberry.field(
        default=strawberry.UNSET, description="A free position."
    )


def where_of(position: VisitPositionInput) -> Where:
    """The input as services take it. Raises `InvalidInput` for a point that is not on the earth."""
    return Where(
        point=position_of(position.point, "position.point") if position.point else None,
        address_id=row_id(position.address_id, "Address") if position.address_id else None,
        place_id=row_id(position.place_id, "Place") if position.place_id else None,
    )


@strawberry.input
class Visit:
    """What every wish for a visit says."""

    service_id: relay.GlobalID = strawberry.field(description="What for.")
    position: VisitPositionInput = strawberry.field(description="Where.")
    duration_minutes: int | None = strawberry.field(
        default=None, description="How long; null for the service's own."
    )
    courier_id: relay.GlobalID | None = strawberry.field(
        default=None, description="With whom; null for anybody who is free."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A slot to keep.")
class BookingHoldInput(Visit):
    """One of `slots`."""

    starts_at: datetime = strawberry.field(description="When.")


@strawberry.input(description="A visit as soon as can be.")
class BookingInstantInput(Visit):
    """Within a week."""


@strawberry.input
class OneBooking:
    """An input about one booking."""

    booking_id: relay.GlobalID = strawberry.field(description="The booking.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A hold to take.")
class BookingTakeInput(OneBooking):
    """One's own."""


@strawberry.input(description="A booking to give back.")
class BookingCancelInput(OneBooking):
    """One's own, or any by staff."""


@strawberry.input(description="A visit that is done.")
class BookingCompleteInput(OneBooking):
    """One's own as its courier, or any by staff."""


@strawberry.input(description="A booking for another courier.")
class BookingReassignInput(OneBooking):
    """By staff."""

    courier_id: relay.GlobalID = strawberry.field(description="Who is to come instead.")


@strawberry.input(description="A booking to move.")
class BookingRescheduleInput(OneBooking):
    """To a time that is free."""

    starts_at: datetime = strawberry.field(description="The new time.")


@strawberry.input(description="A wish to answer.")
class RescheduleAnswerInput:
    """The other side's."""

    reschedule_id: relay.GlobalID = strawberry.field(description="The wish.")
    accept: bool = strawberry.field(description="Whether the booking may move.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A wish to take back.")
class RescheduleWithdrawInput:
    """One's own side's."""

    reschedule_id: relay.GlobalID = strawberry.field(description="The wish.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A visit that is to come again.")
class RecurrenceStartInput(Visit):
    """At the same time of the operator's clock."""

    rhythm: Rhythm = strawberry.field(description="How often.")
    first_on: Date = strawberry.field(description="The first day, within 60 days.")
    last_on: Date | None = strawberry.field(default=None, description="The last; null for no end.")
    starts_at: str = strawberry.field(description="HH:MM, a quarter of an hour.")


@strawberry.input(description="A recurrence to end.")
class RecurrenceEndInput:
    """What is booked already stays."""

    recurrence_id: relay.GlobalID = strawberry.field(description="The recurrence.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A shift to open.")
class ShiftOpenInput:
    """Half an hour to four hours long, within 90 days."""

    starts_at: datetime = strawberry.field(description="From when.")
    ends_at: datetime = strawberry.field(description="Until when.")
    seats: int = strawberry.field(description="How many couriers are wanted, 1 to 500.")
    zone_id: relay.GlobalID | None = strawberry.field(
        default=None, description="Where; null for everywhere."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input
class OneShift:
    """An input about one shift."""

    shift_id: relay.GlobalID = strawberry.field(description="The shift.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A shift to call off.")
class ShiftCancelInput(OneShift):
    """Before it begins."""


@strawberry.input(description="A shift to sign up for.")
class ShiftJoinInput(OneShift):
    """Before it begins."""


@strawberry.input(description="A shift to leave.")
class ShiftLeaveInput(OneShift):
    """Before it begins."""
