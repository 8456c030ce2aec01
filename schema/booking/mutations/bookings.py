"""Writes of bookings and recurrences."""

from typing import Any

import strawberry

from kernel import clock
from kernel.refusals import IdempotencyKeyReused
from kernel.transitions import IllegalMove
from kernel.wall_clock import clock_minutes
from schema.booking.inputs import (
    BookingCancelInput,
    BookingCompleteInput,
    BookingHoldInput,
    BookingInstantInput,
    BookingReassignInput,
    BookingRescheduleInput,
    BookingTakeInput,
    BookingTermsSetInput,
    OneBooking,
    RecurrenceEndInput,
    RecurrenceStartInput,
    RescheduleAnswerInput,
    RescheduleWithdrawInput,
    Visit,
    where_of,
)
from schema.booking.results import (
    BookingCancelSuccess,
    BookingCompleteSuccess,
    BookingHoldSuccess,
    BookingInstantSuccess,
    BookingReassignSuccess,
    BookingRescheduleSuccess,
    BookingTakeSuccess,
    BookingTermsSetSuccess,
    RecurrenceEndSuccess,
    RecurrenceStartSuccess,
    RescheduleAnswerSuccess,
    RescheduleWithdrawSuccess,
)
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from tenants.access.rights import Right
from tenants.booking.services import changes, holds, reassigning, recurrences, terms
from tenants.booking.services.taking import SlotGone
from tenants.booking.services.visits import BookingOfOrder
from tenants.brand.modules import ModuleOff
from tenants.brand.services import OrdersPaused
from tenants.places.services.coverage import OutsideZones, ServiceNotCovered

TAKING = [
    SlotGone,
    OutsideZones,
    ServiceNotCovered,
    ModuleOff,
    OrdersPaused,
    IdempotencyKeyReused,
]


