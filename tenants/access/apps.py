"""Registers the app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, their rights, their sessions, and the record of who tried what."""

    name = "tenants.access"
