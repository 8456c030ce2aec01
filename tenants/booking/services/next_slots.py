"""Keeping what the catalogue shows of agendas: when each service can next be had."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kernel.events import Fact
from kernel.jobs import defer
from tenants.booking.next_slots import next_slots
from tenants.booking.selectors import booking_terms
from tenants.catalog.personal import slots_set

JOB: Final = "booking.next_slots"
SETTLES: Final = timedelta(seconds=5)
"""How long changes are gathered before it is looked again."""


def on_changed(fact: Fact) -> None:
    """Somebody's agenda, or what is on sale, is different: look again, once for many changes."""
    defer(JOB, run_at=fact.at + SETTLES, once=JOB)


@transaction.atomic
def next_slots_keep(*, at: datetime) -> None:
    """Set every service's next slot, and come again when the first of them is too near to be had.

    Where nobody is free there is nothing to come for: a change of the agendas brings it back.
    """
    found = next_slots(at=at)
    slots_set(slots=found)
    ahead = [slot for slot in found.values() if slot is not None]
    if ahead:
        past = min(ahead) - booking_terms().lead + timedelta(seconds=1)
        # Each time under a key of its own: an earlier one must not wait for a later one.
        defer(JOB, run_at=past, once=f"{JOB}:{past:%s}")
