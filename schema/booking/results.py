"""What the mutations of booking answer."""

from uuid import UUID

import strawberry
import strawberry_django

from schema.booking.types import (
    Absence,
    Booking,
    BookingTerms,
    CourierAgenda,
    Recurrence,
    Reschedule,
    Shift,
    agenda_of,
    terms_of,
)
from tenants.booking import models
from tenants.booking.selectors import booking_row, booking_terms, recurrence_row, shift_row
from tenants.couriers import models as couriers
from tenants.couriers.selectors import agenda_kept


@strawberry.type
class WithAgenda:
    """A success that answers a courier's agenda."""

    row: strawberry.Private[UUID]

    @strawberry.field(description="The agenda as it is now.")
    def agenda(self) -> CourierAgenda:
        return agenda_of(agenda_kept(self.row))


@strawberry.type
class WithAbsence:
    """A success that answers leave."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The leave as it is now.")
    def absence(self) -> Absence:
        return couriers.Absence.objects.filter(id=self.row)  # type: ignore[return-value]


@strawberry.type(description="The terms are set.")
class BookingTermsSetSuccess:
    """Answers bookingTermsSet."""

    @strawberry.field(description="The terms as they are now.")
    def terms(self) -> BookingTerms:
        return terms_of(booking_terms())


@strawberry.type
class WithBooking:
    """A success that answers a booking."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The booking as it is now.")
    def booking(self) -> Booking:
        return booking_row(self.row)  # type: ignore[return-value]


@strawberry.type
class WithReschedule:
    """A success that answers a wish to move a booking."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The wish.")
    def reschedule(self) -> Reschedule:
        return models.Reschedule.objects.filter(id=self.row)  # type: ignore[return-value]


@strawberry.type
class WithRecurrence:
    """A success that answers a recurrence."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The recurrence as it is now.")
    def recurrence(self) -> Recurrence:
        return recurrence_row(self.row)  # type: ignore[return-value]


@strawberry.type
class WithShift:
    """A success that answers a shift."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The shift as it is now.")
    def shift(self) -> Shift:
        return shift_row(self.row)  # type: ignore[return-value]


@strawberry.type(description="The hours are as asked.")
class CourierHoursSetSuccess(WithAgenda):
    """Answers courierHoursSet."""


@strawberry.type(description="The day is as asked.")
class CourierDaySetSuccess(WithAgenda):
    """Answers courierDaySet."""


@strawberry.type(description="The areas are as asked.")
class CourierAreasSetSuccess(WithAgenda):
    """Answers courierAreasSet."""


@strawberry.type(description="The capacity is as asked.")
class CourierCapacitySetSuccess(WithAgenda):
    """Answers courierCapacitySet."""


@strawberry.type(description="The leave is asked for.")
class AbsenceAskSuccess(WithAbsence):
    """Answers absenceAsk."""


@strawberry.type(description="The leave is decided on.")
class AbsenceDecideSuccess(WithAbsence):
    """Answers absenceDecide."""


@strawberry.type(description="The leave is taken back.")
class AbsenceWithdrawSuccess(WithAbsence):
    """Answers absenceWithdraw."""


@strawberry.type(description="The slot is kept for ten minutes.")
class BookingHoldSuccess(WithBooking):
    """Answers bookingHold."""


@strawberry.type(description="The courier comes.")
class BookingTakeSuccess(WithBooking):
    """Answers bookingTake."""


@strawberry.type(description="The next slot is booked.")
class BookingInstantSuccess(WithBooking):
    """Answers bookingInstant."""


@strawberry.type(description="The time is given back.")
class BookingCancelSuccess(WithBooking):
    """Answers bookingCancel."""


@strawberry.type(description="The visit is done.")
class BookingCompleteSuccess(WithBooking):
    """Answers bookingComplete."""


@strawberry.type(description="Another courier comes.")
class BookingReassignSuccess(WithBooking):
    """Answers bookingReassign."""


@strawberry.type(description="The other side is asked.")
class BookingRescheduleSuccess(WithReschedule):
    """Answers bookingReschedule."""


@strawberry.type(description="The wish is answered.")
class RescheduleAnswerSuccess(WithBooking):
    """Answers rescheduleAnswer."""


@strawberry.type(description="The wish is taken back.")
class RescheduleWithdrawSuccess(WithBooking):
    """Answers rescheduleWithdraw."""


@strawberry.type(description="The visit comes again.")
class RecurrenceStartSuccess(WithRecurrence):
    """Answers recurrenceStart."""


@strawberry.type(description="No more of it is planned.")
class RecurrenceEndSuccess(WithRecurrence):
    """Answers recurrenceEnd."""


@strawberry.type(description="The shift is open.")
class ShiftOpenSuccess(WithShift):
    """Answers shiftOpen."""


@strawberry.type(description="The shift is called off.")
class ShiftCancelSuccess(WithShift):
    """Answers shiftCancel."""


@strawberry.type(description="There is a seat, or a place to wait.")
class ShiftJoinSuccess(WithShift):
    """Answers shiftJoin."""


@strawberry.type(description="The seat or place is given back.")
class ShiftLeaveSuccess(WithShift):
    """Answers shiftLeave."""
