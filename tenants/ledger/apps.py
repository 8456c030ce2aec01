"""Registers the app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double entry, append-only: what money means here."""

    name = "tenants.ledger"
