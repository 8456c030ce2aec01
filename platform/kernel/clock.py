"""The one place that reads the clock; services and selectors are handed the time as `at`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.utils import timezone

from kernel.refusals import InvalidInput


@dataclass
class Watch:
    """Whether work under way has read the clock: what it answers is then of its instant alone."""

    read: bool = False


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch the block for readings of the clock."""
    watch = Watch()
    around = _watch.get()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
        if around is not None and watch.read:
            around.read = True


def now() -> datetime:
    """The present instant, aware, in UTC."""
    watch = _watch.get()
    if watch is not None:
        watch.read = True
    return timezone.now()


def about_now() -> datetime:
    """The same for what is right for minutes on end, such as a link that is good for a day: an
    answer made of it may be kept for a minute.
    """
    return timezone.now()


def time_zone_checked(name: str, *, field: str) -> str:
    """`name`, when it is a time zone of the IANA database. Raises `InvalidInput(field)`."""
    if name not in _zones():
        raise InvalidInput(field=field, reason="not a time zone of the IANA database")
    return name


@cache
def _zones() -> set[str]:
    return available_timezones()
