"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen
from tenants.catalog.events import SERVICE_PUBLISHED


class PricingConfig(AppConfig):
    """Rules, published tariffs, and quotes: what a service costs and why."""

    name = "tenants.pricing"

    def ready(self) -> None:
        """A new operator gets its starter's prices; a published service gets its price-from."""
        from tenants.pricing.services.tariffs import service_price
        from tenants.pricing.start import pricing_described, pricing_start, pricing_tried

        listen("tenant.provisioned", pricing_start)
        listen("template.tried", pricing_tried)
        listen("tenant.described", pricing_described)
        listen(SERVICE_PUBLISHED, service_price)
