"""Reads of the operator's settings."""

from babel.core import get_global

from tenants.brand.models import Settings


def brand_settings() -> Settings:
    """The operator's one row of settings."""
    return Settings.objects.get()


def brand_language() -> str:
    """The operator's own language, in which every text of theirs exists."""
    return Settings.objects.values_list("language", flat=True).get()


def brand_region() -> str | None:
    """The country (ISO 3166) whose phone numbers need no prefix here: that of the time zone.

    By CLDR; for a zone of no country, such as Etc/UTC, it is "ZZ" or None.
    """
    zone = Settings.objects.values_list("time_zone", flat=True).get()
    territory: str | None = get_global("zone_territories").get(zone)
    return territory
