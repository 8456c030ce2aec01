"""Reads of the operator's settings."""

from zoneinfo import ZoneInfo

from babel.core import get_global
from django.db.models import QuerySet, Subquery

from tenants.brand.models import CalendarDay, Settings


def brand_row() -> QuerySet[Settings]:
    """The operator's one row of settings, for its reader to narrow."""
    return Settings.objects.all()


def brand_settings() -> Settings:
    """The operator's one row of settings."""
    return brand_row().get()


def brand_language() -> str:
    """The operator's own language, in which every text of theirs exists."""
    return Settings.objects.values_list("language", flat=True).get()


def brand_languages() -> list[str]:
    """Every language that customers are promised, the operator's own first."""
    settings = brand_settings()
    return [settings.language, *settings.more_languages]


def brand_region() -> str | None:
    """The country (ISO 3166) whose phone numbers need no prefix here: that of the time zone."""
    return region_of(Settings.objects.values_list("time_zone", flat=True).get())


def currency_column() -> Subquery:
    """The operator's currency (ISO 4217), to annotate a queryset of amounts with."""
    return Subquery(Settings.objects.values("currency")[:1])


def region_of(time_zone: str) -> str | None:
    """The country (ISO 3166) of a time zone.

    By CLDR; for a zone of no country, such as Etc/UTC, it is "ZZ" or None.
    """
    territory: str | None = get_global("zone_territories").get(time_zone)
    return territory


def brand_zone() -> ZoneInfo:
    """The operator's time zone, in which hours, holidays and shifts are local."""
    return ZoneInfo(Settings.objects.values_list("time_zone", flat=True).get())


def calendar_days(year: int) -> QuerySet[CalendarDay]:
    """The days of a year that are no ordinary ones, in order."""
    return CalendarDay.objects.filter(date__year=year)
