"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class AccessConfig(AppConfig):
    """People, their rights, their sessions, and the record of who tried what."""

    name = "tenants.access"

    def ready(self) -> None:
        """A new operator gets its roles and its first invitation; the platform's support comes."""
        from tenants.access.services.staff import administrator_renew
        from tenants.access.services.start import (
            access_described,
            access_start,
            sandbox_start,
        )
        from tenants.access.services.support import support_enter, support_leave

        listen("tenant.provisioned", access_start)
        listen("tenant.sandboxed", sandbox_start)
        listen("administrator.invited", administrator_renew)
        listen("tenant.described", access_described)
        listen("impersonation.started", support_enter)
        listen("impersonation.ended", support_leave)
