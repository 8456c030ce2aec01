"""Registers the app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The event log and the idempotency keys: the lowest layer."""

    name = "tenants.journal"
