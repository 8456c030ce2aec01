"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class OrdersConfig(AppConfig):
    """A quote taken up: the order, its stops, items and proofs."""

    name = "tenants.orders"

    def ready(self) -> None:
        """What waits for a time is queued again when the rows came from elsewhere."""
        from tenants.orders.services.fulfilment import confirmations_wait

        listen("tenant.restored", confirmations_wait)
