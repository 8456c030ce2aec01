"""Rounds of offers: some couriers are asked at once, for a minute, until one has the order.

A job may run twice, so each function looks at the order under its lock first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from kernel.jobs import defer
from tenants.access.actors import SYSTEM, AnyActor
from tenants.booking.models import BookingState
from tenants.dispatch.events import KIND_OF_STATE, offer_facts
from tenants.dispatch.models import Offer
from tenants.dispatch.selectors import couriers_to_ask
from tenants.orders.models import Order, OrderState
from tenants.orders.services.moves import LockedOrder, events_record, order_lock, order_move

OFFER_SECONDS: Final = 60
ROUNDS_AT_ONCE: Final = 30
"""Rounds that follow one another directly; later ones wait the longest pause."""

FIRST_PAUSE_SECONDS: Final = 15
LONGEST_PAUSE_SECONDS: Final = 300


@transaction.atomic
def offer_round(*, order_id: UUID, attempt: int, at: datetime) -> None:
    """Offer a placed order to whoever can take it. Nothing to do in any other state, and while a
    courier is booked for it.

    With nobody to ask it tries again later, waiting twice as long each time; `attempt` counts them.
    """
    order = order_lock(order_id)
    if order.state != OrderState.PLACED or is_booked(order):
        return
    couriers = couriers_to_ask(order=order, at=at)
    if not couriers:
        pause = min(FIRST_PAUSE_SECONDS << min(attempt, 8), LONGEST_PAUSE_SECONDS)
        round_defer(order.id, run_at=at + timedelta(seconds=pause), attempt=attempt + 1)
        return
    number = _rounds(order) + 1
    expires_at = at + timedelta(seconds=OFFER_SECONDS)
    offers = Offer.objects.bulk_create(
        Offer(order=order, courier=courier, round=number, created_at=at, expires_at=expires_at)
        for courier in couriers
    )
    data = {"round": number, "offers": len(offers)}
    order_move(order=order, move="offer", actor=SYSTEM, at=at, data=data)
    _record(order, Offer.State.OPEN, offers, SYSTEM, at)
    defer("dispatch.expire_offers", run_at=expires_at, order=str(order.id), number=number)


def offer_waiting(*, at: datetime) -> None:
    """Offer every placed order, the oldest first: there is a courier more to ask."""
    waiting = (
        Order.objects.filter(state=OrderState.PLACED)
        .exclude(booking__state=BookingState.BOOKED)
        .order_by("placed_at", "id")
    )
    for order_id in list(waiting.values_list("id", flat=True)):
        offer_round(order_id=order_id, attempt=0, at=at)


def is_booked(order: Order) -> bool:
    """Whether a courier's time is booked for it, which was not given back."""
    return order.booking is not None and order.booking.state == BookingState.BOOKED


def round_defer(order_id: UUID, *, run_at: datetime | None = None, attempt: int = 0) -> None:
    """Have an order offered: now, or at `run_at`, for which at most one round waits."""
    once = f"offer_round:{order_id}" if run_at else None
    defer("dispatch.offer_round", run_at=run_at, once=once, order=str(order_id), attempt=attempt)


@transaction.atomic
def offers_expire(*, order_id: UUID, number: int, at: datetime) -> None:
    """End the offers of round `number` that nobody answered; with none left open, ask again."""
    order = order_lock(order_id)
    offers = Offer.objects.filter(order=order, round=number)
    if offers_end(order=order, offers=offers, state=Offer.State.EXPIRED, actor=SYSTEM, at=at):
        round_close(order=order, at=at)


def round_close(*, order: LockedOrder, at: datetime) -> None:
    """When no offer of an offered order is open any more, take it back and begin a new round."""
    still_open = Offer.objects.filter(order=order, state=Offer.State.OPEN).exists()
    if still_open or order.state != OrderState.OFFERED:
        return
    order_move(order=order, move="withdraw_offers", actor=SYSTEM, at=at)
    waits = _rounds(order) >= ROUNDS_AT_ONCE
    round_defer(order.id, run_at=at + timedelta(seconds=LONGEST_PAUSE_SECONDS) if waits else None)


def offers_withdraw(*, order: LockedOrder, actor: AnyActor, at: datetime) -> None:
    """End every open offer of `order`: somebody has it, or nobody is to have it."""
    offers = Offer.objects.filter(order=order)
    offers_end(order=order, offers=offers, state=Offer.State.WITHDRAWN, actor=actor, at=at)


def offers_end(
    *,
    order: LockedOrder,
    offers: QuerySet[Offer],
    state: Offer.State,
    actor: AnyActor,
    at: datetime,
) -> list[Offer]:
    """Bring those of `offers` that are open to `state`, with an event each, and answer them."""
    ended = list(offers.filter(state=Offer.State.OPEN).select_related("courier").order_by("id"))
    if ended:
        Offer.objects.filter(id__in=[offer.id for offer in ended]).update(
            state=state, answered_at=at
        )
        _record(order, state, ended, actor, at)
    return ended


def _record(
    order: LockedOrder, state: Offer.State, offers: Sequence[Offer], actor: AnyActor, at: datetime
) -> None:
    events = [(KIND_OF_STATE[state], offer_facts(offer, state)) for offer in offers]
    events_record(order=order, events=events, actor=actor, at=at)


def _rounds(order: Order) -> int:
    last: int | None = Offer.objects.filter(order=order).aggregate(last=Max("round"))["last"]
    return last or 0
