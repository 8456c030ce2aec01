"""Other people's personal data, shown by right; each reading is on record first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.refusals import NotFound
from tenants.access.actors import Actor
from tenants.access.models import Person
from tenants.access.rights import Right
from tenants.access.security import security_event


class ReadingReason(StrEnum):
    """Why a member of staff looks at somebody's personal data."""

    ORDER = "order"
    COURIER_REVIEW = "courier_review"
    SAFETY = "safety"
    LEGAL_REQUEST = "legal_request"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What identifies a person and how to reach them."""

    name: str
    phone: str | None
    email: str | None


def personal_data_read(
    *, actor: Actor, person_id: UUID, reason: ReadingReason, at: datetime
) -> PersonalData:
    """A person's name, phone and email, for staff with the right; the reading is recorded first.

    Must not be called inside a transaction. Raises `NotFound`.
    """
    actor.require(Right.PERSONAL_DATA_READ)
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise NotFound(what="Person")
    security_event(
        kind="personal_data_read",
        actor_id=actor.person_id,
        subject_id=person.id,
        at=at,
        data={"reason": reason.value},
    )
    return PersonalData(name=person.name, phone=person.phone, email=person.email)
