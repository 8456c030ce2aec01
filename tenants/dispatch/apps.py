"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class DispatchConfig(AppConfig):
    """Who gets an order: offers and assignments."""

    name = "tenants.dispatch"

    def ready(self) -> None:
        """Follow orders and couriers."""
        from tenants.booking.events import MOVED, REASSIGNED
        from tenants.couriers.events import ON_DUTY
        from tenants.dispatch.services import following

        listen("order.placed", following.on_placed)
        listen("order.cancelled", following.on_cancelled)
        listen("order.delivered", following.on_delivered)
        listen("order.returned", following.on_returned)
        listen("order.completed", following.on_completed)
        listen(MOVED, following.on_visit_changed)
        listen(REASSIGNED, following.on_visit_changed)
        listen(ON_DUTY, following.on_duty)
        listen("tenant.restored", following.on_restored)
