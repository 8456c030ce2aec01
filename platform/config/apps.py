"""Installs the adapters once every app is loaded."""

from importlib import import_module

from django.apps import AppConfig, apps
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
        for app in apps.get_app_configs():
            if app.module is not None and module_has_submodule(app.module, "jobs"):
                import_module(f"{app.name}.jobs")
