"""Registers the app; nothing else happens at start-up."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The platform's register."""

    name = "registry"
    verbose_name = "registry"
