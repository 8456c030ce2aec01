"""Registers the app."""

from django.apps import AppConfig


class CouriersConfig(AppConfig):
    """Whoever fulfils an order, on wheels or on site."""

    name = "tenants.couriers"
