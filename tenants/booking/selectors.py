"""Reads of booking: who sees which rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tenants.access.actors import Actor, AnyActor, System
from tenants.access.rights import Right
from tenants.booking.engine import Terms
from tenants.booking.models import (
    Booking,
    BookingState,
    BookingTerms,
    Occurrence,
    Recurrence,
    Reschedule,
    Shift,
    ShiftSignUp,
)

LONGEST: Final = timedelta(days=1)
"""No visit and no shift lasts so long."""

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before all there is."""


def booking_terms() -> Terms:
    """How the operator takes appointments: as they said, or as the product suggests."""
    row = BookingTerms.objects.first()
    if row is None:
        return Terms()
    return Terms(
        lead=timedelta(minutes=row.lead_minutes),
        horizon=timedelta(days=row.horizon_days),
        notice=timedelta(minutes=row.notice_minutes),
    )


def _seen_by(actor: AnyActor | None, prefix: str = "") -> Q:
    """A customer their own, a courier those with them, staff and the system all."""
    if actor is None:
        return Q(pk__in=[])
    if isinstance(actor, System) or Right.ORDERS_READ in actor.rights:
        return Q()
    seen = Q(**{f"{prefix}customer_id": actor.person_id})
    if Right.FULFIL_AS_COURIER in actor.rights:
        seen |= Q(**{f"{prefix}courier__person_id": actor.person_id})
    return seen


def bookings_visible(
    actor: AnyActor | None, among: QuerySet[Booking] | None = None
) -> QuerySet[Booking]:
    """The bookings (of those in `among`) that `actor` may see at all; nobody sees none."""
    bookings = Booking.objects.all() if among is None else among
    return bookings.filter(_seen_by(actor))


def bookings_listed(
    *,
    states: Sequence[BookingState] | None,
    courier_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> QuerySet[Booking]:
    """Bookings in `states`, or in any, the latest first; of a courier; going on at some time from
    `since` to before `until`. Not scoped to anybody.
    """
    bookings = Booking.objects.order_by("-starts_at", "id").filter(_within(since, until))
    if states is not None:
        bookings = bookings.filter(state__in=states)
    return bookings if courier_id is None else bookings.filter(courier_id=courier_id)


def _within(since: datetime | None, until: datetime | None) -> Q:
    """Going on at some time of the range. What is bounded on both sides reads one part of an index
    by start.
    """
    within = Q()
    if since is not None:
        since = max(since, BEGINNING)
        within &= Q(ends_at__gt=since, starts_at__gt=since - LONGEST)
    return within if until is None else within & Q(starts_at__lt=until)


def booking_row(booking_id: UUID) -> QuerySet[Booking]:
    """The one booking, as a queryset. Not scoped to anybody."""
    return Booking.objects.filter(id=booking_id)


def reschedules_visible(actor: Actor | None, among: QuerySet[Reschedule]) -> QuerySet[Reschedule]:
    """The wishes of `among` about bookings that `actor` may see."""
    return among.filter(_seen_by(actor, "booking__"))


def recurrences_visible(actor: Actor | None, among: QuerySet[Recurrence]) -> QuerySet[Recurrence]:
    """The recurrences of `among` that are `actor`'s own; all for who reads orders."""
    if actor is None:
        return among.none()
    staff = Right.ORDERS_READ in actor.rights
    return among if staff else among.filter(customer_id=actor.person_id)


def occurrences_visible(actor: Actor | None, among: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
    """The occurrences of `among` of recurrences that `actor` may see."""
    if actor is None:
        return among.none()
    staff = Right.ORDERS_READ in actor.rights
    return among if staff else among.filter(recurrence__customer_id=actor.person_id)


def recurrences_listed() -> QuerySet[Recurrence]:
    """All recurrences, the latest first. Not scoped to anybody."""
    return Recurrence.objects.order_by("-created_at", "id")


def recurrence_row(recurrence_id: UUID) -> QuerySet[Recurrence]:
    """The one recurrence, as a queryset. Not scoped to anybody."""
    return Recurrence.objects.filter(id=recurrence_id)


def occurrences_listed(*, recurrence_id: UUID | None, only_missed: bool) -> QuerySet[Occurrence]:
    """Days of a recurrence or of all, those missed alone if asked, the last first. Not scoped."""
    occurrences = Occurrence.objects.order_by("-date", "id")
    if recurrence_id is not None:
        occurrences = occurrences.filter(recurrence_id=recurrence_id)
    return occurrences.filter(missed__isnull=False) if only_missed else occurrences


def _works_here(actor: Actor | None) -> bool:
    return actor is not None and bool(
        actor.rights & {Right.FULFIL_AS_COURIER, Right.ORDERS_READ, Right.COURIERS_READ}
    )


def shifts_visible(actor: Actor | None, among: QuerySet[Shift]) -> QuerySet[Shift]:
    """The shifts of `among`: for couriers and staff."""
    return among if _works_here(actor) else among.none()


def shifts_listed(*, since: datetime, until: datetime | None) -> QuerySet[Shift]:
    """Shifts going on at some time from `since` to before `until`, the first first. Not scoped."""
    return Shift.objects.filter(_within(since, until)).order_by("starts_at", "id")


def shift_row(shift_id: UUID) -> QuerySet[Shift]:
    """The one shift, as a queryset. Not scoped to anybody."""
    return Shift.objects.filter(id=shift_id)


def sign_ups_visible(actor: Actor | None, among: QuerySet[ShiftSignUp]) -> QuerySet[ShiftSignUp]:
    """The sign-ups of `among`: a courier's own, all for staff."""
    if actor is None or not _works_here(actor):
        return among.none()
    staff = actor.rights & {Right.ORDERS_READ, Right.COURIERS_READ}
    return among if staff else among.filter(courier__person_id=actor.person_id)


def sign_ups_listed(*, shift_id: UUID | None) -> QuerySet[ShiftSignUp]:
    """Sign-ups of a shift or of all, the first first. Not scoped to anybody."""
    sign_ups = ShiftSignUp.objects.order_by("starts_at", "signed_at", "id")
    return sign_ups if shift_id is None else sign_ups.filter(shift_id=shift_id)
