"""Background work of dispatch."""

from uuid import UUID

from kernel import clock
from kernel.jobs import job
from tenants.dispatch.services.rounds import offer_round, offer_waiting, offers_expire
from tenants.dispatch.services.visits import visit_assign


@job("dispatch.offer_round")
def offer_round_job(*, order: str, attempt: int) -> None:
    """Offer one order."""
    offer_round(order_id=UUID(order), attempt=attempt, at=clock.now())


@job("dispatch.offer_waiting")
def offer_waiting_job() -> None:
    """Offer every order that waits for a courier."""
    offer_waiting(at=clock.now())


@job("dispatch.expire_offers")
def expire_offers_job(*, order: str, number: int) -> None:
    """End a round of offers whose time is up."""
    offers_expire(order_id=UUID(order), number=number, at=clock.now())


@job("dispatch.visit_assign")
def visit_assign_job(*, order: str) -> None:
    """Give one order to the courier who is booked for it."""
    visit_assign(order_id=UUID(order), at=clock.now())
