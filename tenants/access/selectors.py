"""Reads of people and their sessions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import Exists, F, OrderBy, OuterRef, QuerySet, Subquery

from kernel.contacts import phone_checked, phone_index
from kernel.crypto import blind_index
from kernel.pipeline import Rows
from kernel.prepared import Prepared
from kernel.refusals import InvalidInput
from kernel.statements import Query, rows_by_sql
from tenants.access.actors import Actor, Impersonated
from tenants.access.models import (
    ApiKey,
    Grant,
    Invitation,
    Person,
    RegisteredDocument,
    Role,
    Session,
)
from tenants.access.rights import CUSTOMER, PLATFORM_SUPPORT, STAFF_RIGHTS, Right

MOST_NAMED: Final = 100
"""Staff that somebody may ask for by their ids at once: as many as a page has."""


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
    return actor_of_rows(rows_by_sql(*session_query(digest=token_digest(token), at=at)))


def token_digest(token: str) -> bytes:
    """By which the session of `token` is found."""
    return blind_index("session", token)


def session_query(*, digest: bytes, at: datetime) -> Query:
    """What is to be asked for the session that has this digest of its token."""
    return _BY_TOKEN.query(digest, at)


def actor_of_rows(rows: Rows) -> Actor | None:
    """Whom the rows of `session_query` tell of."""
    return _actor_of_rows(tuple(rows)) if rows else None


@lru_cache(maxsize=1000)
def _actor_of_rows(rows: tuple[tuple[Any, ...], ...]) -> Actor:
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


def person_by_phone(text: str, *, region: str | None) -> UUID | None:
    """Whose phone `text` is, written as people of `region` (ISO 3166) do; None if nobody's."""
    try:
        number = phone_checked(text, region=region)
    except InvalidInput:
        return None
    return (
        Person.objects.filter(phone_index=phone_index(number)).values_list("id", flat=True).first()
    )


class CustomerSort(StrEnum):
    """In what order customers are listed."""

    LAST_ORDER_DOWN = "last_order_down"
    LAST_ORDER_UP = "last_order_up"
    SPENT_DOWN = "spent_down"
    SPENT_UP = "spent_up"
    JOINED_DOWN = "joined_down"
    JOINED_UP = "joined_up"


# Each is one of the model's indexes, from its front or from its end.
_CUSTOMERS_SORTED: Final[dict[CustomerSort, tuple[str | OrderBy, ...]]] = {
    CustomerSort.LAST_ORDER_DOWN: (F("last_order_at").desc(nulls_last=True), "id"),
    CustomerSort.LAST_ORDER_UP: (F("last_order_at").asc(nulls_first=True), "-id"),
    CustomerSort.SPENT_DOWN: ("-spent", "-id"),
    CustomerSort.SPENT_UP: ("spent", "id"),
    CustomerSort.JOINED_DOWN: ("-created_at", "-id"),
    CustomerSort.JOINED_UP: ("created_at", "id"),
}


def customers_listed(*, phone: str, region: str | None, sort: CustomerSort) -> QuerySet[Person]:
    """Everybody who may order; with a `phone` the one whose it is, as `person_by_phone` reads it.

    Names are encrypted, and a name is no key: nobody is found by theirs.
    """
    people = only_customers(Person.objects.order_by(*_CUSTOMERS_SORTED[sort]))
    if not phone.strip():
        return people
    person_id = person_by_phone(phone, region=region)
    return people.none() if person_id is None else people.filter(id=person_id)


def customer_row(person_id: UUID) -> QuerySet[Person]:
    """The one customer, as a queryset of one or none."""
    return only_customers(Person.objects.filter(id=person_id))


def only_customers(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` who may order."""
    return people.filter(Exists(Grant.objects.filter(person=OuterRef("pk"), role__key=CUSTOMER)))


def staff_members() -> QuerySet[Person]:
    """Everybody who was ever invited to work here, oldest first."""
    return only_staff(Person.objects.order_by("id"))


def staff_listed(*, text: str, ids: Collection[UUID] | None) -> QuerySet[Person]:
    """`staff_members` whose name or email has `text` in it, in any case; with `ids` only those.

    Both are encrypted, so that those of all the staff are read: people of one business. Raises
    `InvalidInput` for more ids than `MOST_NAMED`.
    """
    if ids is not None and len(ids) > MOST_NAMED:
        raise InvalidInput(field="ids", reason=f"at most {MOST_NAMED}")
    staff = staff_members() if ids is None else staff_members().filter(id__in=ids)
    sought = text.strip().casefold()
    if not sought:
        return staff
    found = [
        person_id
        for person_id, name, email in staff.values_list("id", "name", "email")
        if sought in name.casefold() or sought in (email or "").casefold()
    ]
    return staff.filter(id__in=found)


def staff_name_column(person: str) -> Subquery:
    """What the member of staff is called whose id is in the column `person`; null for others."""
    return Subquery(only_staff(Person.objects.filter(id=OuterRef(person))).values("name"))


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
