"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class BookingConfig(AppConfig):
    """Appointments: free slots, bookings, what recurs, and shifts."""

    name = "tenants.booking"

    def ready(self) -> None:
        """Follow couriers' leave, and what became of a restored tenant."""
        from tenants.booking.services import following
        from tenants.couriers.events import ABSENCE_APPROVED

        listen(ABSENCE_APPROVED, following.on_absence_approved)
        listen("tenant.restored", following.on_restored)
