"""Registers the app."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Who gets an order: offers and assignments."""

    name = "tenants.dispatch"
