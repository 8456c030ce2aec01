"""Background work of billing, for the platform."""

from uuid import UUID

from billing.inbox import JOB, event_handle, events_forget
from billing.standing import lapsed_suspend
from billing.sweeping import departed_end
from billing.trials import trials_end
from kernel import clock
from kernel.jobs import job


@job("billing.trials_end", every="*/15 * * * *")
def trials_end_job() -> None:
    """End the trials that have run out."""
    trials_end(at=clock.now())


@job(JOB)
def inbox_job(*, event: str, again: bool = False) -> None:
    """Handle one event of the payment provider's."""
    event_handle(event_id=UUID(event), at=clock.now(), again=again)


@job("billing.sweep", every="37 * * * *")
def sweep_job() -> None:
    """Suspend whose grace is over, forget old events, end what departed tenants pay for."""
    at = clock.now()
    lapsed_suspend(at=at)
    events_forget(at=at)
    departed_end(at=at)
