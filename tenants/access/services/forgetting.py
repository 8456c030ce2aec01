"""What nothing can come of any more is not kept: old attempts, lapsed codes, ended sessions.

The security log stays, since nobody but the database's owner can take anything out of it.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from tenants.access.models import Attempt, PhoneCode, Session

TRIES_KEPT: Final = timedelta(days=1)
"""Attempts and codes count for an hour at most; a day lets somebody look at what happened."""

SESSIONS_KEPT: Final = timedelta(days=30)
"""After their end, as long as a customer's lasts."""


@transaction.atomic
def signing_in_forget(*, at: datetime) -> None:
    """Drop what is over of people's signing in.

    An API key's session is kept with its key, which says until when it was good.
    """
    Attempt.objects.filter(at__lt=at - TRIES_KEPT).delete()
    PhoneCode.objects.filter(expires_at__lt=at - TRIES_KEPT).delete()
    ended = at - SESSIONS_KEPT
    Session.objects.filter(Q(expires_at__lt=ended) | Q(revoked_at__lt=ended), api_key=None).delete()
