"""The one place that reads the clock; services and selectors are handed the time as `at`."""

from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.utils import timezone

from kernel.refusals import InvalidInput


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def time_zone_checked(name: str, *, field: str) -> str:
    """`name`, when it is a time zone of the IANA database. Raises `InvalidInput(field)`."""
    if name not in _zones():
        raise InvalidInput(field=field, reason="not a time zone of the IANA database")
    return name


@cache
def _zones() -> set[str]:
    return available_timezones()
