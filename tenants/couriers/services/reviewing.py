"""The operator's review of couriers: who may work here, and who no longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kernel.files import signed_url
from kernel.meters import Meter
from kernel.refusals import NotFound, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.rights import COURIER as COURIER_ROLE
from tenants.access.rights import Right
from tenants.access.security import security_event
from tenants.access.services.roles import role_grant, role_revoke
from tenants.couriers.models import Courier, Document, Presence
from tenants.couriers.services.duty import duty_end
from tenants.couriers.states import COURIER_LIFE
from tenants.journal.usage import usage_add

LINK_LIFETIME = timedelta(minutes=5)


class IdentityMissing(Refusal):
    """There is no identity document to approve this courier by."""


def access_courier_for_review(*, actor: Actor, courier_id: UUID) -> Courier:
    """A courier to decide on, locked. Raises `AccessDenied` and `NotFound("Courier")`."""
    actor.require(Right.COURIERS_REVIEW)
    courier = Courier.objects.select_for_update().filter(id=courier_id).first()
    if courier is None:
        raise NotFound(what="Courier")
    return courier


@transaction.atomic
def courier_approve(*, actor: Actor, courier_id: UUID, note: str, at: datetime) -> Courier:
    """Let the applicant work here; the documents under review are accepted.

    Raises `IdentityMissing`, `IllegalMove`, `NotFound`, `InvalidInput` and `PlanLimitReached`.
    """
    courier = access_courier_for_review(actor=actor, courier_id=courier_id)
    state = COURIER_LIFE.check(state=courier.state, move="approve")
    pending = courier.documents.filter(verdict=Document.Verdict.PENDING)
    if not pending.filter(kind=Document.Kind.IDENTITY).exists():
        raise IdentityMissing
    pending.update(verdict=Document.Verdict.ACCEPTED)
    role_grant(person_id=courier.person_id, role=COURIER_ROLE, at=at)
    return _reviewed(courier, state, note, at)


@transaction.atomic
def courier_reject(*, actor: Actor, courier_id: UUID, note: str, at: datetime) -> Courier:
    """Turn the applicant down with a note; the documents under review are rejected.

    Raises `IllegalMove`, `NotFound` and `InvalidInput`.
    """
    courier = access_courier_for_review(actor=actor, courier_id=courier_id)
    state = COURIER_LIFE.check(state=courier.state, move="reject")
    courier.documents.filter(verdict=Document.Verdict.PENDING).update(
        verdict=Document.Verdict.REJECTED
    )
    return _reviewed(courier, state, note, at)


@transaction.atomic
def courier_freeze(*, actor: Actor, courier_id: UUID, note: str, at: datetime) -> Courier:
    """Take the right to work from a courier, at once. Orders in hand stay theirs until reassigned.

    Raises `IllegalMove`, `NotFound` and `InvalidInput`.
    """
    courier = access_courier_for_review(actor=actor, courier_id=courier_id)
    state = COURIER_LIFE.check(state=courier.state, move="freeze")
    Presence.objects.filter(courier=courier).update(
        on_duty=False, since=at, latitude=None, longitude=None, seen_at=None
    )
    duty_end(courier=courier, at=at)
    role_revoke(person_id=courier.person_id, role=COURIER_ROLE, at=at)
    return _reviewed(courier, state, note, at)


@transaction.atomic
def courier_unfreeze(*, actor: Actor, courier_id: UUID, note: str, at: datetime) -> Courier:
    """Let a frozen courier work again. Raises like `courier_approve`, but `IdentityMissing`."""
    courier = access_courier_for_review(actor=actor, courier_id=courier_id)
    state = COURIER_LIFE.check(state=courier.state, move="unfreeze")
    role_grant(person_id=courier.person_id, role=COURIER_ROLE, at=at)
    return _reviewed(courier, state, note, at)


def _reviewed(courier: Courier, state: str, note: str, at: datetime) -> Courier:
    """The courier in its new `state`; the approved ones count against the plan."""
    more = (state == Courier.State.APPROVED) - (courier.state == Courier.State.APPROVED)
    courier.state = state
    courier.review_note = line_checked(note, field="note", max_length=500, min_length=0)
    courier.reviewed_at = at
    courier.save(update_fields=["state", "review_note", "reviewed_at"])
    if more:
        usage_add(Meter.COURIERS, more, at=at)
    return courier


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A way to look at a document, for a few minutes."""

    document: Document
    url: str
    expires_at: datetime


def document_open(*, actor: Actor, document_id: UUID, at: datetime) -> DocumentLink:
    """A link to a courier's document: to its owner, and to a reviewer, whose reading is recorded.

    Must not be called inside a transaction. Raises `NotFound("Document")`.
    """
    document = Document.objects.select_related("courier").filter(id=document_id).first()
    is_own = document is not None and document.courier.person_id == actor.person_id
    if document is None or not (is_own or Right.COURIERS_REVIEW in actor.rights):
        raise NotFound(what="Document")
    if not is_own:
        security_event(
            kind="document_read",
            actor_id=actor.person_id,
            subject_id=document.courier.person_id,
            at=at,
            data={"document": str(document.id)},
        )
    return DocumentLink(
        document=document,
        url=signed_url(document.file, at=at, lifetime=LINK_LIFETIME),
        expires_at=at + LINK_LIFETIME,
    )
