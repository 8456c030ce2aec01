"""Guessing is counted before it is judged, so that a refusal cannot take the count back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from kernel.crypto import blind_index
from kernel.refusals import Refusal
from tenants.access.models import Attempt, SecurityEvent

LIMIT = 5
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Refusal):
    """Five wrong tries within fifteen minutes lock what was tried, even for the right answer."""


def attempt_begin(*, kind: str, subject: str, actor_id: UUID | None, at: datetime) -> UUID:
    """Count one try at a secret and commit it. The caller ends it with `attempt_succeed`.

    `subject` is what is being tried against (a phone, an email, a stop's id). Raises
    `TooManyAttempts` when it is locked. Must not be called inside a transaction: what it writes has
    to survive the caller's roll-back.
    """
    if connection.in_atomic_block:
        raise RuntimeError("an attempt inside a transaction would be undone with it")
    digest = blind_index(f"attempt:{kind}", subject)
    with transaction.atomic():
        # One row lock per subject: parallel guesses are counted one after another.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest.hex()])
        failures = Attempt.objects.filter(
            kind=kind, subject=digest, succeeded=False, at__gt=at - WINDOW
        ).count()
        if failures < LIMIT:
            return Attempt.objects.create(kind=kind, subject=digest, at=at).id
        SecurityEvent.objects.create(
            kind="locked", actor_id=actor_id, at=at, data={"attempt": kind}
        )
    raise TooManyAttempts


def attempt_succeed(attempt_id: UUID) -> None:
    """The try was right. Earlier failures stay on record but count no more."""
    attempt = Attempt.objects.get(id=attempt_id)
    Attempt.objects.filter(kind=attempt.kind, subject=attempt.subject, at__lte=attempt.at).update(
        succeeded=True
    )
