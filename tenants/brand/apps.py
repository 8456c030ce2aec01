"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class BrandConfig(AppConfig):
    """How an operator presents itself, and the settings of its business."""

    name = "tenants.brand"

    def ready(self) -> None:
        """A new operator gets its settings; what became of them can be told."""
        from tenants.brand.services import brand_described, brand_start

        listen("tenant.provisioned", brand_start)
        listen("tenant.described", brand_described)
