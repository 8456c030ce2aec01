"""Tries at secrets within a tenant: password, phone code, receipt PIN. See kernel.attempts."""

from datetime import datetime
from uuid import UUID

from kernel.attempts import LIMIT, attempt_count, attempt_forgive
from kernel.crypto import blind_index
from kernel.refusals import TooManyAttempts as TooManyAttempts
from tenants.access.models import Attempt
from tenants.access.security import security_event


def attempt_begin(
    *,
    kind: str,
    subject: str,
    actor_id: UUID | None,
    at: datetime,
    limit: int = LIMIT,
) -> UUID:
    """Count one try at a secret and commit it. The caller ends it with `attempt_succeed`.

    `subject` is what is being tried against (a phone, an email, a stop's id). Raises
    `TooManyAttempts` when it is locked. Must not be called inside a transaction.
    """
    digest = _digest(kind, subject)
    try:
        return attempt_count(Attempt, at=at, limit=limit, kind=kind, subject=digest).id
    except TooManyAttempts:
        _lock_tell(kind, subject, actor_id, at)
        raise


def attempt_succeed(attempt_id: UUID) -> None:
    """The try was right. Earlier failures stay on record but count no more."""
    attempt = Attempt.objects.get(id=attempt_id)
    attempt_forgive(Attempt, at=attempt.at, kind=attempt.kind, subject=attempt.subject)


def attempt_withdraw(*, kind: str, subject: str) -> None:
    """One try of this kind has come to something after all, the oldest; the others still count."""
    tries = Attempt.objects.filter(kind=kind, subject=_digest(kind, subject), succeeded=False)
    Attempt.objects.filter(id__in=tries.order_by("at").values("id")[:1]).update(succeeded=True)


def _lock_tell(kind: str, subject: str, actor_id: UUID | None, at: datetime) -> None:
    """Write down that a subject is locked: once a window, however often it is still tried."""
    told = _digest("locked", f"{kind} {subject}")
    try:
        attempt_count(Attempt, at=at, limit=1, kind="locked", subject=told)
    except TooManyAttempts:
        return
    security_event(kind="locked", actor_id=actor_id, at=at, data={"attempt": kind})


def _digest(kind: str, subject: str) -> bytes:
    return blind_index(f"attempt:{kind}", subject)
