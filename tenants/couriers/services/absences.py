"""Leave: asked for by a courier, decided on by whoever manages orders."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from kernel.events import Fact, announce
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.couriers.events import ABSENCE_APPROVED
from tenants.couriers.models import Absence
from tenants.couriers.selectors import courier_at_work
from tenants.couriers.services.agenda import courier_locked
from tenants.couriers.states import ABSENCE_LIFE

LONGEST: Final = timedelta(days=180)
AHEAD: Final = timedelta(days=366)
MAX_OPEN: Final = 50


@transaction.atomic
def absence_ask(
    *, actor: Actor, starts_at: datetime, ends_at: datetime, reason: str, at: datetime
) -> Absence:
    """Ask for leave. Raises `InvalidInput` unless it is a time ahead of at most half a year."""
    courier = courier_locked(courier_at_work(actor).id)
    if ends_at <= starts_at:
        raise InvalidInput(field="endsAt", reason="after startsAt")
    if ends_at <= at:
        raise InvalidInput(field="endsAt", reason="ahead")
    if starts_at > at + AHEAD:
        raise InvalidInput(field="startsAt", reason=f"within {AHEAD.days} days")
    if ends_at - starts_at > LONGEST:
        raise InvalidInput(field="endsAt", reason=f"at most {LONGEST.days} days")
    open_ = Absence.objects.filter(courier=courier, state=Absence.State.ASKED)
    if open_.count() >= MAX_OPEN:
        raise InvalidInput(field="startsAt", reason=f"{MAX_OPEN} wait for a decision already")
    return Absence.objects.create(
        courier=courier,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=line_checked(reason, field="reason", max_length=300, min_length=0),
        asked_at=at,
    )


@transaction.atomic
def absence_decide(*, actor: Actor, absence_id: UUID, approve: bool, at: datetime) -> Absence:
    """Grant the leave or not. Raises `IllegalMove`, `NotFound`, and what listeners raise."""
    actor.require(Right.ORDERS_MANAGE)
    absence = _access(Q(id=absence_id))
    absence.state = ABSENCE_LIFE.check(
        state=absence.state, move="approve" if approve else "decline"
    )
    absence.decided_at = at
    absence.save(update_fields=["state", "decided_at"])
    if approve:
        announce(
            Fact(
                kind=ABSENCE_APPROVED,
                subject=absence.id,
                at=at,
                data={
                    "courier": str(absence.courier_id),
                    "starts": absence.starts_at.isoformat(),
                    "ends": absence.ends_at.isoformat(),
                },
            )
        )
    return absence


@transaction.atomic
def absence_withdraw(*, actor: Actor, absence_id: UUID, at: datetime) -> Absence:
    """Take it back, one's own or, for who manages orders, any. Raises `IllegalMove`, `NotFound`."""
    staff = Right.ORDERS_MANAGE in actor.rights
    own = Q() if staff else Q(courier__person_id=actor.person_id)
    absence = _access(Q(id=absence_id) & own)
    absence.state = ABSENCE_LIFE.check(state=absence.state, move="withdraw")
    absence.decided_at = at
    absence.save(update_fields=["state", "decided_at"])
    return absence


def _access(which: Q) -> Absence:
    """The absence, its courier's agenda locked. Raises `NotFound("Absence")`."""
    courier_id = Absence.objects.filter(which).values_list("courier_id", flat=True).first()
    if courier_id is None:
        raise NotFound(what="Absence")
    courier_locked(courier_id)
    return Absence.objects.get(which)
