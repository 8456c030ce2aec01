"""Registers the app."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Tables that only the bench's releases touch."""

    name = "devtools.bench.releases"
