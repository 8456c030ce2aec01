"""Registers the app."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    """Rules, published tariffs, and quotes: what a service costs and why."""

    name = "tenants.pricing"
