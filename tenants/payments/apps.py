"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class PaymentsConfig(AppConfig):
    """What was paid, how and to whom, beside the ledger which says what it means."""

    name = "tenants.payments"

    def ready(self) -> None:
        """Follow the orders."""
        from tenants.payments import services

        listen("order.placed", services.payment_due)
        listen("order.delivered", services.payment_collected)
        listen("order.completed", services.payment_released)
        listen("order.cancelled", services.payment_void)
        listen("order.returned", services.payment_void)
