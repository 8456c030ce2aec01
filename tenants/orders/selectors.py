"""Reads of orders: what a caller may see, and which moves are open to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, JSONObject

from kernel.masks import name_masked, phone_masked
from kernel.money import round_minor
from tenants.access.actors import Actor, AnyActor, System
from tenants.access.rights import Right
from tenants.access.selectors import person_by_phone
from tenants.booking.models import BookingState
from tenants.brand.selectors import brand_region
from tenants.couriers.models import Courier
from tenants.journal.models import Event
from tenants.orders.models import Order, OrderState, StepDone, Stop
from tenants.orders.states import (
    BY_TERMS,
    COURIER,
    CUSTOMER,
    ORDER_LIFE,
    POLICY,
    STAFF,
    SYSTEM,
    UNDER_WAY,
    cancel_fee_bps,
)

SEARCH_LENGTH: Final = 100
MAX_COURIERS_FOUND: Final = 50
"""Of a name that is searched for; nobody goes through the orders of more."""


def _seen_by(actor: AnyActor | None, prefix: str = "") -> Q:
    """Whose orders `actor` sees: a customer their own, a courier theirs, staff and system all."""
    if actor is None:
        return Q(pk__in=[])
    if isinstance(actor, System) or Right.ORDERS_READ in actor.rights:
        return Q()
    seen = Q(**{f"{prefix}customer_id": actor.person_id})
    if Right.FULFIL_AS_COURIER in actor.rights:
        seen |= Q(**{f"{prefix}courier__person_id": actor.person_id})
    return seen


def orders_visible(actor: AnyActor | None, among: QuerySet[Order] | None = None) -> QuerySet[Order]:
    """The orders (of those in `among`) that `actor` may see at all; nobody sees none."""
    orders = Order.objects.all() if among is None else among
    return orders.filter(_seen_by(actor))


class OrderSort(StrEnum):
    """In what order orders are listed."""

    PLACED_DOWN = "placed_down"
    PLACED_UP = "placed_up"
    DUE_UP = "due_up"
    DUE_DOWN = "due_down"
    TOTAL_UP = "total_up"
    TOTAL_DOWN = "total_down"


# Each is one of the model's indexes, from its front or from its end.
_SORTED: Final = {
    OrderSort.PLACED_DOWN: ("-placed_at", "id"),
    OrderSort.PLACED_UP: ("placed_at", "-id"),
    OrderSort.DUE_UP: ("due_at", "id"),
    OrderSort.DUE_DOWN: ("-due_at", "-id"),
    OrderSort.TOTAL_UP: ("total", "id"),
    OrderSort.TOTAL_DOWN: ("-total", "-id"),
}


def orders_board(
    *,
    actor: Actor,
    states: Sequence[OrderState] | None = None,
    courier_id: UUID | None = None,
    customer_id: UUID | None = None,
    booked: bool | None = None,
    search: str = "",
    sort: OrderSort = OrderSort.PLACED_DOWN,
) -> QuerySet[Order]:
    """Orders in `states`, or in any; of a courier; of a customer. Not scoped to anybody.

    `booked`: those whose appointment stands, or those without.

    `search`: the first characters of their number; part of their courier's display name; the whole
    phone of their customer, for whoever sees every order.
    """
    orders = Order.objects.order_by(*_SORTED[sort])
    if states is not None:
        orders = orders.filter(state__in=states)
    if courier_id is not None:
        orders = orders.filter(courier_id=courier_id)
    if customer_id is not None:
        orders = orders.filter(customer_id=customer_id)
    if booked is not None:
        stands = Q(booking__state=BookingState.BOOKED)
        orders = orders.filter(stands if booked else ~stands)
    words = search[:SEARCH_LENGTH].replace("\x00", "").strip()
    return orders.filter(_found_by(actor, words)) if words else orders


def _found_by(actor: Actor, words: str) -> Q:
    # Who it is about is looked up first: the list then goes by its own indexes alone.
    named = Courier.objects.filter(display_name__icontains=words).order_by("id")
    couriers = list(named.values_list("id", flat=True)[:MAX_COURIERS_FOUND])
    found = Q(number__startswith="".join(words.split()).upper()) | Q(courier_id__in=couriers)
    if Right.ORDERS_READ in actor.rights:
        person_id = person_by_phone(words, region=brand_region())
        if person_id is not None:
            found |= Q(customer_id=person_id)
    return found


def order_row(order_id: UUID) -> QuerySet[Order]:
    """The one order, as a queryset. Not scoped to anybody."""
    return Order.objects.filter(id=order_id)


def stops_visible(actor: Actor | None, among: QuerySet[Stop]) -> QuerySet[Stop]:
    """The stops of orders that `actor` may see, each with `viewer`: the role they see it in.

    What is shown of a stop hangs on that role and on `order_state`; see `particulars_of`.
    """
    person_id = actor.person_id if actor else None
    return among.filter(_seen_by(actor, "order__")).annotate(
        viewer=Case(
            When(order__customer_id=person_id, then=Value(CUSTOMER)),
            When(order__courier__person_id=person_id, then=Value(COURIER)),
            default=Value(STAFF),
        ),
        order_state=F("order__state"),
    )


@dataclass(frozen=True, slots=True)
class Particulars:
    """What one viewer is shown of whom a stop is about."""

    text: str
    door: str
    contact_name: str
    phone: str
    parcel_code: str | None
    pin: str | None


def particulars_of(stop: Stop) -> Particulars:
    """What the viewer of `stop`, as `stops_visible` found it, is shown.

    The customer: everything. The courier: where and whom while the work goes on, the phone masked,
    never the PIN. Staff: where; whom only masked, for which personal_data_read is the way.
    """
    viewer, address = stop.viewer, stop.address  # type: ignore[attr-defined]
    at_work = viewer == COURIER and stop.order_state in UNDER_WAY  # type: ignore[attr-defined]
    own = viewer == CUSTOMER
    name, phone = address["contact_name"], address["phone"]
    return Particulars(
        text=address["text"],
        door=address["door"],
        contact_name=name if own or at_work else name_masked(name),
        phone=phone if own else phone_masked(phone),
        parcel_code=address["parcel_code"] if own or at_work else None,
        pin=stop.pin if own else None,
    )


def roles_of(actor: AnyActor, order: Order, courier: Courier | None) -> frozenset[str]:
    """The roles in which `actor` may move `order`, `courier` being whoever has or takes it."""
    if isinstance(actor, System):
        return frozenset({SYSTEM})
    roles = set()
    if order.customer_id == actor.person_id and Right.ORDER_AS_CUSTOMER in actor.rights:
        roles.add(CUSTOMER)
    if (
        courier is not None
        and courier.person_id == actor.person_id
        and Right.FULFIL_AS_COURIER in actor.rights
    ):
        roles.add(COURIER)
    if Right.ORDERS_MANAGE in actor.rights:
        roles.add(STAFF)
    return frozenset(roles)


def cancel_fee(order: Order, bps: int) -> int:
    """`bps` of the total without goods, in minor units, rounded as prices are. One query."""
    goods = sum(item.quantity * (item.unit_price or 0) for item in order.items.all())
    return round_minor(Decimal((order.total - goods) * bps) / 10_000)


def stop_states_column() -> ArraySubquery:
    """The states of an order's stops by position, to annotate a queryset of orders with."""
    stops = Stop.objects.filter(order=OuterRef("id")).order_by("position")
    return ArraySubquery(stops.values_list("state"))


