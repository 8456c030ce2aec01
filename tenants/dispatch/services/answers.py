"""A courier's answer to an offer: exactly one acceptance wins."""

from datetime import datetime
from uuid import UUID

from kernel.refusals import NotFound, Refusal
from tenants.access.actors import Actor
from tenants.couriers.selectors import courier_at_work
from tenants.dispatch.models import Assignment, Offer
from tenants.dispatch.services.rounds import offers_end, offers_withdraw, round_close
from tenants.journal.services import idempotent
from tenants.orders.services.moves import LockedOrder, access_order, order_lock, order_move
from tenants.orders.states import ORDER_LIFE


class OfferGone(Refusal):
    """The offer has expired, was withdrawn or answered: somebody else may have the order."""


def access_offer_locked(*, actor: Actor, offer_id: UUID, at: datetime) -> tuple[LockedOrder, Offer]:
    """The actor's own open offer with its order, locked. Raises `OfferGone`, `NotFound("Offer")`.

    The order's lock is what two couriers at the same instant wait for: the offer is read under it.
    """
    courier = courier_at_work(actor)
    own = Offer.objects.filter(id=offer_id, courier=courier)
    order_id = own.values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(what="Offer")
    order = order_lock(order_id)
    offer = own.select_related("courier").get()
    to_be_had = order.state in ORDER_LIFE.moves["accept"].sources
    if offer.state != Offer.State.OPEN or offer.expires_at <= at or not to_be_had:
        raise OfferGone
    return order, offer


def offer_accept(*, actor: Actor, offer_id: UUID, key: str, at: datetime) -> UUID:
    """Take the order, once per `key`; every other offer of it ends. Answers the order's id.

    Raises `OfferGone`, `NotFound` and `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        order, offer = access_offer_locked(actor=actor, offer_id=offer_id, at=at)
        mine = Offer.objects.filter(id=offer.id)
        offers_end(order=order, offers=mine, state=Offer.State.ACCEPTED, actor=actor, at=at)
        offers_withdraw(order=order, actor=actor, at=at)
        Assignment.objects.create(order=order, courier=offer.courier, created_at=at)
        order_move(order=order, move="accept", actor=actor, at=at, courier=offer.courier)
        return order.id

    order_id = idempotent(
        actor_id=actor.person_id,
        operation="offer_accept",
        key=key,
        inputs={"offer": offer_id},
        at=at,
        act=act,
    )
    # Said again after the order went to somebody else, the stored answer is not the actor's to see.
    return access_order(actor=actor, order_id=order_id).id


def offer_decline(*, actor: Actor, offer_id: UUID, key: str, at: datetime) -> UUID:
    """Say no, once per `key`. The last no of a round begins the next. Answers the offer's id.

    Raises `OfferGone`, `NotFound` and `IdempotencyKeyReused`.
    """

    def act() -> UUID:
        order, offer = access_offer_locked(actor=actor, offer_id=offer_id, at=at)
        mine = Offer.objects.filter(id=offer.id)
        offers_end(order=order, offers=mine, state=Offer.State.DECLINED, actor=actor, at=at)
        round_close(order=order, at=at)
        return offer.id

    return idempotent(
        actor_id=actor.person_id,
        operation="offer_decline",
        key=key,
        inputs={"offer": offer_id},
        at=at,
        act=act,
    )
