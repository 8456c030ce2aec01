"""Being on duty, and where."""

from datetime import datetime

from django.db import transaction

from kernel.events import Fact, announce
from kernel.refusals import Refusal
from tenants.access.actors import Actor
from tenants.couriers.events import ON_DUTY
from tenants.couriers.models import Courier, Duty, Presence
from tenants.couriers.selectors import courier_at_work
from tenants.places.geometry import Position


class NotOnDuty(Refusal):
    """Positions are kept only while the courier is on duty."""


@transaction.atomic
def courier_on_duty(
    *, actor: Actor, on_duty: bool, position: Position | None, at: datetime
) -> Presence:
    """Begin or end the actor's duty; saying it twice is saying it once.

    Off duty no position is kept. Raises `NotFound("Courier")` unless the actor is an approved one.
    """
    courier = courier_at_work(actor)
    presence, _ = Presence.objects.select_for_update().get_or_create(
        courier=courier, defaults={"since": at}
    )
    if presence.on_duty != on_duty:
        presence.on_duty, presence.since = on_duty, at
        _count(courier, on_duty, at)
    if not on_duty:
        _see(presence, None, at)
    elif position is not None:
        _see(presence, position, at)
    presence.save()
    if on_duty:
        announce(Fact(kind=ON_DUTY, subject=courier.id, at=at))
    return presence


@transaction.atomic
def courier_position(*, actor: Actor, position: Position, at: datetime) -> Presence:
    """Note where the actor is. Raises `NotOnDuty`, and `NotFound` like `courier_on_duty`."""
    courier = courier_at_work(actor)
    presence = Presence.objects.select_for_update().filter(courier=courier, on_duty=True).first()
    if presence is None:
        raise NotOnDuty
    _see(presence, position, at)
    presence.save()
    return presence


def duty_end(*, courier: Courier, at: datetime) -> None:
    """Close the stretch on duty that is open, if there is one."""
    for duty in Duty.objects.filter(courier=courier, ended_at=None):
        duty.ended_at = max(at, duty.began_at)  # two clocks may differ
        duty.save(update_fields=["ended_at"])


def _count(courier: Courier, on_duty: bool, at: datetime) -> None:
    duty_end(courier=courier, at=at)
    if on_duty:
        Duty.objects.create(courier=courier, began_at=at)


def _see(presence: Presence, position: Position | None, at: datetime) -> None:
    presence.latitude = position.latitude if position else None
    presence.longitude = position.longitude if position else None
    presence.seen_at = at if position else None
