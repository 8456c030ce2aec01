"""When an order cannot be fulfilled at a stop: a second try, or back to the sender."""

from datetime import datetime
from uuid import UUID

from kernel.files import Upload
from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.orders.events import UndeliverableReason
from tenants.orders.models import Stop
from tenants.orders.services.moves import LockedOrder, acting_role, order_act_once, order_move
from tenants.orders.services.proofs import photo_proof, upload_digest
from tenants.orders.states import COURIER, ORDER_LIFE, current_stop


def order_report_undeliverable(
    *,
    actor: Actor,
    order_id: UUID,
    reason: UndeliverableReason,
    photo: Upload | None,
    key: str,
    at: datetime,
) -> UUID:
    """Say that the current stop cannot be done; the courier may show why. Answers the order's id.

    Raises `IllegalMove`, `NotFound`, `InvalidInput` for a photo by somebody who is not there,
    `IdempotencyKeyReused`, and what `photo_proof` raises.
    """

    def give_up(order: LockedOrder) -> None:
        by = acting_role(actor=actor, order=order, roles=ORDER_LIFE.moves["give_up"].roles)
        if photo is not None and by != COURIER:
            raise InvalidInput(field="photo", reason="only the courier is there to take one")
        ORDER_LIFE.check(state=order.state, move="give_up")
        stop, courier = current_stop(list(order.stops.all())), order.courier
        assert stop is not None and courier is not None
        with photo_proof(photo, stop=stop, courier=courier, at=at):
            data = {"reason": reason.value}
            order_move(order=order, move="give_up", actor=actor, at=at, data=data)

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="order_report_undeliverable",
        key=key,
        at=at,
        act=give_up,
        inputs={"reason": reason.value, "photo": upload_digest(photo)},
    )


def order_retry(*, actor: Actor, order_id: UUID, key: str, at: datetime) -> UUID:
    """Send the courier to the current stop once more. Answers the order's id.

    Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def retry(order: LockedOrder) -> None:
        order_move(order=order, move="retry", actor=actor, at=at)
        stops = order.stops.filter(state=Stop.State.ARRIVED)
        stops.update(state=Stop.State.PENDING, arrived_at=None)

    return order_act_once(
        actor=actor, order_id=order_id, operation="order_retry", key=key, at=at, act=retry
    )


def order_return(*, actor: Actor, order_id: UUID, key: str, at: datetime) -> UUID:
    """Have what was picked up brought back to the sender. Answers the order's id.

    Raises `IllegalMove`, `NotFound` and `IdempotencyKeyReused`.
    """

    def send_back(order: LockedOrder) -> None:
        order_move(order=order, move="return_to_sender", actor=actor, at=at)

    return order_act_once(
        actor=actor, order_id=order_id, operation="order_return", key=key, at=at, act=send_back
    )


def order_hand_back(*, actor: Actor, order_id: UUID, photo: Upload, key: str, at: datetime) -> UUID:
    """Hand it back where it was picked up, with a photo as proof. Answers the order's id.

    Raises `IllegalMove`, `NotFound`, `IdempotencyKeyReused`, and what `photo_proof` raises.
    """

    def hand_back(order: LockedOrder) -> None:
        ORDER_LIFE.check(state=order.state, move="hand_back")
        first, courier = order.stops.all()[0], order.courier
        assert courier is not None
        with photo_proof(photo, stop=first, courier=courier, at=at):
            order_move(order=order, move="hand_back", actor=actor, at=at)

    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="order_hand_back",
        key=key,
        at=at,
        act=hand_back,
        inputs={"photo": upload_digest(photo)},
    )
