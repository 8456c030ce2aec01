"""Reads of people and their sessions."""

from datetime import datetime

from kernel.crypto import blind_index
from tenants.access.actors import Actor
from tenants.access.models import Session
from tenants.access.rights import Right


def actor_of_token(*, token: str, at: datetime) -> Actor | None:
    """Whoever holds the unexpired, unrevoked session of `token`, with their rights; or None."""
    rows = list(
        Session.objects.filter(
            token_digest=blind_index("session", token),
            revoked_at=None,
            expires_at__gt=at,
            person__active=True,
        ).values_list("id", "person_id", "person__grants__role__rights")
    )
    if not rows:
        return None
    session_id, person_id, _ = rows[0]
    rights = frozenset(Right(right) for _, _, held in rows for right in held or ())
    return Actor(person_id=person_id, session_id=session_id, rights=rights)
