"""What a courier has shown that they can do: set by staff, asked for by services."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.couriers.models import Courier
from tenants.couriers.services.reviewing import access_courier_for_review

MAX_EXAMS: Final = 50
HIGHEST_LEVEL: Final = 9
KEY_LENGTH: Final = 40


@transaction.atomic
def courier_qualify(
    *,
    actor: Actor,
    courier_id: UUID,
    exams: Sequence[str],
    level: int,
    gender: str | None,
    at: datetime,
) -> Courier:
    """Set the exams that a courier has passed, by key, their level, and their gender if they say.

    Raises `NotFound` and `InvalidInput`.
    """
    courier = access_courier_for_review(actor=actor, courier_id=courier_id)
    if not 0 <= level <= HIGHEST_LEVEL:
        raise InvalidInput(field="level", reason=f"between 0 and {HIGHEST_LEVEL}")
    if len(exams) > MAX_EXAMS or any(not 1 <= len(key) <= KEY_LENGTH for key in exams):
        raise InvalidInput(
            field="exams", reason=f"at most {MAX_EXAMS} keys of 1 to {KEY_LENGTH} characters"
        )
    if gender is not None and gender not in Courier.Gender:
        raise InvalidInput(field="gender", reason=f"one of {', '.join(Courier.Gender)}")
    courier.exams = sorted(set(exams))
    courier.level = level
    courier.gender = gender or ""
    courier.qualified_at = at
    courier.save(update_fields=["exams", "level", "gender", "qualified_at"])
    return courier
