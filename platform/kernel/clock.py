"""The one place that reads the clock; services and selectors are handed the time as `at`."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()
