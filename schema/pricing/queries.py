"""Reads of prices."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from schema.core.context import Info
from schema.core.fields import connection
from schema.core.ids import row_id
from schema.pricing.couriers import CourierPrice, CourierPriceState
from schema.pricing.types import PriceRule, Tariff
from tenants.access.rights import Right
from tenants.pricing import models
from tenants.pricing.selectors import courier_prices_listed, rules_living, tariffs_published


@strawberry.type
class PricingQueries:
    """Root query fields of prices."""

    @connection(DjangoListConnection[PriceRule], right=Right.PRICES_MANAGE, steady=True)
    def price_rules(
        self,
        info: Info,
        service_id: Annotated[
            GlobalID | None, strawberry.argument(description="Only rules of this Service.")
        ] = None,
    ) -> QuerySet[models.Rule]:
        """The rules being edited, by step; the next tariff is made of them."""
        return rules_living(service_id=row_id(service_id, "Service") if service_id else None)

    @connection(
        DjangoListConnection[CourierPrice], right=(Right.FULFIL_AS_COURIER, Right.PRICES_MANAGE)
    )
    def courier_prices(
        self,
        info: Info,
        states: Annotated[
            list[CourierPriceState] | None,
            strawberry.argument(description="Only those; null for all."),
        ] = None,
        service_id: Annotated[
            GlobalID | None, strawberry.argument(description="Only of this Service.")
        ] = None,
    ) -> QuerySet[models.CourierPrice]:
        """A courier's own prices; everybody's for who manages prices. The latest first."""
        return courier_prices_listed(
            states=states, service_id=row_id(service_id, "Service") if service_id else None
        )

    @connection(DjangoListConnection[Tariff], right=Right.PRICES_MANAGE, steady=True)
    def tariffs(self, info: Info) -> QuerySet[models.Tariff]:
        """Every published tariff, the one in force first."""
        return tariffs_published()
