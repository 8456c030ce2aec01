"""GraphQL types of dispatch: what a courier is shown before taking an order."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Prefetch, QuerySet
from strawberry import relay

from schema.catalog.declared.kinds import StopKind
from schema.catalog.kinds import ServiceKind
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import Money, money_of
from schema.core.texts import read_text
from schema.orders.results import WithOrder
from tenants.dispatch import models
from tenants.dispatch.selectors import (
    offer_row,
    offers_visible,
    position_blurred,
    stops_before_acceptance,
)

OfferState = models.Offer.State
described_enum(
    OfferState,
    "What became of an offer.",
    name="OfferState",
    OPEN="Can be taken until it expires.",
    ACCEPTED="The courier has the order.",
    DECLINED="The courier said no.",
    EXPIRED="Nobody answered in time.",
    WITHDRAWN="Somebody else has the order, or nobody is to have it.",
)


@strawberry.type(description="A stop as a courier sees it before taking the order.")
class OfferStop:
    """No address: the position is good to about half a kilometre."""

    kind: StopKind = strawberry.field(description="What happens there.")
    latitude: float = strawberry.field(description="WGS-84 degrees, to the nearest 0.005.")
    longitude: float = strawberry.field(description="WGS-84 degrees, to the nearest 0.005.")


@strawberry_django.type(models.Offer, name="Offer", description="An order shown to a courier.")
class Offer(relay.Node):
    """Seen by the courier it was made to, and by staff."""

    id: relay.NodeID[UUID]
    state: OfferState = strawberry_django.field(description="What became of it.")
    round: int = strawberry_django.field(description="Which time the order was offered, from 1.")
    created_at: datetime = strawberry_django.field(description="When it was made.")
    expires_at: datetime = strawberry_django.field(description="Until when it can be taken.")

    @strawberry_django.field(
        only=["order__version__name"],
        select_related=["order__version"],
        description="What is to be done.",
    )
    def service_name(root: models.Offer, info: Info) -> str:
        return read_text(root.order.version.name, info)

    @strawberry_django.field(
        only=["order__version__kind"],
        select_related=["order__version"],
        description="How it is fulfilled.",
    )
    def service_kind(root: models.Offer) -> ServiceKind:
        return ServiceKind(root.order.version.kind)

    @strawberry_django.field(
        only=["order__total", "order__commission", "order__currency"],
        select_related=["order"],
        description="What the courier gets for it.",
    )
    def fee(root: models.Offer) -> Money:
        order = root.order
        return money_of(order.total - order.commission, order.currency)

    @strawberry_django.field(
        only=["order__urgent"], select_related=["order"], description="Whether it is urgent."
    )
    def urgent(root: models.Offer) -> bool:
        return root.order.urgent

    @strawberry_django.field(
        only=["order__quote__distance_meters"],
        select_related=["order__quote"],
        description="The way through its stops, in metres; null for work at one place.",
    )
    def distance_meters(root: models.Offer) -> int | None:
        return root.order.quote.distance_meters

    @strawberry_django.field(
        only=["order_id"],
        select_related=["order"],
        prefetch_related=[lambda info: Prefetch("order__stops", stops_before_acceptance())],
        description="Where it goes, roughly.",
    )
    def stops(root: models.Offer) -> list[OfferStop]:
        return [
            OfferStop(
                kind=StopKind(stop.kind),
                latitude=position_blurred(stop.latitude),
                longitude=position_blurred(stop.longitude),
            )
            for stop in root.order.stops.all()
        ]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Offer], info: Info, **_: Any
    ) -> QuerySet[models.Offer]:
        """A courier's own; all, for staff with the right."""
        return offers_visible(info.context.actor, queryset)


@strawberry.type(description="The order is the courier's.")
class OfferAcceptSuccess(WithOrder):
    """Answers offerAccept."""


@strawberry.type(description="The offer is declined.")
class OfferDeclineSuccess:
    """Answers offerDecline."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The offer as it is now.")
    def offer(self) -> Offer:
        return offer_row(self.row)  # type: ignore[return-value]


@strawberry.type(description="The order is the courier's, by a dispatcher's word.")
class OrderAssignSuccess(WithOrder):
    """Answers orderAssign."""


@strawberry.type(description="The order waits for another courier.")
class AssignmentGiveBackSuccess:
    """Answers assignmentGiveBack. Whoever gave it back sees the order no more."""

    order_id: relay.GlobalID = strawberry.field(description="The order.")
