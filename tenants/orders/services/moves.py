"""Finding, locking and moving an order. Every move of every order goes through `order_move`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NewType
from uuid import UUID

from kernel.refusals import AccessDenied, NotFound
from kernel.transitions import IllegalMove
from tenants.access.actors import SYSTEM as THE_SYSTEM
from tenants.access.actors import Actor, AnyActor
from tenants.access.services.customers import customer_spent
from tenants.booking.services.visits import visit_finish, visit_release
from tenants.couriers.models import Courier
from tenants.journal.services import event_record, idempotent
from tenants.orders.events import KIND_OF_MOVE, stream_of
from tenants.orders.models import Order, OrderState
from tenants.orders.selectors import orders_visible, roles_of
from tenants.orders.states import COURIER, CUSTOMER, ORDER_LIFE, POLICY, STAFF, SYSTEM

LockedOrder = NewType("LockedOrder", Order)
"""An order whose row this transaction has locked: what every write of it asks for."""

VISITED = frozenset({OrderState.DELIVERED, OrderState.RETURNED})
UNVISITED = frozenset({OrderState.PLACED, OrderState.CANCELLED})
"""What an order comes to when whoever was booked for it does not do it."""

ENDS = frozenset({OrderState.COMPLETED, OrderState.RETURNED, OrderState.CANCELLED})


def access_order(*, actor: AnyActor, order_id: UUID) -> Order:
    """An order to read. Raises `NotFound("Order")` when absent or not for `actor` to see."""
    order = orders_visible(actor).select_related("courier", "version").filter(id=order_id).first()
    if order is None:
        raise NotFound(what="Order")
    return order


def access_order_locked(*, actor: AnyActor, order_id: UUID) -> LockedOrder:
    """An order to move, its row locked until the transaction ends. Raises like `access_order`.

    Its courier is not joined: PostgreSQL reads the order anew after it has waited for the lock,
    but not the rows joined to it.
    """
    rows = orders_visible(actor).select_related("version").filter(id=order_id)
    order = rows.select_for_update(of=("self",)).first()
    if order is None:
        raise NotFound(what="Order")
    return LockedOrder(order)


def order_due_set(*, order: LockedOrder, due_at: datetime) -> None:
    """For the layer that knows of its appointment: the order is to be done at another time."""
    order.due_at = due_at
    order.save(update_fields=["due_at"])


def order_lock(order_id: UUID) -> LockedOrder:
    """Lock an order that the caller has already authorised, or that the system works on."""
    return access_order_locked(actor=THE_SYSTEM, order_id=order_id)


def order_act_once(
    *,
    actor: Actor,
    order_id: UUID,
    operation: str,
    key: str,
    at: datetime,
    act: Callable[[LockedOrder], object],
    inputs: Mapping[str, Any] | None = None,
) -> UUID:
    """Carry `act` out on the locked order, once per `key`; answers the order's id.

    `inputs` is what tells two calls apart beside the order, in plain JSON. Raises `NotFound`,
    `IdempotencyKeyReused` and what `act` raises.
    """

    def act_on_order() -> UUID:
        act(access_order_locked(actor=actor, order_id=order_id))
        return order_id

    return idempotent(
        actor_id=actor.person_id,
        operation=operation,
        key=key,
        inputs={"order": order_id, **(inputs or {})},
        at=at,
        act=act_on_order,
    )


def acting_role(
    *, actor: AnyActor, order: Order, roles: frozenset[str], taking: Courier | None = None
) -> str:
    """In which of `roles` the actor acts. Raises `AccessDenied` when in none.

    `taking` is the courier who is about to have the order.
    """
    held = roles & roles_of(actor, order, taking or order.courier)
    for role in (CUSTOMER, COURIER, STAFF, SYSTEM):
        if role in held:
            return role
    raise AccessDenied("FORBIDDEN")


def order_move(
    *,
    order: LockedOrder,
    move: str,
    actor: AnyActor,
    at: datetime,
    courier: Courier | None = None,
    data: Mapping[str, Any] | None = None,
) -> LockedOrder:
    """Carry one move of the table out: check, stamp, count, write the event.

    `courier` is whom the order goes to, where the move gives it to one. `data` is added to the
    event. Raises `AccessDenied` when the move is not for the actor's role, `IllegalMove` when table
    or policy forbid it now; nothing is changed then.
    """
    row, before = ORDER_LIFE.moves[move], order.state
    by = acting_role(actor=actor, order=order, roles=row.roles, taking=courier)
    after = ORDER_LIFE.check(state=before, move=move)
    if move in POLICY and not POLICY[move](list(order.stops.values_list("state", flat=True))):
        raise IllegalMove(state=before, move=move)
    holder = courier or order.courier
    order.state = after
    order.courier = None if after == OrderState.PLACED else holder
    if after == OrderState.ACCEPTED:
        order.accepted_at = at
    elif after == OrderState.PLACED:
        order.accepted_at = None
    elif after == OrderState.DELIVERED:
        order.delivered_at = at
    if after in ENDS:
        order.closed_at = at
    facts = order_facts(order=order, holder=holder, before=before, by=by)
    events_record(
        order=order, events=[(KIND_OF_MOVE[move], {**facts, **(data or {})})], actor=actor, at=at
    )
    _visit_follow(order, at)
    if after == OrderState.COMPLETED:
        customer_spent(person_id=order.customer_id, amount=order.total)
    return order


def _visit_follow(order: LockedOrder, at: datetime) -> None:
    """The courier's time that was booked for the order: over with its work, free without it."""
    if order.booking_id is None:
        return
    if order.state in VISITED:
        visit_finish(booking_id=order.booking_id, at=at)
    elif order.state in UNVISITED:
        visit_release(booking_id=order.booking_id, at=at)
    elif order.state == OrderState.ACCEPTED:
        booking = order.booking
        assert booking is not None
        if booking.courier_id != order.courier_id:
            visit_release(booking_id=booking.id, at=at)


def order_facts(
    *, order: Order, holder: Courier | None, before: str | None, by: str
) -> dict[str, Any]:
    """What the data of every `order.*` event begins with; see events.py."""
    return {
        "order": str(order.id),
        "customer": str(order.customer_id),
        "courier": str(holder.id) if holder else None,
        "from": before,
        "to": str(order.state),
        "by": by,
    }


def events_record(
    *,
    order: LockedOrder,
    events: Sequence[tuple[str, dict[str, Any]]],
    actor: AnyActor,
    at: datetime,
) -> None:
    """Save the order with its next numbers and write `events` (kind, data) under them.

    The row is saved first, since a listener may read it, and may write to the stream itself.
    """
    first = order.seq + 1
    order.seq += len(events)
    order.save(
        update_fields=[
            "state",
            "courier",
            "seq",
            "accepted_at",
            "delivered_at",
            "closed_at",
            "cancellation_fee",
        ]
    )
    for seq, (kind, data) in enumerate(events, start=first):
        event_record(
            kind=kind,
            subject=order.id,
            stream=stream_of(order.id),
            seq=seq,
            actor_id=actor.person_id,
            at=at,
            data=data,
        )
