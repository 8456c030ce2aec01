"""How the operator takes appointments."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kernel.events import Fact, announce
from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking.events import TERMS_SET
from tenants.booking.models import BookingTerms

LONGEST_MINUTES: Final = 7 * 24 * 60
FARTHEST_DAYS: Final = 180


@transaction.atomic
def booking_terms_set(
    *, actor: Actor, lead_minutes: int, horizon_days: int, notice_minutes: int, at: datetime
) -> BookingTerms:
    """Say from when ahead until when slots are offered, and until when they can be given back.

    Both minutes up to a week, the days from 1 to 180. What stands already stays. Raises
    `InvalidInput`.
    """
    actor.require(Right.ORDERS_MANAGE)
    for minutes, field in ((lead_minutes, "leadMinutes"), (notice_minutes, "noticeMinutes")):
        if not 0 <= minutes <= LONGEST_MINUTES:
            raise InvalidInput(field=field, reason=f"between 0 and {LONGEST_MINUTES}")
    if not 1 <= horizon_days <= FARTHEST_DAYS:
        raise InvalidInput(field="horizonDays", reason=f"between 1 and {FARTHEST_DAYS}")
    if timedelta(minutes=lead_minutes) >= timedelta(days=horizon_days):
        raise InvalidInput(field="leadMinutes", reason="before the horizon, or nothing is offered")
    row, _ = BookingTerms.objects.update_or_create(
        only=True,
        defaults={
            "lead_minutes": lead_minutes,
            "horizon_days": horizon_days,
            "notice_minutes": notice_minutes,
            "updated_at": at,
        },
    )
    announce(Fact(kind=TERMS_SET, subject=row.id, at=at))
    return row
