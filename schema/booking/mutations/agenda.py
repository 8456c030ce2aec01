"""Writes of couriers' agendas and leave."""

import strawberry

from kernel import clock
from kernel.refusals import InvalidInput
from kernel.transitions import IllegalMove
from kernel.wall_clock import span_checked
from schema.booking.inputs import (
    AbsenceAskInput,
    AbsenceDecideInput,
    AbsenceWithdrawInput,
    CourierAreasSetInput,
    CourierCapacitySetInput,
    CourierDaySetInput,
    CourierHoursSetInput,
)
from schema.booking.results import (
    AbsenceAskSuccess,
    AbsenceDecideSuccess,
    AbsenceWithdrawSuccess,
    CourierAreasSetSuccess,
    CourierCapacitySetSuccess,
    CourierDaySetSuccess,
    CourierHoursSetSuccess,
)
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from tenants.access.rights import Right
from tenants.booking.services.following import BookingsInTheWay
from tenants.couriers.hours import WeeklySpan
from tenants.couriers.services import absences, agenda

OWN_OR_STAFF = (Right.FULFIL_AS_COURIER, Right.ORDERS_MANAGE)


@strawberry.type
class AgendaMutations:
    """When and where couriers can be booked."""

    @mutation(right=OWN_OR_STAFF)
    def courier_hours_set(self, info: Info, input: CourierHoursSetInput) -> CourierHoursSetSuccess:
        """Set the hours of a courier's week. What is booked already stays."""
        week = []
        for each in input.hours:
            if not 1 <= each.weekday <= 7:
                raise InvalidInput(field="hours", reason="weekday is 1 to 7")
            span = span_checked(each.starts, each.ends, field="hours")
            week.append(WeeklySpan(each.weekday - 1, span))
        courier = agenda.courier_hours_set(
            actor=actor_of(info.context),
            courier_id=row_id(input.courier_id, "Courier") if input.courier_id else None,
            week=week,
            at=clock.now(),
        )
        return CourierHoursSetSuccess(row=courier.id)

    @mutation(right=OWN_OR_STAFF)
    def courier_day_set(self, info: Info, input: CourierDaySetInput) -> CourierDaySetSuccess:
        """Keep other hours on one day, or none. What is booked already stays."""
        spans = input.spans
        courier = agenda.courier_day_set(
            actor=actor_of(info.context),
            courier_id=row_id(input.courier_id, "Courier") if input.courier_id else None,
            day=input.date,
            spans=None
            if spans is None
            else [span_checked(each.starts, each.ends, field="spans") for each in spans],
            at=clock.now(),
        )
        return CourierDaySetSuccess(row=courier.id)

    @mutation(right=OWN_OR_STAFF)
    def courier_areas_set(self, info: Info, input: CourierAreasSetInput) -> CourierAreasSetSuccess:
        """Set the zones in which a courier takes appointments."""
        courier = agenda.courier_areas_set(
            actor=actor_of(info.context),
            courier_id=row_id(input.courier_id, "Courier") if input.courier_id else None,
            zone_ids=[row_id(zone_id, "Zone") for zone_id in input.zone_ids],
            at=clock.now(),
        )
        return CourierAreasSetSuccess(row=courier.id)

    @mutation(right=Right.ORDERS_MANAGE)
    def courier_capacity_set(
        self, info: Info, input: CourierCapacitySetInput
    ) -> CourierCapacitySetSuccess:
        """Set how many visits a courier takes at one time, and the minutes after each."""
        courier = agenda.courier_capacity_set(
            actor=actor_of(info.context),
            courier_id=row_id(input.courier_id, "Courier"),
            capacity=input.capacity,
            buffer_minutes=input.buffer_minutes,
            at=clock.now(),
        )
        return CourierCapacitySetSuccess(row=courier.id)

    @mutation(right=Right.FULFIL_AS_COURIER)
    def absence_ask(self, info: Info, input: AbsenceAskInput) -> AbsenceAskSuccess:
        """Ask for leave. Until it is granted the courier can still be booked."""
        absence = absences.absence_ask(
            actor=actor_of(info.context),
            starts_at=input.starts_at,
            ends_at=input.ends_at,
            reason=input.reason,
            at=clock.now(),
        )
        return AbsenceAskSuccess(row=absence.id)

    @mutation(right=Right.ORDERS_MANAGE, refusals=[IllegalMove, BookingsInTheWay])
    def absence_decide(self, info: Info, input: AbsenceDecideInput) -> AbsenceDecideSuccess:
        """Grant leave or not. Granted is what no appointment and no shift is in the way of."""
        absence = absences.absence_decide(
            actor=actor_of(info.context),
            absence_id=row_id(input.absence_id, "Absence"),
            approve=input.approve,
            at=clock.now(),
        )
        return AbsenceDecideSuccess(row=absence.id)

    @mutation(right=OWN_OR_STAFF, refusals=[IllegalMove])
    def absence_withdraw(self, info: Info, input: AbsenceWithdrawInput) -> AbsenceWithdrawSuccess:
        """Take leave back, also when it was granted."""
        absence = absences.absence_withdraw(
            actor=actor_of(info.context),
            absence_id=row_id(input.absence_id, "Absence"),
            at=clock.now(),
        )
        return AbsenceWithdrawSuccess(row=absence.id)
