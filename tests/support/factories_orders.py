"""Rows around orders, made straight in the tables of the bound scope, and orders led to a state.

with tenant_scope(alpha):
    tomas = CourierFactory(person_id=cast(alpha).tomas.id, on_duty=True)
    order = order_at("arrived", customer=cast(alpha).maya, courier=tomas)
"""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from factory.django import DjangoModelFactory
from PIL import Image

from tenants.access.actors import SYSTEM, Actor
from tenants.access.rights import COURIER, CUSTOMER, DISPATCHER, STARTER_ROLES
from tenants.catalog.declaration import Asked, Declaration, Need, StopDeclaration, StopKind
from tenants.catalog.models import ServiceKind, ServiceVersion
from tenants.couriers.models import Courier, Document, Presence
from tenants.dispatch.models import Assignment
from tenants.orders.events import CancelReason, UndeliverableReason
from tenants.orders.models import Order, OrderState, PaymentMethod, Stop
from tenants.orders.services.ending import order_cancel, order_confirm
from tenants.orders.services.fulfilment import (
    Evidence,
    order_arrive,
    order_depart,
    stop_complete,
)
from tenants.orders.services.moves import order_lock, order_move
from tenants.orders.services.placing import order_place
from tenants.orders.services.trouble import (
    order_hand_back,
    order_report_undeliverable,
    order_return,
)
from tenants.pricing.models import Quote, QuoteLine, Step
from tests.support.cast import Member
from tests.support.database import SOME_DAY
from tests.support.factories import CAMPUS, ServiceFactory, TariffFactory

FETCH_AND_BRING = Declaration(
    stops=(
        StopDeclaration(StopKind.PICK_UP, photo=Need.REQUIRED),
        StopDeclaration(StopKind.DROP_OFF, photo=Need.OPTIONAL, pin=Need.REQUIRED),
    )
)
PARCELS = {"en": "Parcel pick-up", "zh-Hans": "代取快递"}
ON_SITE = Declaration(
    stops=(StopDeclaration(StopKind.ON_SITE, pin=Need.OPTIONAL),),
    asked=Asked(appointment=Need.OPTIONAL),
)


def photo(size: tuple[int, int] = (40, 30), color: str = "navy") -> SimpleUploadedFile:
    """A small JPEG as a phone would send it."""
    content = BytesIO()
    Image.new("RGB", size, color).save(content, "JPEG")
    return SimpleUploadedFile("photo.jpg", content.getvalue(), content_type="image/jpeg")


class CourierFactory(DjangoModelFactory):
    """An approved courier; `person_id=` is needed. `on_duty=True` is seen on the campus."""

    class Meta:
        model = Courier

    class Params:
        applied = factory.Trait(state=Courier.State.APPLIED)

    display_name = factory.Sequence(lambda n: f"Courier {n}")
    state = Courier.State.APPROVED
    applied_at = SOME_DAY
    on_duty = False
    position = CAMPUS

    @classmethod
    def _create(cls, model: Any, *args: Any, on_duty: bool, position: Any, **kwargs: Any) -> Any:
        courier = super()._create(model, *args, **kwargs)
        if on_duty:
            latitude, longitude = position or (None, None)
            Presence.objects.create(
                courier=courier,
                on_duty=True,
                since=SOME_DAY,
                latitude=latitude,
                longitude=longitude,
                seen_at=SOME_DAY if position else None,
            )
        return courier


class DocumentFactory(DjangoModelFactory):
    """An identity document under review; `courier=` is needed."""

    class Meta:
        model = Document

    kind = Document.Kind.IDENTITY
    file = factory.Sequence(lambda n: f"nowhere/{n}.webp")
    sha256 = bytes(32)
    uploaded_at = SOME_DAY


def service_version(declaration: Declaration = FETCH_AND_BRING) -> ServiceVersion:
    """A published service's version: parcels fetched and brought, unless told otherwise."""
    kind = ServiceKind.ON_SITE if declaration == ON_SITE else ServiceKind.PICK_UP
    version = ServiceFactory(
        published=True, kind=kind, declaration=declaration.serialise(), name=PARCELS
    ).version
    assert version is not None
    return version


class QuoteFactory(DjangoModelFactory):
    """Twelve of the currency's units, three of them commission, good for 15 minutes from `at`.

    `customer_id=` is needed.
    """

    class Meta:
        model = Quote
        skip_postgeneration_save = True

    class Params:
        at = SOME_DAY

    version = factory.LazyFunction(service_version)
    tariff = factory.SubFactory(TariffFactory)
    currency = "CNY"
    total = 1200
    commission = 300
    distance_meters = 1500
    distance_method = "great_circle_x1.3"
    inputs = factory.LazyFunction(
        lambda: {
            "weight_grams": 800,
            "duration_minutes": None,
            "urgent": False,
            "insured_value": None,
            "items": [{"name": "A parcel", "quantity": 1, "unit_price": None}],
        }
    )
    created_at = factory.SelfAttribute("at")
    expires_at = factory.LazyAttribute(lambda quote: quote.at + timedelta(minutes=15))

    @factory.lazy_attribute
    def stops(self) -> list[dict[str, Any]]:
        """One for each that the service declares, a few hundred metres apart."""
        latitude, longitude = CAMPUS
        return [
            {
                "kind": stop.kind,
                "latitude": latitude + number * 0.004,
                "longitude": longitude + 0.0012,
                "place_id": None,
                "text": f"Building {number + 1}",
                "door": "Room 301",
                "contact_name": "Maya",
                "phone": "+8613800138001",
                "parcel_code": "7-3-2201" if stop.kind is StopKind.PICK_UP else None,
            }
            for number, stop in enumerate(Declaration.parse(self.version.declaration).stops)
        ]

    @factory.post_generation
    def lines(self, create: bool, extracted: object, **_: Any) -> None:
        """One line for all."""
        QuoteLine.objects.create(
            quote=self,
            position=0,
            code=Step.BASE,
            label={"en": "Base", "zh-Hans": "起步价"},
            amount=self.total,
            inputs={},
        )


