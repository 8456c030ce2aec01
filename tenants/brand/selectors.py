"""Reads of the operator's settings."""

from tenants.brand.models import Settings


def brand_settings() -> Settings:
    """The operator's one row of settings."""
    return Settings.objects.get()


def brand_language() -> str:
    """The operator's own language, in which every text of theirs exists."""
    return Settings.objects.values_list("language", flat=True).get()
