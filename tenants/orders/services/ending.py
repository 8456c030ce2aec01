"""How an order ends: confirmed by the customer or by time, or cancelled."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.meters import Meter
from tenants.access.actors import SYSTEM, Actor, AnyActor
from tenants.journal.usage import usage_note
from tenants.orders.events import CancelReason
from tenants.orders.models import OrderState
from tenants.orders.selectors import roles_of
from tenants.orders.services.moves import LockedOrder, order_act_once, order_lock, order_move
from tenants.orders.states import ORDER_LIFE, STAFF


def order_cancel(
    *, actor: Actor, order_id: UUID, reason: CancelReason, key: str, at: datetime
) -> UUID:
    """Cancel: the customer before acceptance, staff until something was handed over.

    Answers the order's id. Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def cancel(order: LockedOrder) -> None:
        is_staff = STAFF in roles_of(actor, order, order.courier)
        under_way = order.state in ORDER_LIFE.moves["abort"].sources
        move = "abort" if is_staff and under_way else "cancel"
        order_move(order=order, move=move, actor=actor, at=at, data={"reason": reason.value})

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="order_cancel",
        key=key,
        at=at,
        act=cancel,
        inputs={"reason": reason.value},
    )


def order_confirm(*, actor: Actor, order_id: UUID, key: str, at: datetime) -> UUID:
    """The customer has what they ordered: the money is released. Answers the order's id.

    Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="order_confirm",
        key=key,
        at=at,
        act=lambda order: _confirm(order, actor, at),
    )


@transaction.atomic
def order_confirm_by_time(*, order_id: UUID, at: datetime) -> None:
    """Confirm a delivered order in the customer's silence; nothing to do in any other state."""
    order = order_lock(order_id)
    if order.state == OrderState.DELIVERED:
        _confirm(order, SYSTEM, at)


def _confirm(order: LockedOrder, actor: AnyActor, at: datetime) -> None:
    """The history has what the operator keeps and what the whole cost; it is turnover now."""
    data = {"total": order.total, "commission": order.commission, "currency": order.currency}
    order_move(order=order, move="confirm", actor=actor, at=at, data=data)
    usage_note(Meter.TURNOVER, order.total, at=at)
