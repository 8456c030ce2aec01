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
from schema.core.rights import actor_of
from schema.orders.enums import OrderSort, OrderState
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
        search: Annotated[
            str,
            strawberry.argument(
                description="The first characters of their number, or part of their courier's "
                "name; for staff also the whole phone of their customer."
            ),
        ] = "",
        courier_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only those of this Courier.")
        ] = None,
        customer_id: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only those of this Person.")
        ] = None,
        booked: Annotated[
            bool | None,
            strawberry.argument(
                description="Only those whose appointment stands, with the courier who was booked "
                "for it, or only those without; null for all."
            ),
        ] = None,
        sort: Annotated[
            OrderSort, strawberry.argument(description="In what order.")
        ] = OrderSort.PLACED_DOWN,
    ) -> QuerySet[models.Order]:
        """Orders: a customer's and a courier's own, all for staff."""
        return orders_board(
            actor=actor_of(info.context),
            states=states,
            courier_id=row_id(courier_id, "Courier") if courier_id else None,
            customer_id=row_id(customer_id, "Person") if customer_id else None,
            booked=booked,
            search=search,
            sort=sort,
        )
