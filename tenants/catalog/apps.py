"""Registers the app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """What an operator sells: categories, services and their immutable versions."""

    name = "tenants.catalog"
