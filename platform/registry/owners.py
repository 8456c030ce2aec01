"""The people who run the platform: their accounts and sessions. Platform scope."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registry.models import OwnerSession


@dataclass(frozen=True, slots=True)
class Owner:
    """A signed-in owner."""

    account_id: UUID
    session_id: UUID


def owner_of_token(*, token: str, at: datetime) -> Owner | None:
    """Whose unexpired session `token` is, or None."""
    row = (
        OwnerSession.objects.filter(
            token_digest=token_digest(token), expires_at__gt=at, account__active=True
        )
        .values_list("account_id", "id")
        .first()
    )
    return Owner(*row) if row else None


def token_digest(token: str) -> bytes:
    """What is stored of an owner's token: it is long and random, so a plain digest hides it."""
    return hashlib.sha256(token.encode()).digest()
