"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class PlacesConfig(AppConfig):
    """Where an operator works: places, zones, and people's addresses."""

    name = "tenants.places"

    def ready(self) -> None:
        """A new operator gets its starter's places; what became of them can be told."""
        from tenants.places.start import places_described, places_start

        listen("tenant.provisioned", places_start)
        listen("tenant.described", places_described)
