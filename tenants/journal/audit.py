"""The operator's audit log: who did what in the back office, each line sealed by the next.

A line's digest covers the digest before it, so that none can be changed, taken out or put in
between without every later one showing it. What cannot be seen from here is that the newest lines
were cut off: for that a digest has to be kept elsewhere.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import QuerySet

from kernel.events import Fact
from kernel.locks import transaction_lock
from tenants.journal.models import AuditEntry

BEFORE_THE_FIRST = bytes(32)


@transaction.atomic
def audit_record(
    *,
    action: str,
    at: datetime,
    actor_id: UUID | None = None,
    impersonation_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Append one line; whoever else appends meanwhile waits until the transaction ends.

    `data` is plain JSON of ids, figures and reasons, never personal data.
    """
    transaction_lock("audit")
    last = AuditEntry.objects.values_list("seq", "digest").first()
    seq, previous = last or (0, BEFORE_THE_FIRST)
    entry = AuditEntry(
        seq=seq + 1,
        actor_id=actor_id,
        impersonation_id=impersonation_id,
        action=action,
        data=data or {},
        at=at,
    )
    entry.digest = _digest(entry, bytes(previous))
    entry.save(force_insert=True)


def audit_entries(*, actor_id: UUID | None = None) -> QuerySet[AuditEntry]:
    """Every line, the newest first; with an `actor_id` only what they did."""
    entries = AuditEntry.objects.order_by("-seq")
    return entries if actor_id is None else entries.filter(actor_id=actor_id)


def audit_verify() -> int | None:
    """The `seq` of the first line that is not what was written there; None when all are."""
    previous, expected = BEFORE_THE_FIRST, 1
    for entry in AuditEntry.objects.order_by("seq").iterator(chunk_size=1000):
        if entry.seq != expected or bytes(entry.digest) != _digest(entry, previous):
            return expected
        previous, expected = bytes(entry.digest), expected + 1
    return None


def standing_recorded(fact: Fact) -> None:
    """The platform has moved the operator's standing; it may say so more than once."""
    known = AuditEntry.objects.filter(action=fact.kind, data__change=fact.data["change"])
    with transaction.atomic():
        transaction_lock("audit")
        if not known.exists():
            audit_record(action=fact.kind, at=fact.at, data=fact.data)


def _digest(entry: AuditEntry, previous: bytes) -> bytes:
    line = [
        entry.seq,
        entry.actor_id,
        entry.impersonation_id,
        entry.action,
        entry.data,
        entry.at.astimezone(UTC).isoformat(),
    ]
    return hashlib.sha256(previous + orjson.dumps(line, option=orjson.OPT_SORT_KEYS)).digest()
