"""Background work of booking."""

from uuid import UUID

from kernel import clock
from kernel.jobs import job
from tenants.booking.services.holds import hold_lapse
from tenants.booking.services.next_slots import JOB as NEXT_SLOTS
from tenants.booking.services.next_slots import next_slots_keep
from tenants.booking.services.recurrences import recurrence_plan


@job("booking.hold_lapse")
def hold_lapse_job(*, booking: str) -> None:
    """Let a hold go whose time is up."""
    hold_lapse(booking_id=UUID(booking), at=clock.now())


@job("booking.recurrence_plan")
def recurrence_plan_job(*, recurrence: str) -> None:
    """Book what a recurrence has ahead, and come again tomorrow."""
    recurrence_plan(recurrence_id=UUID(recurrence), at=clock.now())


@job(NEXT_SLOTS)
def next_slots_job() -> None:
    """Set when each service can next be had by appointment."""
    next_slots_keep(at=clock.now())
