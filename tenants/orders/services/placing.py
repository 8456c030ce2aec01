"""A quote becomes an order: numbered, with its stops and items, its receipt PIN and its price."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kernel.meters import Meter
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.services import orders_open_check
from tenants.catalog.declaration import Declaration, Need
from tenants.catalog.personal import service_chosen
from tenants.journal.services import idempotent
from tenants.journal.usage import usage_add
from tenants.orders.events import PLACED
from tenants.orders.models import Item, Order, PaymentMethod, Stop
from tenants.orders.services.moves import LockedOrder, events_record, order_facts
from tenants.orders.states import CUSTOMER
from tenants.pricing.models import Quote
from tenants.pricing.selectors import has_ordered
from tenants.pricing.services.quotes import quote_take
from tenants.promotions.services.redeeming import promotions_redeem, use_parse

NUMBER_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people mistake for one another."""

NUMBER_LENGTH: Final = 12
PIN_DIGITS: Final = 6
ADDRESS: Final = ("text", "door", "contact_name", "phone", "parcel_code", "place_id")
"""What a stop keeps of the quote's snapshot, encrypted."""


def order_place(
    *,
    actor: Actor,
    quote_id: UUID,
    payment_method: PaymentMethod,
    note: str,
    key: str,
    at: datetime,
) -> UUID:
    """Take up the actor's own quote, once per `key`; answers the order's id.

    Raises `OrdersPaused`, what `quote_take` raises (`NotFound`, `QuoteExpired`, `QuoteTaken`),
    `PromotionGone`, `InvalidInput`, `IdempotencyKeyReused` and `PlanLimitReached`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    note = line_checked(note, field="note", max_length=300, min_length=0)

    def act() -> UUID:
        orders_open_check(at=at)
        is_first = not has_ordered(actor.person_id)
        quote = quote_take(quote_id=quote_id, customer_id=actor.person_id, at=at)
        order = _create(quote, actor, payment_method, note, at)
        promotions_redeem(
            uses=[use_parse(use) for use in quote.inputs.get("uses", ())],
            person_id=actor.person_id,
            order_id=order.id,
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
        usage_add(Meter.ORDERS, 1, at=at)
        return order.id

    return idempotent(
        actor_id=actor.person_id,
        operation="order_place",
        key=key,
        inputs={"quote": quote_id, "payment": payment_method.value, "note": note},
        at=at,
        act=act,
    )


def _create(
    quote: Quote, actor: Actor, payment_method: PaymentMethod, note: str, at: datetime
) -> Order:
    declared = Declaration.parse(quote.version.declaration)
    order = Order.objects.create(
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
    figures = {"total": order.total, "currency": order.currency}
    # Nobody else can see the row before the commit, which is as good as a lock.
    events_record(order=LockedOrder(order), events=[(PLACED, facts | figures)], actor=actor, at=at)
    return order


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
