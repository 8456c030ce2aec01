"""The people who run the platform: their accounts and sessions. Platform scope."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.attempts import attempt_count, attempt_forgive, password_subjects
from kernel.contacts import email_checked
from kernel.passwords import password_hash, password_matches
from kernel.refusals import InvalidInput, WrongCredentials
from kernel.texts import line_checked
from registry.models import OwnerAccount, OwnerAttempt, OwnerSession

SESSION: Final = timedelta(hours=12)
KEPT: Final = timedelta(days=1)
"""How long an attempt, or a session that is over, is kept: as a tenant keeps its own."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A signed-in owner."""

    account_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class OwnerSignedIn:
    """A fresh session. `token` is told this once and stored nowhere."""

    token: str
    expires_at: datetime


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
    return _digest(token)


def owner_account(owner: Owner) -> OwnerAccount:
    """The signed-in owner's account."""
    return OwnerAccount.objects.get(id=owner.account_id)


@transaction.atomic
def owner_create(*, email: str, name: str, password: str, at: datetime) -> OwnerAccount:
    """Add somebody who runs the platform. Raises `InvalidInput`, also when the email is known."""
    address = email_checked(email)
    account, is_new = OwnerAccount.objects.get_or_create(
        email=address,
        defaults={
            "name": line_checked(name, field="name", max_length=120),
            "password": password_hash(password, email=address),
            "created_at": at,
        },
    )
    if not is_new:
        raise InvalidInput(field="email", reason="an owner with this email exists already")
    return account


def owner_sign_in(*, email: str, password: str, at: datetime, address: str = "") -> OwnerSignedIn:
    """Sign in for 12 hours, from `address` ('' where none is known).

    Must not be called inside a transaction, since attempts must stay. Raises `WrongCredentials`,
    in the same time whether or not the email is known, `TooManyAttempts` and `InvalidInput`.
    """
    email = email_checked(email)
    digests = []
    for kind, subject, limit in password_subjects(email=email, address=address):
        digests.append(_digest(f"{kind} {subject}"))
        attempt_count(OwnerAttempt, at=at, limit=limit, email_digest=digests[-1])
    account = OwnerAccount.objects.filter(email=email, active=True).first()
    if not password_matches(password, account.password if account else None) or account is None:
        raise WrongCredentials
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        session = OwnerSession.objects.create(
            account=account,
            token_digest=token_digest(token),
            created_at=at,
            expires_at=at + SESSION,
        )
        for digest in digests:
            attempt_forgive(OwnerAttempt, at=at, email_digest=digest)
    return OwnerSignedIn(token=token, expires_at=session.expires_at)


@transaction.atomic
def owner_sign_out(*, owner: Owner) -> None:
    """End the session that the owner speaks with."""
    OwnerSession.objects.filter(id=owner.session_id).delete()


def owners_forget(*, at: datetime) -> None:
    """Drop owners' old attempts and the sessions that are over. The rest is in the audit."""
    OwnerAttempt.objects.filter(at__lt=at - KEPT).delete()
    OwnerSession.objects.filter(expires_at__lt=at - KEPT).delete()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
