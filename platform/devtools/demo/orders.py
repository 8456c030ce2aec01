"""The demo's orders: some long done, from quote to review, some still on their way."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID

from devtools.demo.pictures import picture
from tenants.access.actors import Actor
from tenants.catalog.declaration import Declaration, Need, StopKind
from tenants.catalog.models import Service, ServiceKind
from tenants.couriers.services.duty import courier_on_duty
from tenants.dispatch.models import Offer
from tenants.dispatch.services.answers import offer_accept
from tenants.dispatch.services.rounds import offer_round
from tenants.orders.events import CancelReason
from tenants.orders.models import PaymentMethod, Stop
from tenants.orders.services.ending import order_cancel, order_confirm
from tenants.orders.services.fulfilment import (
    Evidence,
    order_arrive,
    order_depart,
    stop_complete,
)
from tenants.orders.services.placing import order_place
from tenants.places.geometry import Position
from tenants.pricing.figures import ItemRequest
from tenants.pricing.models import Quote
from tenants.pricing.services import quote_create
from tenants.pricing.stops import StopRequest
from tenants.talk.services import review_create

PRAISE = ("很快，态度很好", "Quick and friendly", "准时送到", "Everything as agreed", "")


@dataclass(frozen=True)
class Customer:
    """A signed-in customer, and how to reach them at the door."""

    actor: Actor
    name: str
    phone: str


@dataclass(frozen=True)
class Rider:
    """A signed-in, approved courier."""

    actor: Actor
    courier_id: UUID


class Field:
    """Where orders go: points around a centre that the operator's zone covers."""

    def __init__(self, centre: Position, reach: float) -> None:
        self._centre, self._reach = centre, reach
        self._dice = random.Random(7)  # noqa: S311

    def somewhere(self) -> Position:
        """A point in the field."""
        return Position(
            latitude=self._centre.latitude + self._dice.uniform(-1, 1) * self._reach,
            longitude=self._centre.longitude + self._dice.uniform(-1, 1) * self._reach,
        )


class Reach(IntEnum):
    """How far an order of the present has come."""

    ACCEPTED = 1
    DEPARTED = 2
    DELIVERED = 3


def past_order(
    *,
    service: Service,
    customer: Customer,
    rider: Rider,
    field: Field,
    dice: random.Random,
    at: datetime,
) -> None:
    """An order placed at `at` and long closed: mostly done and reviewed, now and then cancelled."""
    order_id = _place(service, customer, field, dice, at)
    if dice.random() < 0.12:
        order_cancel(
            actor=customer.actor,
            order_id=order_id,
            reason=CancelReason.CHANGED_MIND,
            key=f"demo-{order_id}",
            at=at + timedelta(minutes=1),
        )
        return
    _take(order_id, rider, field, at)
    _deliver(order_id, rider, at)
    done = at + timedelta(minutes=45)
    order_confirm(actor=customer.actor, order_id=order_id, key=f"demo-{order_id}", at=done)
    courier_on_duty(actor=rider.actor, on_duty=False, position=None, at=done)
    if dice.random() < 0.8:
        review_create(
            actor=customer.actor,
            order_id=order_id,
            score=dice.choice((5, 5, 5, 4, 4, 3)),
            text=dice.choice(PRAISE),
            key=f"demo-{order_id}",
            at=done + timedelta(minutes=5),
        )


def present_order(
    *,
    service: Service,
    customer: Customer,
    rider: Rider,
    field: Field,
    dice: random.Random,
    reach: Reach,
    at: datetime,
) -> None:
    """An order placed at `at` that is still open, as far on its way as `reach` says."""
    order_id = _place(service, customer, field, dice, at)
    _take(order_id, rider, field, at)
    if reach is Reach.DEPARTED:
        left = at + timedelta(minutes=1)
        order_depart(actor=rider.actor, order_id=order_id, key=f"demo-{order_id}", at=left)
    elif reach is Reach.DELIVERED:
        _deliver(order_id, rider, at)


def _place(
    service: Service, customer: Customer, field: Field, dice: random.Random, at: datetime
) -> UUID:
    quote = quote_of(service, customer, field, dice, at)
    return order_place(
        actor=customer.actor,
        quote_id=quote.id,
        payment_method=PaymentMethod.ON_DELIVERY,
        note="",
        key=f"demo-{quote.id}",
        at=at,
    )


def quote_of(
    service: Service, customer: Customer, field: Field, dice: random.Random, at: datetime
) -> Quote:
    """What the service costs the customer somewhere in the field, with all that it asks for."""
    assert service.version is not None
    declaration = Declaration.parse(service.version.declaration)
    asked = declaration.asked
    item = ItemRequest(
        name={"zh-Hans": "一份物品"}.get(next(iter(service.name)), "One thing"),
        quantity=1,
        unit_price=1500 if service.kind == ServiceKind.BUY_FOR_ME else None,
    )
    return quote_create(
        actor=customer.actor,
        service_id=service.id,
        stops=[
            StopRequest(
                point=field.somewhere(),
                contact_name=customer.name,
                phone=customer.phone,
                parcel_code=(
                    f"{dice.randint(1, 20)}-{dice.randint(1, 9)}-{dice.randint(1000, 9999)}"
                    if stop.kind is StopKind.PICK_UP and asked.parcel_code is Need.REQUIRED
                    else None
                ),
            )
            for stop in declaration.stops
        ],
        weight_grams=dice.randint(200, 4000) if asked.weight is not Need.OFF else None,
        duration_minutes=dice.choice((60, 90, 120)) if asked.duration is not Need.OFF else None,
        urgent=asked.urgent is not Need.OFF and dice.random() < 0.2,
        insured_value=None,
        items=[item] if asked.items is Need.REQUIRED else [],
        at=at,
    )


def _take(order_id: UUID, rider: Rider, field: Field, at: datetime) -> None:
    """Offered within seconds, accepted within half a minute."""
    courier_on_duty(actor=rider.actor, on_duty=True, position=field.somewhere(), at=at)
    offer_round(order_id=order_id, attempt=0, at=at + timedelta(seconds=2))
    offer = Offer.objects.get(order_id=order_id, courier_id=rider.courier_id, state="open")
    accepted = at + timedelta(seconds=20)
    offer_accept(actor=rider.actor, offer_id=offer.id, key=f"demo-{offer.id}", at=accepted)


def _deliver(order_id: UUID, rider: Rider, at: datetime) -> None:
    """From stop to stop, nine minutes each, with the proofs that each asks for."""
    for stop in Stop.objects.filter(order_id=order_id).order_by("position"):
        at += timedelta(minutes=9)
        key, left = f"demo-{stop.id}", at - timedelta(minutes=8)
        order_depart(actor=rider.actor, order_id=order_id, key=key, at=left)
        order_arrive(actor=rider.actor, order_id=order_id, key=key, at=at)
        wants_photo = stop.order.version.declaration["stops"][stop.position]["photo"] != "off"
        stop_complete(
            actor=rider.actor,
            order_id=order_id,
            stop_id=stop.id,
            evidence=Evidence(
                photo=picture(stop.position, "#7a8899") if wants_photo else None,
                pin=stop.pin,
                cash_collected=True,
            ),
            key=key,
            at=at + timedelta(minutes=1),
        )
