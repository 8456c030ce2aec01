"""The security log: what the safety of people's data turns on. Holds ids, never the data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenants.access.models import SecurityEvent


def security_event(
    *,
    kind: str,
    at: datetime,
    actor_id: UUID | None = None,
    subject_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write one line and commit it. Must not be called inside a transaction that may be undone."""
    if connection.in_atomic_block:
        raise RuntimeError("a security event inside a transaction could be undone with it")
    SecurityEvent.objects.create(
        kind=kind, actor_id=actor_id, subject_id=subject_id, at=at, data=data or {}
    )
