"""Reads of booking."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from schema.booking.enums import AbsenceState, BookingState
from schema.booking.inputs import VisitPositionInput, where_of
from schema.booking.types import (
    Absence,
    Booking,
    BookingTerms,
    CourierAgenda,
    Fatigue,
    Occurrence,
    Recurrence,
    Shift,
    ShiftSignUp,
    Slot,
    agenda_of,
    terms_of,
)
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from tenants.access.rights import Right
from tenants.booking import availability, models, selectors
from tenants.couriers import models as couriers
from tenants.couriers.selectors import (
    absences_listed,
    agenda_seen,
    courier_at_work,
    fatigue_check,
)

AT_WORK = (Right.FULFIL_AS_COURIER, Right.COURIERS_READ, Right.ORDERS_READ)

Since = Annotated[
    datetime | None, strawberry.argument(description="Only what is not over by then.")
]
Until = Annotated[datetime | None, strawberry.argument(description="Only what begins before that.")]


@strawberry.type
class BookingQueries:
    """Root query fields of booking."""

    @query(right=Audience.PUBLIC)
    def booking_terms(self, info: Info) -> BookingTerms:
        """From when ahead until when slots are offered, and until when they can be given back."""
        return terms_of(selectors.booking_terms())

    @query(right=Audience.PUBLIC)
    def slots(
        self,
        info: Info,
        service_id: Annotated[relay.GlobalID, strawberry.argument(description="What for.")],
        position: Annotated[VisitPositionInput, strawberry.argument(description="Where.")],
        first_on: Annotated[
            date, strawberry.argument(description="The first day, on the operator's clock.")
        ],
        last_on: Annotated[
            date, strawberry.argument(description="The last day, within 14 of the first.")
        ],
        duration_minutes: Annotated[
            int | None, strawberry.argument(description="How long; null for the service's own.")
        ] = None,
        courier_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Of this courier alone.")
        ] = None,
    ) -> list[Slot]:
        """The times that are free, in order. None for days that are past or beyond the horizon.

        NOT_FOUND for a service that is not on sale, a courier who takes no such appointments, or an
        address that is not one's own.
        """
        at = clock.now()
        actor = info.context.actor
        wish = availability.visiting(
            service_id=row_id(service_id, "Service"),
            duration_minutes=duration_minutes,
            where=where_of(position),
            customer_id=actor.person_id if actor else None,
        )
        found = availability.slots_free(
            wish=wish,
            first=first_on,
            last=last_on,
            courier_id=row_id(courier_id, "Courier") if courier_id else None,
            at=at,
        )
        return [
            Slot(
                starts_at=(starts := datetime.fromtimestamp(slot.starts, UTC)),
                ends_at=starts + wish.duration,
                couriers_free=len(slot.courier_ids),
            )
            for slot in found
        ]

    @connection(DjangoListConnection[Booking], right=Audience.SIGNED_IN, steady=True)
    def bookings(
        self,
        info: Info,
        states: Annotated[
            list[BookingState] | None, strawberry.argument(description="Only those; null for all.")
        ] = None,
        courier_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only with this Courier.")
        ] = None,
        since: Since = None,
        until: Until = None,
    ) -> QuerySet[models.Booking]:
        """One's own bookings and those with oneself as courier; all for staff. The latest first."""
        return selectors.bookings_listed(
            states=states,
            courier_id=row_id(courier_id, "Courier") if courier_id else None,
            since=since,
            until=until,
        )

    @connection(DjangoListConnection[Recurrence], right=Audience.SIGNED_IN, steady=True)
    def recurrences(self, info: Info) -> QuerySet[models.Recurrence]:
        """One's own recurring visits; all for staff. The latest first."""
        return selectors.recurrences_listed()

    @connection(DjangoListConnection[Occurrence], right=Audience.SIGNED_IN, steady=True)
    def occurrences(
        self,
        info: Info,
        recurrence_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this recurrence.")
        ] = None,
        only_missed: Annotated[
            bool, strawberry.argument(description="Only days that could not be booked.")
        ] = False,
    ) -> QuerySet[models.Occurrence]:
        """The days of recurring visits, the last first."""
        return selectors.occurrences_listed(
            recurrence_id=row_id(recurrence_id, "Recurrence") if recurrence_id else None,
            only_missed=only_missed,
        )

    @connection(DjangoListConnection[Shift], right=AT_WORK, steady=True)
    def shifts(
        self,
        info: Info,
        since: Annotated[
            datetime | None,
            strawberry.argument(description="Only what is not over by then; null: by now."),
        ] = None,
        until: Until = None,
    ) -> QuerySet[models.Shift]:
        """Shifts that are not over, the next first; with `since` those of the past, too."""
        return selectors.shifts_listed(since=since or clock.now(), until=until)

    @connection(DjangoListConnection[ShiftSignUp], right=AT_WORK, steady=True)
    def shift_sign_ups(
        self,
        info: Info,
        shift_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this shift.")
        ] = None,
    ) -> QuerySet[models.ShiftSignUp]:
        """A courier's own places in shifts; everybody's for staff."""
        return selectors.sign_ups_listed(shift_id=row_id(shift_id, "Shift") if shift_id else None)

    @connection(DjangoListConnection[Absence], right=(Right.FULFIL_AS_COURIER, Right.COURIERS_READ))
    def absences(
        self,
        info: Info,
        states: Annotated[
            list[AbsenceState] | None, strawberry.argument(description="Only those; null for all.")
        ] = None,
        courier_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this Courier.")
        ] = None,
        since: Since = None,
        until: Until = None,
    ) -> QuerySet[couriers.Absence]:
        """A courier's own leave; everybody's for staff. The latest first."""
        return absences_listed(
            states=states,
            courier_id=row_id(courier_id, "Courier") if courier_id else None,
            since=since,
            until=until,
        )

    @query(right=(Right.FULFIL_AS_COURIER, Right.COURIERS_READ))
    def courier_agenda(
        self,
        info: Info,
        courier_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Whose; null for one's own.")
        ] = None,
    ) -> CourierAgenda:
        """When and where a courier can be booked. NOT_FOUND where there is none to be seen."""
        key = row_id(courier_id, "Courier") if courier_id else None
        return agenda_of(agenda_seen(actor_of(info.context), key))

    @query(right=Right.FULFIL_AS_COURIER)
    def courier_fatigue(self, info: Info) -> Fatigue:
        """How long the caller has been on duty, and what follows."""
        courier = courier_at_work(actor_of(info.context))
        found = fatigue_check([courier.id], at=clock.now())[courier.id]
        return Fatigue(
            continuous_minutes=found.continuous // timedelta(minutes=1),
            today_minutes=found.today // timedelta(minutes=1),
            advice=found.advice,
        )
