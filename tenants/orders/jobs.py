"""Background work of orders."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from kernel import clock
from kernel.jobs import job
from kernel.telemetry import broken_chains
from tenants.orders.services.ending import order_confirm_by_time
from tenants.orders.services.proofs import chains_broken

PROOFS_LOOKED_AT: Final = timedelta(days=30)
"""So far back proofs are looked at each night: what is older is past every dispute."""

log = structlog.get_logger(__name__)


@job("orders.confirm")
def confirm(*, order: str) -> None:
    """Confirm an order whose customer has said nothing since it was delivered."""
    order_confirm_by_time(order_id=UUID(order), at=clock.now())


@job("orders.proofs_verify", nightly=True)
def proofs_verified() -> None:
    """Say which orders have a proof that was changed, removed or put in later."""
    for order_id in chains_broken(since=clock.now() - PROOFS_LOOKED_AT):
        broken_chains.labels("proofs").inc()
        log.error("proofs of an order were changed", order=str(order_id))
