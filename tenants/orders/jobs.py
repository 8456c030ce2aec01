"""Background work of orders."""

from uuid import UUID

from kernel import clock
from kernel.jobs import job
from tenants.orders.services.ending import order_confirm_by_time


@job("orders.confirm")
def confirm(*, order: str) -> None:
    """Confirm an order whose customer has said nothing since it was delivered."""
    order_confirm_by_time(order_id=UUID(order), at=clock.now())
