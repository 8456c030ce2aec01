"""The subscriptions, each a topic and a field."""

from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry
from strawberry.relay import GlobalID

from schema.core.context import Info
from schema.core.ids import row_id
from schema.core.rights import Requirement, actor_of
from schema.live.topics import NOBODY, Topic, follow, subscription
from schema.live.types import CURSOR, BookingEvent, OfferEvent, OrderEvent
from tenants.access.actors import Actor
from tenants.access.rights import STAFF_RIGHTS, Right
from tenants.journal.selectors import LoggedEvent
from tenants.orders.selectors import orders_visible

After = Annotated[
    str | None,
    strawberry.argument(
        description="A cursor, of an event or of `liveCursor`: what came after it is sent first."
    ),
]


class OneOrder(Topic):
    """An order, for its customer, its present courier, and staff."""

    right: ClassVar[Requirement] = (
        Right.ORDER_AS_CUSTOMER,
        Right.FULFIL_AS_COURIER,
        Right.ORDERS_READ,
    )
    what, kinds = "Order", "order."

    def allow(self, actor: Actor, key: str) -> bool:
        return orders_visible(actor).filter(id=key).exists()

    def stream(self, key: str) -> str:
        return f"order:{key}"

    def of(self, event: LoggedEvent) -> Iterable[str]:
        return (event.data["order"],)

    def load(self, event: LoggedEvent) -> OrderEvent:
        return OrderEvent(row=UUID(event.data["order"]), **told(event))


class Board(Topic):
    """All orders, for the back office: nobody's own, and without anybody's personal data."""

    right: ClassVar[Requirement] = Right.ORDERS_READ
    what, kinds = "Order", "order."

    def scope(self, actor: Actor) -> Actor:
        rights = (actor.rights & STAFF_RIGHTS) - {Right.PERSONAL_DATA_READ}
        return Actor(person_id=NOBODY, session_id=NOBODY, rights=rights)

    def of(self, event: LoggedEvent) -> Iterable[str]:
        return ("",)

    def load(self, event: LoggedEvent) -> OrderEvent:
        return OrderEvent(row=UUID(event.data["order"]), **told(event))


class MyOffers(Topic):
    """What becomes of the offers made to one courier."""

    right: ClassVar[Requirement] = Right.FULFIL_AS_COURIER
    what, kinds = "Offer", "offer."

    def of(self, event: LoggedEvent) -> Iterable[str]:
        return (event.data["courier_person"],)

    def load(self, event: LoggedEvent) -> OfferEvent:
        return OfferEvent(row=UUID(event.data["offer"]), **told(event))


class MyBookings(Topic):
    """One's own appointments, as a customer or as the courier who comes."""

    right: ClassVar[Requirement] = (Right.ORDER_AS_CUSTOMER, Right.FULFIL_AS_COURIER)
    what, kinds = "Booking", "booking."

    def of(self, event: LoggedEvent) -> Iterable[str]:
        data = event.data
        # Who had it until now learns that it is gone; the booking itself is no more for them.
        return {data["customer"], data["courier_person"], data.get("previous_person", "")}

    def load(self, event: LoggedEvent) -> BookingEvent:
        return BookingEvent(row=UUID(event.data["booking"]), **told(event))


class Calendar(MyBookings):
    """All appointments, for the back office: nobody's own."""

    right: ClassVar[Requirement] = Right.ORDERS_READ

    def scope(self, actor: Actor) -> Actor:
        return BOARD.scope(actor)

    def of(self, event: LoggedEvent) -> Iterable[str]:
        return ("",)


def told(event: LoggedEvent) -> dict[str, Any]:
    """What every followed event says, for its type."""
    return {"cursor": CURSOR, "seq": event.seq, "kind": event.kind, "at": event.at}


ONE_ORDER, BOARD, MY_OFFERS = OneOrder(), Board(), MyOffers()
MY_BOOKINGS, CALENDAR = MyBookings(), Calendar()


@strawberry.type
class LiveSubscriptions:
    """Root subscription fields."""

    @subscription(ONE_ORDER)
    def order_events(
        self,
        info: Info,
        order_id: Annotated[GlobalID, strawberry.argument(description="The order to follow.")],
        after: After = None,
    ) -> AsyncIterator[OrderEvent]:
        """Each step of one order: for its customer, its present courier, and staff."""
        return follow(info, ONE_ORDER, str(row_id(order_id, "Order")), after)

    @subscription(BOARD)
    def board_events(self, info: Info, after: After = None) -> AsyncIterator[OrderEvent]:
        """Each step of every order, for the operator's board. Personal data is left out of it."""
        return follow(info, BOARD, "", after)

    @subscription(MY_OFFERS)
    def offer_events(self, info: Info, after: After = None) -> AsyncIterator[OfferEvent]:
        """Offers made to the courier who asks, and what becomes of them."""
        return follow(info, MY_OFFERS, str(actor_of(info.context).person_id), after)

    @subscription(MY_BOOKINGS)
    def booking_events(self, info: Info, after: After = None) -> AsyncIterator[BookingEvent]:
        """What becomes of one's appointments: as their customer, or as the courier who comes."""
        return follow(info, MY_BOOKINGS, str(actor_of(info.context).person_id), after)

    @subscription(CALENDAR)
    def calendar_events(self, info: Info, after: After = None) -> AsyncIterator[BookingEvent]:
        """What becomes of every appointment, for the operator's calendar."""
        return follow(info, CALENDAR, "", after)
