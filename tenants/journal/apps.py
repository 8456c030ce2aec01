"""Registers the app and what it listens to."""

from django.apps import AppConfig

from kernel.events import listen


class JournalConfig(AppConfig):
    """The event log, the idempotency keys, the audit log: the lowest layer."""

    name = "tenants.journal"

    def ready(self) -> None:
        """The operator's own log has what the platform does with it; files count as usage."""
        from billing.terms import PLAN_CHOSEN
        from kernel.files import KEPT, REMOVED
        from tenants.journal import usage
        from tenants.journal.audit import standing_recorded

        listen("tenant.moved", standing_recorded)
        listen(KEPT, usage.file_kept)
        listen(REMOVED, usage.file_removed)
        listen(PLAN_CHOSEN, usage.plan_fits)
        listen("tenant.restored", usage.usage_restored)
