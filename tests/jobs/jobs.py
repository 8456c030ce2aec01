"""Jobs that only the tests run: each leaves a line in the log of whoever it runs as."""

import time

from kernel import clock
from kernel.jobs import job
from kernel.tenancy import platform_scope
from registry.audit import owner_action
from registry.models import Tenant
from registry.resolver import resolver
from tenants.journal.models import Event


def note(stream: str, kind: str) -> None:
    """One event at the end of `stream`."""
    seq = Event.objects.filter(stream=stream).count() + 1
    Event.objects.create(stream=stream, seq=seq, kind=kind, at=clock.now())


@job("tests.note")
def note_job(*, stream: str) -> None:
    """Write one event."""
    note(stream, "ran")


@job("tests.slow")
def slow_job(*, stream: str, seconds: float) -> None:
    """Say that it began, take its time, say that it ended."""
    note(stream, "began")
    time.sleep(seconds)
    note(stream, "ended")


@job("tests.flaky", attempts=3)
def flaky_job(*, stream: str) -> None:
    """Fail the first time."""
    if not Event.objects.filter(stream=stream).exists():
        note(stream, "failed")
        raise ConnectionError("the first try")
    note(stream, "ran")


@job("tests.frozen")
def frozen_job(*, stream: str) -> None:
    """Freeze its own tenant half-way, and fail as who writes to a frozen one does."""
    note(stream, "began")
    with platform_scope():
        Tenant.objects.filter(slug=stream).update(moving_since=clock.now())
    resolver.clear()
    raise ConnectionError("refused by the frozen tenant")


@job("tests.tick", every="* * * * * */2")
def tick_job() -> None:
    """Leave a line in the platform's log, every two seconds."""
    owner_action(owner=None, action="testsTick", at=clock.now())
