"""GraphQL documents that third parties leave here. What is in one is for `schema` to judge."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.locks import transaction_lock
from kernel.refusals import AccessDenied, NotFound
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.access.models import RegisteredDocument
from tenants.access.services.api_keys import TooManyKept
from tenants.journal.audit import audit_record

MAX_DOCUMENTS: Final = 500


@transaction.atomic
def document_register(
    *, actor: Actor, digest: str, name: str, text: str, at: datetime
) -> RegisteredDocument:
    """Keep a document, so that whoever is here may run it by its digest; once is as good as twice.

    Raises `TooManyKept` and `InvalidInput`.
    """
    _check_staff(actor)
    called = line_checked(name, field="name", max_length=80)
    transaction_lock("registered documents")
    known = RegisteredDocument.objects.filter(digest=digest).first()
    if known is not None:
        return known
    if RegisteredDocument.objects.count() >= MAX_DOCUMENTS:
        raise TooManyKept(limit=MAX_DOCUMENTS)
    document = RegisteredDocument.objects.create(
        digest=digest,
        name=called,
        text=text,
        registered_by_id=actor.person_id,
        registered_at=at,
    )
    _audit("documentRegister", actor, document, at)
    return document


@transaction.atomic
def document_remove(*, actor: Actor, document_id: UUID, at: datetime) -> UUID:
    """Answer a registered document no more. Raises `NotFound`."""
    _check_staff(actor)
    document = RegisteredDocument.objects.filter(id=document_id).first()
    if document is None:
        raise NotFound(what="RegisteredDocument")
    _audit("documentRemove", actor, document, at)
    document.delete()
    return document_id


def _check_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise AccessDenied("FORBIDDEN")


def _audit(action: str, actor: Actor, document: RegisteredDocument, at: datetime) -> None:
    data = {"document": document.digest}
    audit_record(action=action, actor_id=actor.person_id, data=data, at=at)
