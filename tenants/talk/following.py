"""Couriers whom a person keeps at hand."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.modules import Module, module_check, module_on
from tenants.couriers.models import Courier
from tenants.talk.models import Following

MAX_FOLLOWED: Final = 100


@transaction.atomic
def courier_follow(*, actor: Actor, courier_id: UUID, followed: bool, at: datetime) -> UUID:
    """Follow a courier, or no longer; twice is as good as once. Answers the courier's id.

    Raises `NotFound` for one who is not approved, `InvalidInput` beyond `MAX_FOLLOWED`, and
    `ModuleOff`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    module_check(Module.FOLLOWING)
    courier = Courier.objects.filter(id=courier_id, state=Courier.State.APPROVED).first()
    if courier is None:
        raise NotFound(what="Courier")
    own = Following.objects.filter(person_id=actor.person_id)
    if not followed:
        own.filter(courier=courier).delete()
        return courier.id
    # One at a time: two would each count one too few.
    transaction_lock("talk.following", actor.person_id)
    if own.exclude(courier=courier).count() >= MAX_FOLLOWED:
        raise InvalidInput(field="courierId", reason=f"at most {MAX_FOLLOWED} couriers")
    own.get_or_create(person_id=actor.person_id, courier=courier, defaults={"since": at})
    return courier.id


def followed_by(actor: Actor) -> QuerySet[Courier]:
    """Those approved whom the actor follows, the latest first."""
    own = Courier.objects.filter(state=Courier.State.APPROVED, followers__person_id=actor.person_id)
    return own.filter(module_on(Module.FOLLOWING)).order_by("-followers__since", "-followers__id")
