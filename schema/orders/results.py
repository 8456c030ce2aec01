"""What the mutations of orders answer: the order as it is now."""

from uuid import UUID

import strawberry
import strawberry_django

from schema.orders.types import Order
from tenants.orders.selectors import order_row


@strawberry.type
class WithOrder:
    """A success that answers the order."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The order as it is now.")
    def order(self) -> Order:
        return order_row(self.row)  # type: ignore[return-value]


@strawberry.type(description="The order is placed.")
class OrderPlaceSuccess(WithOrder):
    """Answers orderPlace."""


@strawberry.type(description="The order is cancelled.")
class OrderCancelSuccess(WithOrder):
    """Answers orderCancel."""


@strawberry.type(description="The order is completed.")
class OrderConfirmSuccess(WithOrder):
    """Answers orderConfirm."""


@strawberry.type(description="The courier is on the way.")
class OrderDepartSuccess(WithOrder):
    """Answers orderDepart."""


@strawberry.type(description="The courier is there.")
class OrderArriveSuccess(WithOrder):
    """Answers orderArrive."""


@strawberry.type(description="The stop is done; after the last one, the order is delivered.")
class StopCompleteSuccess(WithOrder):
    """Answers stopComplete."""


@strawberry.type(description="The step is done.")
class StepCompleteSuccess(WithOrder):
    """Answers stepComplete."""


@strawberry.type(description="Staff decide how it goes on.")
class OrderReportUndeliverableSuccess(WithOrder):
    """Answers orderReportUndeliverable."""


@strawberry.type(description="The courier tries once more.")
class OrderRetrySuccess(WithOrder):
    """Answers orderRetry."""


@strawberry.type(description="It goes back to the sender.")
class OrderReturnSuccess(WithOrder):
    """Answers orderReturn."""


@strawberry.type(description="The sender has it back.")
class OrderHandBackSuccess(WithOrder):
    """Answers orderHandBack."""
