"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class BillingConfig(AppConfig):
    """Plans, metering, and the operators' own subscriptions."""

    name = "billing"

    def ready(self) -> None:
        """A new tenant is subscribed to its plan."""
        from billing.terms import subscription_begin
        from registry.provisioning import ONBOARDED

        listen(ONBOARDED, subscription_begin)
