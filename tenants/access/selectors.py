"""Reads of people and their sessions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, QuerySet

from kernel.crypto import blind_index
from kernel.prepared import Prepared
from tenants.access.actors import Actor, Impersonated
from tenants.access.models import (
    ApiKey,
    Invitation,
    Person,
    RegisteredDocument,
    Role,
    Session,
)
from tenants.access.rights import PLATFORM_SUPPORT, STAFF_RIGHTS, Right


def _session(digest: bytes, at: datetime) -> QuerySet[Session, Any]:
    open_ones = Session.objects.filter(
        token_digest=digest, revoked_at=None, expires_at__gt=at, person__active=True
    )
    return open_ones.values_list(
        "id",
        "person_id",
        "impersonation_id",
        "reason",
        "expires_at",
        "person__grants__role__rights",
        "api_key__rights",
    )


_BY_TOKEN: Final = Prepared(_session, b"digest", datetime(1970, 1, 1, tzinfo=UTC))
"""Each request begins with it."""


def actor_of_token(*, token: str, at: datetime) -> Actor | None:
    """Whoever holds the unexpired, unrevoked session of `token`, with their rights; or None."""
    rows = _BY_TOKEN.rows(blind_index("session", token), at)
    if not rows:
        return None
    session_id, person_id, impersonation_id, reason, expires_at, *_ = rows[0]
    return Actor(
        person_id=person_id,
        session_id=session_id,
        rights=frozenset(
            Right(right)
            for row in rows
            for held in row[-2:]
            if held
            for right in orjson.loads(held)
        ),
        impersonation=Impersonated(id=impersonation_id, reason=reason, expires_at=expires_at)
        if impersonation_id
        else None,
    )


@dataclass(frozen=True, slots=True)
class SessionStanding:
    """What an open session is good for now."""

    rights: frozenset[Right]
    expires_at: datetime


def session_standings(
    *, session_ids: Collection[UUID], at: datetime
) -> dict[UUID, SessionStanding]:
    """How those of `session_ids` stand that are neither expired nor revoked. One query."""
    held: dict[UUID, tuple[datetime, set[Right]]] = {}
    for session_id, expires_at, rights, keyed in Session.objects.filter(
        id__in=session_ids, revoked_at=None, expires_at__gt=at, person__active=True
    ).values_list("id", "expires_at", "person__grants__role__rights", "api_key__rights"):
        all_of_them = map(Right, (*(rights or ()), *(keyed or ())))
        held.setdefault(session_id, (expires_at, set()))[1].update(all_of_them)
    return {
        session_id: SessionStanding(frozenset(rights), expires_at)
        for session_id, (expires_at, rights) in held.items()
    }


def person_of(actor: Actor) -> Person:
    """The actor's own row."""
    return Person.objects.get(id=actor.person_id)


def staff_members() -> QuerySet[Person]:
    """Everybody who was ever invited to work here, oldest first."""
    return only_staff(Person.objects.order_by("id"))


def only_staff(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` who were ever invited to work here."""
    return people.filter(Exists(Invitation.objects.filter(person=OuterRef("pk"))))


def staff_roles() -> list[Role]:
    """The roles that staff can be given, by key."""
    roles = Role.objects.exclude(key=PLATFORM_SUPPORT).order_by("key")
    return [role for role in roles if STAFF_RIGHTS.intersection(role.rights)]


def api_keys() -> QuerySet[ApiKey]:
    """Every key there was, the newest first."""
    return ApiKey.objects.order_by("-id")


def registered_documents() -> QuerySet[RegisteredDocument]:
    """What third parties have registered, the newest first."""
    return RegisteredDocument.objects.order_by("-id")


def registered_text(digest: str) -> str | None:
    """The text of the registered document with this digest, if there is one."""
    return RegisteredDocument.objects.filter(digest=digest).values_list("text", flat=True).first()
