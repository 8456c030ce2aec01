"""Who has an order: by a dispatcher's word, given back, or ended with the order."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.couriers.models import Courier
from tenants.couriers.selectors import courier_approved
from tenants.dispatch.models import Assignment
from tenants.dispatch.services.rounds import offers_withdraw, round_defer
from tenants.orders.events import GiveBackReason
from tenants.orders.services.moves import LockedOrder, order_act_once, order_move


def order_assign(*, actor: Actor, order_id: UUID, courier_id: UUID, key: str, at: datetime) -> UUID:
    """Give the order to an approved courier, from another one if need be. Answers the order's id.

    Raises `IllegalMove`, `NotFound` (Order, Courier), `InvalidInput`, `IdempotencyKeyReused`.
    """

    def assign(order: LockedOrder) -> None:
        courier = courier_approved(Q(id=courier_id))
        if courier == order.courier or courier.person_id == order.customer_id:
            raise InvalidInput(field="courierId", reason="has the order, or placed it")
        before = order.courier_id
        offers_withdraw(order=order, actor=actor, at=at)
        order_move(
            order=order,
            move="assign",
            actor=actor,
            at=at,
            courier=courier,
            data={"previous_courier": str(before) if before else None},
        )
        assignment_end(order_id=order.id, outcome=Assignment.Outcome.REASSIGNED, at=at)
        Assignment.objects.create(order=order, courier=courier, created_at=at)

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="order_assign",
        key=key,
        at=at,
        act=assign,
        inputs={"courier": courier_id},
    )


def assignment_give_back(
    *, actor: Actor, order_id: UUID, reason: GiveBackReason, key: str, at: datetime
) -> UUID:
    """Give an accepted order back before setting out; others are asked at once.

    Counted against the courier when it is they who give it back. Answers the order's id. Raises
    `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def give_back(order: LockedOrder) -> None:
        courier = order.courier
        order_move(order=order, move="give_back", actor=actor, at=at, data={"reason": reason.value})
        assert courier is not None
        assignment_end(
            order_id=order.id, outcome=Assignment.Outcome.GIVEN_BACK, at=at, reason=reason.value
        )
        if courier.person_id == actor.person_id:
            Courier.objects.filter(id=courier.id).update(given_back_count=F("given_back_count") + 1)
        round_defer(order.id)

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="assignment_give_back",
        key=key,
        at=at,
        act=give_back,
        inputs={"reason": reason.value},
    )


def assignment_end(
    *, order_id: UUID, outcome: Assignment.Outcome, at: datetime, reason: str = ""
) -> None:
    """End the open assignment of the order, where there is one."""
    Assignment.objects.filter(order_id=order_id, ended_at=None).update(
        outcome=outcome, ended_at=at, reason=reason
    )
