"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class PromotionsConfig(AppConfig):
    """What is taken off a price, for whom, and how often."""

    name = "tenants.promotions"

    def ready(self) -> None:
        """A cancelled order gives its promotions back; a completed one rewards who referred."""
        from tenants.promotions.services.redeeming import redemptions_return
        from tenants.promotions.services.referring import referral_reward

        listen("order.cancelled", redemptions_return)
        listen("order.completed", referral_reward)
