"""A quote becomes an order: numbered, with its stops and items, its receipt PIN and its price."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kernel.ids import new_id
from kernel.meters import Meter
from kernel.refusals import InvalidInput, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.access.services.customers import customer_ordered
from tenants.booking.models import Booking
from tenants.booking.services.visits import visit_take
from tenants.brand.services import orders_open_check
from tenants.catalog.declaration import Declaration, Need
from tenants.catalog.personal import service_chosen
from tenants.journal.services import idempotent
from tenants.journal.usage import usage_add
from tenants.orders.events import PLACED
from tenants.orders.models import Item, Order, PaymentMethod, Stop
from tenants.orders.services.moves import LockedOrder, events_record, order_facts
from tenants.orders.states import CUSTOMER
from tenants.places.geometry import Position, straight_meters
from tenants.pricing.models import Quote
from tenants.pricing.selectors import has_ordered
from tenants.pricing.services.quotes import quote_check, quote_take
from tenants.promotions.services.redeeming import promotions_redeem, use_parse

NUMBER_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mistake for one another."""

NUMBER_LENGTH: Final = 12
SAME_PLACE_METERS: Final = 100
"""How far a visit may be booked from where its quote is for: one end of a large house."""

PIN_DIGITS: Final = 6
ADDRESS: Final = ("text", "door", "contact_name", "phone", "parcel_code", "place_id")
"""What a stop keeps of the quote's snapshot, encrypted."""


class BookingMissing(Refusal):
    """The service is done by appointment: hold a slot first."""


def order_place(
    *,
    actor: Actor,
    quote_id: UUID,
    payment_method: PaymentMethod,
    note: str,
    key: str,
    at: datetime,
    booking_id: UUID | None = None,
) -> UUID:
    """Take up the actor's own quote, once per `key`; answers the order's id.

    `booking_id` is the appointment that the quote is for: held or booked by the actor, and then
    the order's. Raises `OrdersPaused`, what `quote_take` raises (`NotFound`, `QuoteExpired`,
    `QuoteTaken`), what `visit_take` raises (`HoldLapsed`, `BookingOfOrder`), `BookingMissing`,
    `PromotionGone`, `InvalidInput`, `IdempotencyKeyReused` and `PlanLimitReached`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    note = line_checked(note, field="note", max_length=300, min_length=0)

    def act() -> UUID:
        orders_open_check(at=at)
        is_first = not has_ordered(actor.person_id)
        order_id, booking = new_id(), None
        if booking_id is not None:
            quote_check(quote_id=quote_id, customer_id=actor.person_id)
            booking = visit_take(
                booking_id=booking_id, customer_id=actor.person_id, order_id=order_id, at=at
            )
        quote = quote_take(quote_id=quote_id, customer_id=actor.person_id, at=at)
        order = _create(order_id, quote, booking, actor, payment_method, note, at)
        promotions_redeem(
            uses=[use_parse(use) for use in quote.inputs.get("uses", ())],
            person_id=actor.person_id,
            order_id=order.id,
            service_id=quote.version.service_id,
            is_first=is_first,
            at=at,
        )
        place = quote.stops[-1]["place_id"]
        service_chosen(
            person_id=quote.customer_id,
            service_id=quote.version.service_id,
            place_id=UUID(place) if place else None,
            at=at,
        )
        customer_ordered(person_id=quote.customer_id, at=at)
        usage_add(Meter.ORDERS, 1, at=at)
        return order.id

    return idempotent(
        actor_id=actor.person_id,
        operation="order_place",
        key=key,
        inputs={
            "quote": quote_id,
            "payment": payment_method.value,
            "note": note,
            "booking": booking_id,
        },
        at=at,
        act=act,
    )


def _create(
    order_id: UUID,
    quote: Quote,
    booking: Booking | None,
    actor: Actor,
    payment_method: PaymentMethod,
    note: str,
    at: datetime,
) -> Order:
    declared = Declaration.parse(quote.version.declaration)
    _check_visit(quote, booking, declared.asked.appointment)
    order = Order.objects.create(
        id=order_id,
        booking=booking,
        number="".join(secrets.choice(NUMBER_ALPHABET) for _ in range(NUMBER_LENGTH)),
        quote=quote,
        customer_id=quote.customer_id,
        service_id=quote.version.service_id,
        version=quote.version,
        currency=quote.currency,
        total=quote.total,
        commission=quote.commission,
        payment_method=payment_method,
        urgent=quote.inputs["urgent"],
        note=note,
        cancel_fees=declared.cancellation.serialise(),
        placed_at=at,
        due_at=quote.wanted_at or at,
    )
    Stop.objects.bulk_create(
        _stop(order, position, snapshot, pin=declared.stops[position].pin)
        for position, snapshot in enumerate(quote.stops)
    )
    Item.objects.bulk_create(
        Item(
            order=order,
            position=position,
            name=item["name"],
            quantity=item["quantity"],
            unit_price=item["unit_price"],
        )
        for position, item in enumerate(quote.inputs["items"])
    )
    facts = order_facts(order=order, holder=None, before=None, by=CUSTOMER)
    figures = {
        "total": order.total,
        "currency": order.currency,
        "booking": str(booking.id) if booking else None,
    }
    # Nobody else can see the row before the commit, which is as good as a lock.
    events_record(order=LockedOrder(order), events=[(PLACED, facts | figures)], actor=actor, at=at)
    return order


def _check_visit(quote: Quote, booking: Booking | None, appointment: Need) -> None:
    """What was booked has to be what was priced."""
    if booking is None:
        if appointment is Need.REQUIRED:
            raise BookingMissing
        return
    if appointment is Need.OFF:
        raise InvalidInput(field="bookingId", reason="this service takes no appointments")
    stop = quote.stops[0]
    asked_at = Position(latitude=stop["latitude"], longitude=stop["longitude"])
    booked_at = Position(latitude=booking.latitude, longitude=booking.longitude)
    length = (booking.ends_at - booking.starts_at).total_seconds() // 60
    for same, what in (
        (booking.service_id == quote.version.service_id, "another service"),
        (booking.starts_at == quote.wanted_at, "another time than the quote's wantedAt"),
        (length == quote.inputs["duration_minutes"], "another length than the quote's"),
        (quote.inputs.get("courier") in (None, str(booking.courier_id)), "another courier"),
        (straight_meters(booked_at, asked_at) <= SAME_PLACE_METERS, "another place"),
    ):
        if not same:
            raise InvalidInput(field="bookingId", reason=f"booked for {what}")


def _stop(order: Order, position: int, snapshot: Mapping[str, Any], *, pin: Need) -> Stop:
    """A stop as the quote has it; where nobody is named there, the customer is whom to ask for."""
    address = {name: snapshot[name] for name in ADDRESS}
    if not address["phone"]:
        customer = order.customer
        address |= {"phone": customer.phone or "", "contact_name": customer.name}
    return Stop(
        order=order,
        position=position,
        kind=snapshot["kind"],
        latitude=snapshot["latitude"],
        longitude=snapshot["longitude"],
        address=address,
        pin=None if pin is Need.OFF else f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}",
    )
