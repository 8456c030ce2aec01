"""Registers the app."""

from django.apps import AppConfig


class TalkConfig(AppConfig):
    """What people tell each other: reviews."""

    name = "tenants.talk"