def steps_done_column() -> ArraySubquery:
    """The steps of an order's work that are done, to annotate a queryset of orders with.

    JSON objects with key and at (ISO 8601).
    """
    done = StepDone.objects.filter(stop__order=OuterRef("id")).order_by("at", "id")
    return ArraySubquery(done.values_list(JSONObject(key="key", at="at")))


def moves_open(actor: Actor, order: Order, stops: Sequence[str]) -> list[str]:
    """The moves that table, policy and role allow `actor` now; for clients to offer as buttons.

    `stops` are the states of the order's stops by position.
    """
    roles = roles_of(actor, order, order.courier)
    return [
        move
        for move in ORDER_LIFE.open_moves(state=order.state, roles=roles)
        if (move not in POLICY or POLICY[move](stops))
        and (move not in BY_TERMS or STAFF in roles or cancel_fee_bps(order) is not None)
    ]


def history_column(actor: Actor) -> ArraySubquery:
    """An order's events as JSON objects in order, to annotate a queryset of orders with.

    Each has seq, kind, at (ISO 8601), actor_id, data. Offers are for the back office to see.
    """
    stream = Concat(Value("order:"), Cast(OuterRef("id"), TextField()))
    events = Event.objects.filter(stream=stream).order_by("seq")
    if Right.ORDERS_READ not in actor.rights:
        events = events.filter(kind__startswith="order.")
    row = JSONObject(seq="seq", kind="kind", at="at", actor_id="actor_id", data="data")
    return ArraySubquery(events.values_list(row))
