"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class AccessConfig(AppConfig):
    """People, their rights, their sessions, and the record of who tried what."""

    name = "tenants.access"

    def ready(self) -> None:
        """A new operator gets its roles and its first administrator's invitation."""
        from tenants.access.services.start import access_start

        listen("tenant.provisioned", access_start)
