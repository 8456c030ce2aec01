"""Registers the app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Where an operator works: places, zones, and people's addresses."""

    name = "tenants.places"
