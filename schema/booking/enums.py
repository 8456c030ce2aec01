"""The closed sets of values of booking."""

from schema.core.enums import described_enum
from tenants.booking import models
from tenants.couriers import models as couriers
from tenants.couriers.fatigue import Advice

BookingState = models.BookingState
described_enum(
    BookingState,
    "Where a booking is in its life.",
    name="BookingState",
    HELD="The slot is kept for a few minutes.",
    BOOKED="The courier comes.",
    CANCELLED="It was given back.",
    LAPSED="The hold's time ran out.",
    DONE="The visit is done.",
)

RescheduleState = models.Reschedule.State
described_enum(
    RescheduleState,
    "What became of a wish to move a booking.",
    name="RescheduleState",
    ASKED="The other side has not answered.",
    ACCEPTED="The booking moved.",
    DECLINED="The booking stays where it is.",
    WITHDRAWN="Taken back.",
)

Rhythm = models.Recurrence.Rhythm
described_enum(
    Rhythm,
    "How often a visit comes again.",
    name="RecurrenceRhythm",
    WEEKLY="Every week.",
    BIWEEKLY="Every other week.",
    MONTHLY="The same day of each month; its last day where it is too short.",
)

Miss = models.Occurrence.Miss
described_enum(
    Miss,
    "Why a day of a recurrence could not be booked.",
    name="OccurrenceMiss",
    NO_SLOT="Nobody was free, or it was too soon.",
    OUTSIDE_ZONES="The operator does not go there any more.",
    NOT_ON_SALE="The service is not offered any more.",
    PAUSED="The operator took no orders.",
)

SignUpState = models.ShiftSignUp.State
described_enum(
    SignUpState,
    "A courier's place in a shift.",
    name="ShiftSignUpState",
    CONFIRMED="Has a seat.",
    WAITING="Waits for a seat.",
    LEFT="Gave it back, or the shift was called off.",
)

AbsenceState = couriers.Absence.State
described_enum(
    AbsenceState,
    "What became of a request for leave.",
    name="AbsenceState",
    ASKED="Waits for a decision.",
    APPROVED="Granted: no appointments then.",
    DECLINED="Not granted.",
    WITHDRAWN="Taken back.",
)

described_enum(
    Advice,
    "What follows from how long a courier has worked.",
    name="FatigueAdvice",
    FRESH="May go on.",
    REST="Four hours without a rest: 20 minutes off duty, and no new orders before.",
    DONE="Eight hours today: no new orders before tomorrow.",
)
