"""When an order cannot be fulfilled at a stop: a second try, or back to the sender."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.files import Upload
from tenants.access.actors import Actor
from tenants.journal.services import idempotent
from tenants.orders.events import UndeliverableReason
from tenants.orders.models import Order, Stop
from tenants.orders.services.moves import access_order_locked, order_move
from tenants.orders.services.proofs import photo_keep, photo_prove, upload_digest
from tenants.orders.states import ORDER_LIFE


@transaction.atomic
def order_report_undeliverable(
    *,
    actor: Actor,
    order_id: UUID,
    reason: UndeliverableReason,
    at: datetime,
) -> Order:
    """Say that the current stop cannot be done. Raises `IllegalMove` and `NotFound`."""
    order = access_order_locked(actor=actor, order_id=order_id)
    return order_move(
        order=order, move="give_up", actor=actor, at=at, data={"reason": reason.value}
    )


@transaction.atomic
def order_retry(*, actor: Actor, order_id: UUID, at: datetime) -> Order:
    """Send the courier to the current stop once more. Raises `IllegalMove` and `NotFound`."""
    order = access_order_locked(actor=actor, order_id=order_id)
    order_move(order=order, move="retry", actor=actor, at=at)
    order.stops.filter(state=Stop.State.ARRIVED).update(state=Stop.State.PENDING, arrived_at=None)
    return order


@transaction.atomic
def order_return(*, actor: Actor, order_id: UUID, at: datetime) -> Order:
    """Have what was picked up brought back to the sender. Raises `IllegalMove` and `NotFound`."""
    order = access_order_locked(actor=actor, order_id=order_id)
    return order_move(order=order, move="return_to_sender", actor=actor, at=at)


def order_hand_back(*, actor: Actor, order_id: UUID, photo: Upload, key: str, at: datetime) -> UUID:
    """Hand it back where it was picked up, with a photo as proof. Answers the order's id.

    Raises `IllegalMove`, `NotFound`, `IdempotencyKeyReused`, and what `photo_keep` raises.
    """

    def act() -> UUID:
        order = access_order_locked(actor=actor, order_id=order_id)
        ORDER_LIFE.check(state=order.state, move="hand_back")
        first, courier = order.stops.all()[0], order.courier
        assert courier is not None
        with photo_keep(photo, order) as kept:
            order_move(order=order, move="hand_back", actor=actor, at=at)
            photo_prove(stop=first, courier=courier, photo=kept, at=at)
        return order.id

    return idempotent(
        actor_id=actor.person_id,
        operation="order_hand_back",
        key=key,
        inputs={"order": order_id, "photo": upload_digest(photo)},
        at=at,
        act=act,
    )
