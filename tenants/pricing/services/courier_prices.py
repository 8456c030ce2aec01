"""Couriers' own prices: asked within the operator's band, decided on by staff."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.refusals import NotFound, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.couriers.selectors import courier_at_work
from tenants.couriers.services.agenda import courier_locked
from tenants.journal.audit import audit_record
from tenants.journal.services import event_record
from tenants.pricing.events import COURIER_PRICE_MOVED, COURIER_PRICE_PROPOSED
from tenants.pricing.models import CourierPrice
from tenants.pricing.selectors import courier_bands, service_sold, tariff_current
from tenants.pricing.states import COURIER_PRICE_LIFE

NOTE_LENGTH: Final = 300


class CourierPriceNotAllowed(Refusal):
    """No base price of this service leaves couriers a band to ask within."""


@dataclass(eq=False)
class CourierPriceOutOfBand(Refusal):
    """What the courier asks is `too_low` or `too_high`: the nearest band ends at `bound`.

    Minor units, as decimal digits.
    """

    side: str
    bound: str


@transaction.atomic
def courier_price_propose(
    *, actor: Actor, service_id: UUID, amount: int, at: datetime
) -> CourierPrice:
    """Ask `amount` minor units for a service in place of the base; it waits for staff.

    One that waited already is replaced; one in force stays so until this one is approved. Raises
    `NotFound`, `CourierPriceNotAllowed` and `CourierPriceOutOfBand`.
    """
    courier = courier_locked(courier_at_work(actor).id)
    service_sold(service_id)
    _check_band(service_id, amount)
    mine = CourierPrice.objects.filter(courier=courier, service_id=service_id)
    for waiting in mine.filter(state=CourierPrice.State.PROPOSED):
        _move(waiting, "replace", actor, at)
    others = CourierPrice.objects.filter(
        service_id=service_id, state=CourierPrice.State.APPROVED
    ).exclude(courier=courier)
    asked = list(others.values_list("amount", flat=True))
    price = CourierPrice(
        courier=courier,
        service_id=service_id,
        amount=amount,
        median=int(median(asked)) if asked else None,
        proposed_at=at,
    )
    price.save(force_insert=True)
    _record(price, COURIER_PRICE_PROPOSED, actor, at)
    return price


@transaction.atomic
def courier_price_decide(
    *, actor: Actor, price_id: UUID, approve: bool, reason: str, at: datetime
) -> CourierPrice:
    """Put it in force in place of the courier's former one, or decline it with a reason.

    Raises `NotFound`, `IllegalMove`, `InvalidInput` for a refusal without a reason, and what
    `courier_price_propose` raises of the band, which may have changed since.
    """
    actor.require(Right.PRICES_MANAGE)
    price = _access(Q(id=price_id))
    move = "approve" if approve else "decline"
    COURIER_PRICE_LIFE.check(state=price.state, move=move)
    price.note = line_checked(
        reason, field="reason", max_length=NOTE_LENGTH, min_length=0 if approve else 1
    )
    if approve:
        _check_band(price.service_id, price.amount)
        in_force = CourierPrice.objects.filter(
            courier_id=price.courier_id,
            service_id=price.service_id,
            state=CourierPrice.State.APPROVED,
        )
        for former in in_force:
            _move(former, "replace", actor, at)
    _move(price, move, actor, at)
    audit_record(
        action=COURIER_PRICE_MOVED[move],
        at=at,
        actor_id=actor.person_id,
        data={**_facts(price), "price": str(price.id)},
    )
    return price


@transaction.atomic
def courier_price_withdraw(*, actor: Actor, price_id: UUID, at: datetime) -> CourierPrice:
    """Take it back: one's own, or any for who manages prices. Raises `NotFound`, `IllegalMove`."""
    staff = Right.PRICES_MANAGE in actor.rights
    own = Q() if staff else Q(courier__person_id=actor.person_id)
    price = _access(Q(id=price_id) & own)
    _move(price, "withdraw", actor, at)
    return price


def _access(which: Q) -> CourierPrice:
    """The price, its courier locked. Raises `NotFound("CourierPrice")`."""
    courier_id = CourierPrice.objects.filter(which).values_list("courier_id", flat=True).first()
    if courier_id is None:
        raise NotFound(what="CourierPrice")
    courier_locked(courier_id)
    return CourierPrice.objects.get(which)


def _check_band(service_id: UUID, amount: int) -> None:
    tariff = tariff_current()
    bands = courier_bands(tariff, service_id) if tariff is not None else []
    if not bands:
        raise CourierPriceNotAllowed
    if any(least <= amount <= most for least, most in bands):
        return
    ends = [(abs(end - amount), end) for band in bands for end in band]
    bound = min(ends)[1]
    raise CourierPriceOutOfBand(side="too_low" if amount < bound else "too_high", bound=str(bound))


def _move(price: CourierPrice, move: str, actor: Actor, at: datetime) -> None:
    price.state = COURIER_PRICE_LIFE.check(state=price.state, move=move)
    price.decided_at = at
    price.save(update_fields=["state", "note", "decided_at"])
    _record(price, COURIER_PRICE_MOVED[move], actor, at)


def _record(price: CourierPrice, kind: str, actor: Actor, at: datetime) -> None:
    price.seq += 1
    price.save(update_fields=["seq"])
    event_record(
        kind=kind,
        subject=price.id,
        stream=f"courier_price:{price.id}",
        seq=price.seq,
        actor_id=actor.person_id,
        at=at,
        data=_facts(price),
    )


def _facts(price: CourierPrice) -> dict[str, object]:
    return {
        "courier": str(price.courier_id),
        "service": str(price.service_id),
        "amount": price.amount,
    }
