"""Sessions: a long random token that the caller keeps, of which only a digest is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.crypto import blind_index
from kernel.events import hint_after_commit
from registry.impersonation import impersonations_dismissed
from tenants.access.actors import Actor
from tenants.access.models import Person, Role, Session
from tenants.access.rights import STAFF_RIGHTS
from tenants.journal.audit import audit_record

SESSION: Final = timedelta(days=30)
STAFF_SESSION: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session. `token` is told this once and stored nowhere."""

    token: str
    expires_at: datetime
    person: Person


def session_start(*, person: Person, at: datetime) -> SignedIn:
    """Sign `person` in: for 30 days, staff for 12 hours. In the caller's transaction."""
    held = Role.objects.filter(people=person).values_list("rights", flat=True)
    is_staff = any(STAFF_RIGHTS.intersection(rights) for rights in held)
    token = secrets.token_urlsafe(32)
    session = Session.objects.create(
        person=person,
        token_digest=blind_index("session", token),
        created_at=at,
        expires_at=at + (STAFF_SESSION if is_staff else SESSION),
    )
    return SignedIn(token=token, expires_at=session.expires_at, person=person)


def sessions_shorten(*, person_id: UUID, at: datetime) -> None:
    """Let no open session of the person outlast what staff's may."""
    latest = at + STAFF_SESSION
    Session.objects.filter(person_id=person_id, revoked_at=None, expires_at__gt=latest).update(
        expires_at=latest
    )


def sign_out(*, actor: Actor, at: datetime) -> None:
    """End the session that the actor speaks with; its sockets are closed.

    An impersonation ends with it, in the operator's log and in the register, which hears of it in
    a transaction of its own: so this must not be called inside one.
    """
    visit = actor.impersonation
    with transaction.atomic():
        open_one = Session.objects.filter(id=actor.session_id, revoked_at=None)
        if open_one.update(revoked_at=at) and visit is not None:
            audit_record(
                action="impersonation.ended",
                actor_id=actor.person_id,
                impersonation_id=visit.id,
                at=at,
            )
        hint_after_commit()
    if visit is not None:
        impersonations_dismissed(ids=[visit.id], at=at)
