"""Memberships: staff say who is of which level, and prices heed it."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.refusals import InvalidInput, NotFound
from tenants.access.actors import Actor
from tenants.access.models import Person
from tenants.access.rights import Right
from tenants.journal.audit import audit_record
from tenants.promotions.models import Membership
from tenants.promotions.selectors import LEVEL


@transaction.atomic
def membership_set(
    *,
    actor: Actor,
    person_id: UUID,
    level: str | None,
    valid_until: datetime | None,
    at: datetime,
) -> Membership | None:
    """Give a person a level until `valid_until`, or for good; without a level, none any more.

    Quotes that were made keep their price. Raises `NotFound` and `InvalidInput`.
    """
    actor.require(Right.PRICES_MANAGE)
    # Two at once: the row of the person is there before a membership is.
    if not Person.objects.select_for_update().filter(id=person_id).exists():
        raise NotFound(what="Person")
    if level is not None and not re.fullmatch(LEVEL, level):
        raise InvalidInput(field="level", reason=f"a key like {LEVEL}")
    if valid_until is not None and (level is None or valid_until <= at):
        raise InvalidInput(field="validUntil", reason="ahead, and of a level")
    if level is None:
        Membership.objects.filter(person_id=person_id).delete()
        membership = None
    else:
        membership, _ = Membership.objects.update_or_create(
            person_id=person_id,
            defaults={"level": level, "valid_until": valid_until, "set_at": at},
        )
    audit_record(
        action="membership.set",
        at=at,
        actor_id=actor.person_id,
        data={
            "person": str(person_id),
            "level": level,
            "until": valid_until.isoformat() if valid_until else None,
        },
    )
    return membership
