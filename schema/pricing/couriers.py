"""Couriers' own prices in the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from schema.catalog.types import Service
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import BigInt
from schema.couriers.types import CourierFace
from tenants.pricing import models
from tenants.pricing.selectors import courier_prices_visible

CourierPriceState = models.CourierPrice.State
described_enum(
    CourierPriceState,
    "What became of a price that a courier asks.",
    name="CourierPriceState",
    PROPOSED="Staff have not decided yet.",
    APPROVED="In force for customers who choose the courier.",
    DECLINED="Staff declined it.",
    WITHDRAWN="Taken back.",
    REPLACED="The courier's next one took its place.",
)


@strawberry_django.type(
    models.CourierPrice,
    name="CourierPrice",
    description="What a courier asks for a service in place of the operator's base price.",
)
class CourierPrice(relay.Node):
    """A courier's own, or any for who manages prices. Minor units of the operator's currency."""

    id: relay.NodeID[UUID]
    courier: CourierFace = strawberry_django.field(description="Who asks it.")
    service: Service = strawberry_django.field(description="For what.")
    amount: BigInt = strawberry_django.field(description="What is asked.")
    median: BigInt | None = strawberry_django.field(
        description="The median of what other couriers had in force for it when it was proposed;"
        " null: nobody had."
    )
    state: CourierPriceState = strawberry_django.field(description="What became of it.")
    note: str = strawberry_django.field(description="Why it was declined; may be empty.")
    proposed_at: datetime = strawberry_django.field(description="When it was proposed.")
    decided_at: datetime | None = strawberry_django.field(description="When it last changed.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.CourierPrice], info: Info, **_: Any
    ) -> QuerySet[models.CourierPrice]:
        """A courier's own; all, for who manages prices."""
        return courier_prices_visible(info.context.actor, queryset)
