"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class CatalogConfig(AppConfig):
    """What an operator sells: categories, services and their immutable versions."""

    name = "tenants.catalog"

    def ready(self) -> None:
        """A new operator gets its starter's catalogue; what became of it can be told."""
        from tenants.catalog.start import catalog_described, catalog_start

        listen("tenant.provisioned", catalog_start)
        listen("tenant.described", catalog_described)
