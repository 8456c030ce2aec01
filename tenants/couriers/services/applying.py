"""Applying to work: a name for the public, and evidence for the operator."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from kernel.files import Upload, store_document
from kernel.refusals import NotFound, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.brand.modules import Module, module_check
from tenants.couriers.models import Courier, Document
from tenants.couriers.states import COURIER_LIFE

MAX_DOCUMENTS = 20


class AlreadyRegistered(Refusal):
    """This person is registered as a courier already."""


class TooManyDocuments(Refusal):
    """A courier keeps twenty documents at most."""


class CourierFrozen(Refusal):
    """The operator has frozen this courier."""


@transaction.atomic
def courier_register(
    *, actor: Actor, display_name: str, introduction: str, at: datetime
) -> Courier:
    """Apply to be a courier, once. Raises `AlreadyRegistered`, `InvalidInput` and `ModuleOff`."""
    module_check(Module.APPLICATIONS)
    courier, is_new = Courier.objects.get_or_create(
        person_id=actor.person_id,
        defaults={
            "display_name": line_checked(display_name, field="displayName", max_length=40),
            "introduction": line_checked(
                introduction, field="introduction", max_length=500, min_length=0
            ),
            "applied_at": at,
        },
    )
    if not is_new:
        raise AlreadyRegistered
    return courier


@transaction.atomic
def courier_document_upload(
    *, actor: Actor, kind: Document.Kind, upload: Upload, at: datetime
) -> Document:
    """Keep a document of the actor's own; a rejected applicant is under review again with it.

    Raises `NotFound("Courier")`, `CourierFrozen`, `TooManyDocuments`, `FileTooLarge`,
    `FileTypeRefused`, `PlanLimitReached`.
    """
    courier = Courier.objects.select_for_update().filter(person_id=actor.person_id).first()
    if courier is None:
        raise NotFound(what="Courier")
    if courier.state == Courier.State.FROZEN:
        raise CourierFrozen
    if courier.documents.count() >= MAX_DOCUMENTS:
        raise TooManyDocuments
    if courier.state == Courier.State.REJECTED:
        courier.state = COURIER_LIFE.check(state=courier.state, move="apply_again")
        courier.applied_at = at
        courier.save(update_fields=["state", "applied_at"])
    folder = f"couriers/{courier.id}"
    most = settings.UPLOAD_MAX_BYTES
    with store_document(upload, folder=folder, max_bytes=most, at=at) as stored:
        return Document.objects.create(
            courier=courier, kind=kind, file=stored.path, sha256=stored.sha256, uploaded_at=at
        )
