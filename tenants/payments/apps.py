"""Registers the app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """What was paid, how and to whom, beside the ledger which says what it means."""

    name = "tenants.payments"
