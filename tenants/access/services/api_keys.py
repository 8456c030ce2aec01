"""API keys: third parties' programs, each with rights of its own and an end."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kernel.crypto import blind_index
from kernel.events import hint_after_commit
from kernel.locks import transaction_lock
from kernel.refusals import AccessDenied, InvalidInput, NotFound, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.models import ApiKey, Person, Session
from tenants.access.rights import STAFF_RIGHTS, Right
from tenants.journal.audit import audit_record

KEY_PREFIX: Final = "dk_"
"""What every key begins with, so that one in the wrong place is recognised."""

MAX_KEYS: Final = 20
LONGEST: Final = timedelta(days=366)
SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(eq=False)
class TooManyKept(Refusal):
    """There are as many as may be: `limit`. Revoke or remove one first."""

    limit: int


@transaction.atomic
def api_key_create(
    *, actor: Actor, name: str, rights: Collection[Right], expires_at: datetime, at: datetime
) -> tuple[ApiKey, str]:
    """A new key, and its secret, which is told this once. Nobody gives more than they hold.

    Raises `TooManyKept` and `InvalidInput`.
    """
    actor.require(Right.STAFF_MANAGE)
    if actor.impersonation is not None or not actor.rights.issuperset(rights):
        raise AccessDenied("FORBIDDEN")
    called = line_checked(name, field="name", max_length=60)
    if not rights or not STAFF_RIGHTS.issuperset(rights):
        raise InvalidInput(field="rights", reason="one or more of the back office's")
    if not at < expires_at <= at + LONGEST:
        raise InvalidInput(field="expiresAt", reason=f"within {LONGEST.days} days")
    transaction_lock("api keys")
    if _open(at).count() >= MAX_KEYS:
        raise TooManyKept(limit=MAX_KEYS)
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    session = Session.objects.create(
        person=Person.objects.create(name=called, created_at=at),
        token_digest=blind_index("session", secret),
        created_at=at,
        expires_at=expires_at,
    )
    key = ApiKey.objects.create(
        session=session,
        name=called,
        rights=sorted(rights),
        created_by_id=actor.person_id,
    )
    _audit("apiKeyCreate", actor, key, at)
    return key, secret


@transaction.atomic
def api_key_revoke(*, actor: Actor, key_id: UUID, at: datetime) -> ApiKey:
    """End a key, from its next request on; its sockets are closed. Raises `NotFound`."""
    actor.require(Right.STAFF_MANAGE)
    key = ApiKey.objects.select_related("session").filter(id=key_id).first()
    if key is None:
        raise NotFound(what="ApiKey")
    if key.session.revoked_at is None:
        key.session.revoked_at = at
        key.session.save(update_fields=["revoked_at"])
        hint_after_commit()
        _audit("apiKeyRevoke", actor, key, at)
    return key


def api_key_seen(*, session_id: UUID, at: datetime) -> None:
    """Note that the key was used, to the minute."""
    ApiKey.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=at - SEEN_EVERY), session_id=session_id
    ).update(last_used_at=at)


def _open(at: datetime) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(session__revoked_at=None, session__expires_at__gt=at)


def _audit(action: str, actor: Actor, key: ApiKey, at: datetime) -> None:
    data = {"apiKey": str(key.id), "rights": key.rights}
    audit_record(action=action, actor_id=actor.person_id, data=data, at=at)
