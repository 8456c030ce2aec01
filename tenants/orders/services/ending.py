"""How an order ends: confirmed by the customer or by time, or cancelled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kernel.meters import Meter
from kernel.transitions import IllegalMove
from tenants.access.actors import SYSTEM, Actor, AnyActor
from tenants.journal.usage import usage_note
from tenants.orders.events import CancelReason
from tenants.orders.models import OrderState
from tenants.orders.selectors import cancel_fee, roles_of
from tenants.orders.services.moves import LockedOrder, order_act_once, order_lock, order_move
from tenants.orders.states import CUSTOMER, ORDER_LIFE, STAFF, cancel_fee_bps


def order_cancel(
    *, actor: Actor, order_id: UUID, reason: CancelReason, key: str, at: datetime
) -> UUID:
    """Cancel: the customer by the terms of the order, staff until something was handed over.

    What it costs the customer is kept with the order; staff cancel for nothing. Answers the order's
    id. Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def cancel(order: LockedOrder) -> None:
        roles = roles_of(actor, order, order.courier)
        under_way = order.state in ORDER_LIFE.moves["abort"].sources
        data: dict[str, Any] = {"reason": reason.value}
        move = "cancel"
        if STAFF in roles:
            move = "abort" if under_way else "cancel"
        elif CUSTOMER in roles:
            move = "call_off" if under_way else "cancel"
            order.cancellation_fee = _fee(order, move)
            data |= {"fee": order.cancellation_fee, "currency": order.currency}
        order_move(order=order, move=move, actor=actor, at=at, data=data)

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="order_cancel",
        key=key,
        at=at,
        act=cancel,
        inputs={"reason": reason.value},
    )


def _fee(order: LockedOrder, move: str) -> int:
    """Minor units, of the total without goods. Raises `IllegalMove` where the terms forbid it."""
    ORDER_LIFE.check(state=order.state, move=move)
    bps = cancel_fee_bps(order)
    if bps is None:
        raise IllegalMove(state=order.state, move=move)
    return cancel_fee(order, bps)


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