DISPATCH = Actor(UUID(int=7), UUID(int=7), STARTER_ROLES[DISPATCHER])
"""Staff who see and manage orders."""


def order_placed(customer: Member, at: datetime = SOME_DAY, **quote: Any) -> Order:
    """An order as its customer placed it."""
    promise = QuoteFactory(customer_id=customer.id, at=at, **quote)
    order_id = order_place(
        actor=customer.actor,
        quote_id=promise.id,
        payment_method=PaymentMethod.ON_DELIVERY,
        note="Ring twice",
        key=str(promise.id),
        at=at,
    )
    return Order.objects.get(id=order_id)


def courier_actor(courier: Courier) -> Actor:
    """The courier, signed in."""
    rights = STARTER_ROLES[COURIER] | STARTER_ROLES[CUSTOMER]
    return Actor(courier.person_id, UUID(int=8), rights)


class Lead:
    """Leads one order on, by the services, each step a minute after the one before."""

    def __init__(self, order: Order, customer: Member, courier: Courier, at: datetime) -> None:
        self.order, self.customer, self.courier = order, customer.actor, courier
        self.rider = courier_actor(courier)
        self.at = at

    def now(self) -> datetime:
        """A minute later than the last time."""
        self.at += timedelta(minutes=1)
        return self.at

    def step(self) -> dict[str, Any]:
        """What every step takes: which order, a key of its own, and when."""
        at = self.now()
        return {"order_id": self.order.id, "key": f"{self.order.id} {at:%d %H:%M:%S}", "at": at}

    @transaction.atomic
    def offer(self) -> None:
        order_move(order=order_lock(self.order.id), move="offer", actor=SYSTEM, at=self.now())

    @transaction.atomic
    def accept(self) -> None:
        at, order = self.now(), order_lock(self.order.id)
        Assignment.objects.create(order=order, courier=self.courier, created_at=at)
        order_move(order=order, move="accept", actor=self.rider, at=at, courier=self.courier)

    def depart(self) -> None:
        order_depart(actor=self.rider, **self.step())

    def arrive(self) -> None:
        order_arrive(actor=self.rider, **self.step())

    def complete(self) -> None:
        left = self.order.stops.exclude(state=Stop.State.DONE)
        stop = left[0]
        evidence = Evidence(
            photo=None if stop.pin else photo(), pin=stop.pin, cash_collected=len(left) == 1
        )
        stop_complete(actor=self.rider, stop_id=stop.id, evidence=evidence, **self.step())

    def confirm(self) -> None:
        order_confirm(actor=self.customer, **self.step())

    def give_up(self) -> None:
        reason = UndeliverableReason.NOBODY_THERE
        order_report_undeliverable(actor=self.rider, reason=reason, photo=None, **self.step())

    def send_back(self) -> None:
        order_return(actor=DISPATCH, **self.step())

    def hand_back(self) -> None:
        order_hand_back(actor=self.rider, photo=photo(), **self.step())

    def cancel(self) -> None:
        reason = CancelReason.CHANGED_MIND
        order_cancel(actor=self.customer, reason=reason, **self.step())


WAYS = {
    OrderState.PLACED: "",
    OrderState.OFFERED: "offer",
    OrderState.ACCEPTED: "accept",
    OrderState.DEPARTED: "accept depart",
    OrderState.ARRIVED: "accept depart arrive",
    OrderState.IN_PROGRESS: "accept depart arrive complete",
    OrderState.DELIVERED: "accept depart arrive complete depart arrive complete",
    OrderState.COMPLETED: "accept depart arrive complete depart arrive complete confirm",
    OrderState.UNDELIVERABLE: "accept depart arrive complete depart give_up",
    OrderState.RETURNING: "accept depart arrive complete depart give_up send_back",
    OrderState.RETURNED: "accept depart arrive complete depart give_up send_back hand_back",
    OrderState.CANCELLED: "cancel",
}
"""How an order of two stops gets to each state; `undeliverable` has something on board."""


def order_at(
    state: str, *, customer: Member, courier: Courier, at: datetime = SOME_DAY, **quote: Any
) -> Order:
    """An order of two stops led to `state` by the moves of `WAYS`."""
    order = order_placed(customer, at, **quote)
    lead = Lead(order, customer, courier, at)
    for step in WAYS[OrderState(state)].split():
        getattr(lead, step)()
    order.refresh_from_db()
    return order
