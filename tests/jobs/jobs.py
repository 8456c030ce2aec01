"""Jobs that only the tests run: each writes an event, under whichever tenant it runs as."""

import time

from kernel import clock
from kernel.jobs import job
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
