"""Installs the adapters once every app is loaded."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

from config import checks  # noqa: F401  (registers them)


class ConfigConfig(AppConfig):
    """The composition root."""

    name = "config"

    def ready(self) -> None:
        """Load each app's jobs, so that the worker knows them by name."""
        for app in apps.get_app_configs():
            if app.module is not None and module_has_submodule(app.module, "jobs"):
                import_module(f"{app.name}.jobs")
