"""The courier's way through an order: depart, arrive, complete the stop, and again to the last."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from kernel.events import Fact
from kernel.files import Upload
from kernel.jobs import defer
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.texts import line_checked
from kernel.transitions import IllegalMove
from tenants.access.actors import Actor
from tenants.access.attempts import attempt_begin, attempt_succeed
from tenants.catalog.declaration import Need, StopDeclaration
from tenants.orders.models import Order, OrderState, PaymentMethod, Stop
from tenants.orders.services.moves import (
    LockedOrder,
    access_order,
    acting_role,
    order_act_once,
    order_move,
)
from tenants.orders.services.proofs import photo_proof, pin_prove, upload_digest
from tenants.orders.states import COURIER, ORDER_LIFE, POLICY, current_stop
from tenants.orders.work import work_now

CONFIRM_AFTER: Final = timedelta(hours=24)
"""How long after delivery an order counts as confirmed when the customer says nothing."""


class PinWrong(Refusal):
    """This is not the number that the customer was given."""


@dataclass(eq=False)
class ProofMissing(Refusal):
    """The service asks for a proof at this stop: `proof` is `photo` or `pin`."""

    proof: str


@dataclass(eq=False)
class StepMissing(Refusal):
    """A step of the work at this stop is not done yet: `step` is its key."""

    step: str


class PaymentNotConfirmed(Refusal):
    """The courier has to say that the customer paid before the last stop is done."""


def order_depart(*, actor: Actor, order_id: UUID, key: str, at: datetime) -> UUID:
    """Set out for the current stop. Answers the order's id.

    Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def depart(order: LockedOrder) -> None:
        order_move(order=order, move="depart", actor=actor, at=at, data=_current(order))

    return order_act_once(
        actor=actor, order_id=order_id, operation="order_depart", key=key, at=at, act=depart
    )


def order_arrive(*, actor: Actor, order_id: UUID, key: str, at: datetime) -> UUID:
    """Be at the current stop. Answers the order's id.

    Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def arrive(order: LockedOrder) -> None:
        data = _current(order)
        order_move(order=order, move="arrive", actor=actor, at=at, data=data)
        Stop.objects.filter(id=data["stop"]).update(state=Stop.State.ARRIVED, arrived_at=at)

    return order_act_once(
        actor=actor, order_id=order_id, operation="order_arrive", key=key, at=at, act=arrive
    )


def _current(order: Order) -> dict[str, str]:
    """What the events of the way say of the stop they are about."""
    stop = current_stop(list(order.stops.all()))
    return {"stop": str(stop.id)} if stop else {}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the courier brings to complete a stop."""

    photo: Upload | None
    pin: str | None
    cash_collected: bool


def stop_complete(
    *, actor: Actor, order_id: UUID, stop_id: UUID, evidence: Evidence, key: str, at: datetime
) -> UUID:
    """Complete the current stop with its proofs; the last one delivers. Answers the order's id.

    The PIN is tried first, outside the transaction, so that wrong ones are counted whatever comes.
    Raises `PinWrong`, `TooManyAttempts`, `ProofMissing`, `StepMissing`, `PaymentNotConfirmed`,
    `IllegalMove`, `NotFound`, `IdempotencyKeyReused`, and what `photo_proof` raises.
    """
    if evidence.pin is not None:
        line_checked(evidence.pin, field="pin", max_length=12)
    order = access_order(actor=actor, order_id=order_id)
    acting_role(actor=actor, order=order, roles=frozenset({COURIER}))
    stop = order.stops.filter(id=stop_id).first()
    if stop is None:
        raise NotFound(what="Stop")
    pin_is_right = _pin_try(actor, order, stop, evidence.pin, at)
    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="stop_complete",
        key=key,
        at=at,
        act=lambda locked: _complete(locked, stop_id, actor, evidence, pin_is_right, at),
        inputs={
            "stop": stop_id,
            "photo": upload_digest(evidence.photo),
            "pin": evidence.pin,
            "cash": evidence.cash_collected,
        },
    )


def _pin_try(actor: Actor, order: Order, stop: Stop, pin: str | None, at: datetime) -> bool:
    """Whether `pin` was tried and is right. Raises `PinWrong` and `TooManyAttempts`.

    Only tried where it can matter: at the door, and not when a completed stop is sent once more.
    """
    if pin is None or stop.pin is None or order.state != OrderState.ARRIVED:
        return False
    if stop.state != Stop.State.ARRIVED:
        return False
    attempt = attempt_begin(
        kind="receipt_pin", subject=str(stop.id), actor_id=actor.person_id, at=at
    )
    if not (pin.isascii() and hmac.compare_digest(pin, stop.pin)):
        raise PinWrong
    attempt_succeed(attempt)
    return True


def _complete(
    order: LockedOrder,
    stop_id: UUID,
    actor: Actor,
    evidence: Evidence,
    pin_is_right: bool,
    at: datetime,
) -> None:
    """Check everything, keep the proofs, move the order."""
    stops = list(order.stops.all())
    stop = next(stop for stop in stops if stop.id == stop_id)
    is_last = POLICY["deliver"]([stop.state for stop in stops])
    move = "deliver" if is_last else "complete_stop"
    ORDER_LIFE.check(state=order.state, move=move)
    if stop != current_stop(stops):
        raise IllegalMove(state=stop.state, move=move)
    work = work_now(order)
    if missing := work.missing(stop):
        raise StepMissing(step=missing.key)
    _check_proofs(work.stops[stop.position], evidence, pin_is_right)
    data: dict[str, Any] = {"stop": str(stop.id)}
    if is_last and order.payment_method == PaymentMethod.ON_DELIVERY:
        if not evidence.cash_collected:
            raise PaymentNotConfirmed
        data |= {"collected": order.total, "currency": order.currency}
    courier = order.courier
    assert courier is not None
    with photo_proof(evidence.photo, stop=stop, courier=courier, at=at):
        if pin_is_right:
            pin_prove(stop=stop, courier=courier, at=at)
        # Before the stop is done: the policy of a move judges the stops as they were.
        order_move(order=order, move=move, actor=actor, at=at, data=data)
        stop.state, stop.done_at = Stop.State.DONE, at
        stop.save(update_fields=["state", "done_at"])
        if is_last:
            _confirm_later(order.id, at)


def confirmations_wait(fact: Fact) -> None:
    """A listener: the delivered orders that were restored wait for their customers' silence."""
    delivered = Order.objects.filter(state=OrderState.DELIVERED)
    for order_id, delivered_at in delivered.values_list("id", "delivered_at"):
        if delivered_at is not None:
            _confirm_later(order_id, delivered_at)


def _confirm_later(order_id: UUID, delivered_at: datetime) -> None:
    defer("orders.confirm", run_at=delivered_at + CONFIRM_AFTER, order=str(order_id))


def _check_proofs(asked: StopDeclaration, evidence: Evidence, pin_is_right: bool) -> None:
    for name, need, given, good in (
        ("photo", asked.photo, evidence.photo is not None, evidence.photo is not None),
        ("pin", asked.pin, evidence.pin is not None, pin_is_right),
    ):
        if need is Need.OFF and given:
            raise InvalidInput(field=name, reason="this stop does not ask for it")
        if need is Need.REQUIRED and not good:
            raise ProofMissing(proof=name)
