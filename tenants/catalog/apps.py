"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen
from tenants.places.events import ZONES_DRAWN


class CatalogConfig(AppConfig):
    """What an operator sells: categories, services and their immutable versions."""

    name = "tenants.catalog"

    def ready(self) -> None:
        """A new operator gets its starter's catalogue; what became of it can be told.

        What zones name must be there. What waits for a day waits again after a restore.
        """
        from tenants.catalog.coverage import services_known
        from tenants.catalog.delisting import delistings_wait
        from tenants.catalog.start import catalog_described, catalog_start

        listen("tenant.provisioned", catalog_start)
        listen("tenant.described", catalog_described)
        listen(ZONES_DRAWN, services_known)
        listen("tenant.restored", delistings_wait)
