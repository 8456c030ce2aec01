"""GraphQL types of what is followed."""

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry
import strawberry_django
from strawberry.relay import GlobalID

from schema.booking.types import Booking
from schema.dispatch.types import Offer
from schema.orders.results import WithOrder
from tenants.booking.selectors import booking_row
from tenants.dispatch.selectors import offer_row

CURSOR: Final = secrets.token_hex(16)
"""Stands where a follower's own cursor goes, so that one rendering serves them all."""


@strawberry.type
class Told:
    """What every followed event says."""

    cursor: str = strawberry.field(
        description="Where this stands in the log: give it as `after` to go on from here."
    )
    seq: int = strawberry.field(
        description="Its number among the events of its order or booking, rising."
    )
    kind: str = strawberry.field(
        description="What happened: order.accepted, offer.made, booking.moved, …"
    )
    at: datetime = strawberry.field(description="When it happened.")


@strawberry.type(description="Something that happened to an order.")
class OrderEvent(Told, WithOrder):
    """One `order.*` event of the log, and the order as it is when the event is told."""

    @strawberry.field(description="Which order, without reading it.")
    def order_id(self) -> GlobalID:
        return GlobalID("Order", str(self.row))


@strawberry.type(description="Something that happened to an appointment.")
class BookingEvent(Told):
    """One `booking.*` event of the log, and the booking as it is when the event is told."""

    row: strawberry.Private[UUID]

    @strawberry.field(description="Which booking, without reading it.")
    def booking_id(self) -> GlobalID:
        return GlobalID("Booking", str(self.row))

    @strawberry_django.field(
        description="The booking as it is now; null for the courier from whom it was taken."
    )
    def booking(self) -> Booking | None:
        return booking_row(self.row)  # type: ignore[return-value]


@strawberry.type(description="Something that happened to an offer made to the courier.")
class OfferEvent(Told):
    """One `offer.*` event of the log, and the offer as it is when the event is told."""

    row: strawberry.Private[UUID]

    @strawberry.field(description="Which offer, without reading it.")
    def offer_id(self) -> GlobalID:
        return GlobalID("Offer", str(self.row))

    @strawberry_django.field(description="The offer as it is now.")
    def offer(self) -> Offer:
        return offer_row(self.row)  # type: ignore[return-value]