@strawberry.type
class AppointmentMutations:
    """Taking a courier's time, and what becomes of it."""

    @mutation(right=Right.ORDERS_MANAGE)
    def booking_terms_set(self, info: Info, input: BookingTermsSetInput) -> BookingTermsSetSuccess:
        """Say from when ahead until when slots are offered, and until when they are given back."""
        terms.booking_terms_set(
            actor=actor_of(info.context),
            lead_minutes=input.lead_minutes,
            horizon_days=input.horizon_days,
            notice_minutes=input.notice_minutes,
            at=clock.now(),
        )
        return BookingTermsSetSuccess()

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=[*TAKING, holds.TooManyHolds])
    def booking_hold(self, info: Info, input: BookingHoldInput) -> BookingHoldSuccess:
        """Keep a slot for ten minutes, with a courier or whoever is free. One has it, of many."""
        booking_id = holds.booking_hold(starts_at=input.starts_at, **_visit(info, input))
        return BookingHoldSuccess(row=booking_id)

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=TAKING)
    def booking_instant(self, info: Info, input: BookingInstantInput) -> BookingInstantSuccess:
        """Book the next time that anybody, or a certain courier, is free, within a week."""
        return BookingInstantSuccess(row=holds.booking_instant(**_visit(info, input)))

    @mutation(
        right=Right.ORDER_AS_CUSTOMER,
        refusals=[holds.HoldLapsed, IllegalMove, IdempotencyKeyReused],
    )
    def booking_take(self, info: Info, input: BookingTakeInput) -> BookingTakeSuccess:
        """Take one's own hold for good, while it lasts."""
        return BookingTakeSuccess(row=holds.booking_take(**_one(info, input)))

    @mutation(
        right=(Right.ORDER_AS_CUSTOMER, Right.ORDERS_MANAGE),
        refusals=[changes.TooLate, BookingOfOrder, IllegalMove, IdempotencyKeyReused],
    )
    def booking_cancel(self, info: Info, input: BookingCancelInput) -> BookingCancelSuccess:
        """Give the time back: the customer until the terms' notice, staff at any time."""
        return BookingCancelSuccess(row=changes.booking_cancel(**_one(info, input)))

    @mutation(
        right=(Right.FULFIL_AS_COURIER, Right.ORDERS_MANAGE),
        refusals=[changes.TooEarly, BookingOfOrder, IllegalMove, IdempotencyKeyReused],
    )
    def booking_complete(self, info: Info, input: BookingCompleteInput) -> BookingCompleteSuccess:
        """Say that the visit is done."""
        return BookingCompleteSuccess(row=changes.booking_complete(**_one(info, input)))

    @mutation(
        right=Right.ORDERS_MANAGE,
        refusals=[SlotGone, changes.TooLate, IllegalMove, IdempotencyKeyReused],
    )
    def booking_reassign(self, info: Info, input: BookingReassignInput) -> BookingReassignSuccess:
        """Give a booking to another courier who is free then: one is ill, or gone."""
        courier_id = row_id(input.courier_id, "Courier")
        booking_id = reassigning.booking_reassign(courier_id=courier_id, **_one(info, input))
        return BookingReassignSuccess(row=booking_id)

    @mutation(
        right=Audience.SIGNED_IN,
        refusals=[SlotGone, changes.TooLate, IllegalMove, IdempotencyKeyReused],
    )
    def booking_reschedule(
        self, info: Info, input: BookingRescheduleInput
    ) -> BookingRescheduleSuccess:
        """Ask the other side to move a booking, until the notice of `bookingTerms`."""
        wish_id = changes.booking_reschedule(starts_at=input.starts_at, **_one(info, input))
        return BookingRescheduleSuccess(row=wish_id)

    @mutation(
        right=Audience.SIGNED_IN,
        refusals=[SlotGone, changes.TooLate, IllegalMove, IdempotencyKeyReused],
    )
    def reschedule_answer(
        self, info: Info, input: RescheduleAnswerInput
    ) -> RescheduleAnswerSuccess:
        """Consent to the other side's wish, and the booking moves; or do not."""
        booking_id = changes.reschedule_answer(
            actor=actor_of(info.context),
            reschedule_id=row_id(input.reschedule_id, "Reschedule"),
            accept=input.accept,
            key=input.idempotency_key,
            at=clock.now(),
        )
        return RescheduleAnswerSuccess(row=booking_id)

    @mutation(right=Audience.SIGNED_IN, refusals=[IllegalMove, IdempotencyKeyReused])
    def reschedule_withdraw(
        self, info: Info, input: RescheduleWithdrawInput
    ) -> RescheduleWithdrawSuccess:
        """Take one's own side's wish back."""
        booking_id = changes.reschedule_withdraw(
            actor=actor_of(info.context),
            reschedule_id=row_id(input.reschedule_id, "Reschedule"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return RescheduleWithdrawSuccess(row=booking_id)

    @mutation(
        right=Right.ORDER_AS_CUSTOMER,
        refusals=[
            recurrences.TooManyRecurrences,
            OutsideZones,
            ServiceNotCovered,
            ModuleOff,
            OrdersPaused,
            IdempotencyKeyReused,
        ],
    )
    def recurrence_start(self, info: Info, input: RecurrenceStartInput) -> RecurrenceStartSuccess:
        """Have a visit come again. `occurrences` tells which days could not be booked, and why."""
        recurrence_id = recurrences.recurrence_start(
            rhythm=input.rhythm,
            first_on=input.first_on,
            last_on=input.last_on,
            minutes=clock_minutes(input.starts_at, field="startsAt"),
            **_visit(info, input),
        )
        return RecurrenceStartSuccess(row=recurrence_id)

    @mutation(right=(Right.ORDER_AS_CUSTOMER, Right.ORDERS_MANAGE), refusals=[IdempotencyKeyReused])
    def recurrence_end(self, info: Info, input: RecurrenceEndInput) -> RecurrenceEndSuccess:
        """Plan no more of it. What is booked already stays until it is cancelled."""
        recurrence_id = recurrences.recurrence_end(
            actor=actor_of(info.context),
            recurrence_id=row_id(input.recurrence_id, "Recurrence"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return RecurrenceEndSuccess(row=recurrence_id)


def _visit(info: Info, input: Visit) -> dict[str, Any]:
    """What the services want to know of a visit."""
    return {
        "actor": actor_of(info.context),
        "service_id": row_id(input.service_id, "Service"),
        "courier_id": row_id(input.courier_id, "Courier") if input.courier_id else None,
        "duration_minutes": input.duration_minutes,
        "where": where_of(input.position),
        "key": input.idempotency_key,
        "at": clock.now(),
    }


def _one(info: Info, input: OneBooking) -> dict[str, Any]:
    return {
        "actor": actor_of(info.context),
        "booking_id": row_id(input.booking_id, "Booking"),
        "key": input.idempotency_key,
        "at": clock.now(),
    }
