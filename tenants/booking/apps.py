"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class BookingConfig(AppConfig):
    """Appointments: free slots, bookings, what recurs, and shifts."""

    name = "tenants.booking"

    def ready(self) -> None:
        """Follow couriers' agendas and the catalogue, and what became of a restored tenant."""
        from tenants.booking import events
        from tenants.booking.services import following, next_slots
        from tenants.catalog.events import SERVICE_PUBLISHED
        from tenants.couriers.events import ABSENCE_APPROVED, AGENDA_CHANGED

        listen(ABSENCE_APPROVED, following.on_absence_approved)
        listen("tenant.restored", following.on_restored)
        for kind in (
            AGENDA_CHANGED,
            ABSENCE_APPROVED,
            SERVICE_PUBLISHED,
            events.TERMS_SET,
            *events.AGENDA,
        ):
            listen(kind, next_slots.on_changed)
