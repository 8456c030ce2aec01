"""Installs the adapters once every app is loaded."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils.module_loading import module_has_submodule

from config import checks  # noqa: F401  (registers them)
from config.hints import ChannelsPublisher
from config.tracing import install_tracing
from kernel.events import install_publisher


class ConfigConfig(AppConfig):
    """The composition root."""

    name = "config"

    def ready(self) -> None:
        """Install the hints' publisher; load each app's jobs, which the worker knows by name."""
        install_publisher(ChannelsPublisher())
        install_tracing()
        # What a request opened it gives back at its end, and no cache of Django's is used: to look
        # for either takes as long as all of a request's headers.
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_caches)
        for app in apps.get_app_configs():
            if app.module is not None and module_has_submodule(app.module, "jobs"):
                import_module(f"{app.name}.jobs")
