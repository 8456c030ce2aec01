"""Reads of orders."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from kernel.refusals import NotFound
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.orders.enums import OrderState
from schema.orders.types import Order
from tenants.access.rights import Right
from tenants.orders import models
from tenants.orders.selectors import order_row, orders_board

WHO_SEES_ORDERS = (Right.ORDER_AS_CUSTOMER, Right.FULFIL_AS_COURIER, Right.ORDERS_READ)


@strawberry.type
class OrderQueries:
    """Root query fields of orders."""

    @query(right=WHO_SEES_ORDERS, steady=True)
    def order(
        self,
        info: Info,
        id: Annotated[relay.GlobalID, strawberry.argument(description="The order.")],
    ) -> Order | None:
        """One order; null when there is none that the caller may see."""
        try:
            return order_row(row_id(id, "Order"))  # type: ignore[return-value]
        except NotFound:
            return None

    @connection(DjangoListConnection[Order], right=WHO_SEES_ORDERS, steady=True)
    def orders(
        self,
        info: Info,
        states: Annotated[
            list[OrderState] | None, strawberry.argument(description="Only those; null for all.")
        ] = None,
    ) -> QuerySet[models.Order]:
        """Orders, the newest first: a customer's and a courier's own, all for staff."""
        return orders_board(states)
