"""Writes of booking."""

import strawberry

from schema.booking.mutations.agenda import AgendaMutations
from schema.booking.mutations.bookings import AppointmentMutations
from schema.booking.mutations.shifts import ShiftMutations


@strawberry.type
class BookingMutations(AgendaMutations, AppointmentMutations, ShiftMutations):
    """Root mutation fields of booking."""
