"""Registers the app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Plans, metering, and the operators' own subscriptions."""

    name = "billing"
