"""Invitations: a link by which a person sets a first password."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kernel.crypto import blind_index
from kernel.passwords import password_hash
from kernel.refusals import NotFound
from tenants.access.models import Invitation, Person
from tenants.access.security import security_event
from tenants.access.services.sessions import SignedIn, session_start

VALIDITY: Final = timedelta(days=7)


def invitation_token() -> str:
    """A fresh secret for a link."""
    return secrets.token_urlsafe(32)


def invitation_write(*, person: Person, token: str, at: datetime) -> None:
    """Invite `person`, who has no open invitation, by a link with `token`, for a week."""
    Invitation.objects.create(
        person=person,
        token_digest=_digest(token),
        created_at=at,
        expires_at=at + VALIDITY,
    )


def invitations_end(*, person: Person, at: datetime) -> None:
    """The links that `person` was sent before work no more."""
    Invitation.objects.filter(person=person, accepted_at=None, expires_at__gt=at).update(
        expires_at=at
    )


def invitation_accept(*, token: str, password: str, at: datetime) -> SignedIn:
    """Set the invited person's password and sign them in. A link works once.

    Raises `NotFound` for a link that never was, is used or has expired; `InvalidInput` for a
    password that is too easy.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update()
            .filter(
                token_digest=_digest(token),
                accepted_at=None,
                expires_at__gt=at,
                person__active=True,
            )
            .select_related("person")
            .first()
        )
        if invitation is None:
            raise NotFound(what="Invitation")
        person = invitation.person
        person.password = password_hash(password, email=person.email or "")
        person.save(update_fields=["password"])
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        signed_in = session_start(person=person, at=at)
    security_event(kind="invitation_accepted", actor_id=person.id, at=at)
    return signed_in


def _digest(token: str) -> bytes:
    return blind_index("invitation", token)
