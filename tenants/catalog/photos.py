"""Pictures that customers answer a form with: sent first, then named in the answers of a quote."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kernel.files import Upload, file_remove, store_image
from kernel.jobs import defer
from kernel.locks import transaction_lock
from kernel.refusals import Refusal
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.catalog.declaration.form import Form
from tenants.catalog.models import FormPhoto

FOLDER: Final = "answers"
SUFFIX: Final = ".webp"
MAX_WAITING: Final = 20
"""Pictures of one person that no quote has taken yet."""

KEPT_FOR: Final = timedelta(days=1)
SWEEP: Final = "catalog.photo_sweep"


class TooManyPhotos(Refusal):
    """Twenty pictures wait for a quote already; those that none takes go within a day."""


@transaction.atomic
def photo_upload(*, actor: Actor, upload: Upload, at: datetime) -> FormPhoto:
    """Keep a picture that the actor means to answer with, for a day unless a quote takes it.

    Raises `TooManyPhotos`, `FileTooLarge`, `FileTypeRefused` and `PlanLimitReached`.
    """
    actor.require(Right.ORDER_AS_CUSTOMER)
    transaction_lock("catalog.photos", actor.person_id)
    waiting = FormPhoto.objects.filter(person_id=actor.person_id, taken_at=None)
    if waiting.count() >= MAX_WAITING:
        raise TooManyPhotos
    most = settings.UPLOAD_MAX_BYTES
    with store_image(upload, folder=FOLDER, max_bytes=most, at=at) as stored:
        assert stored.width is not None and stored.height is not None
        photo = FormPhoto.objects.create(
            id=UUID(PurePosixPath(stored.path).stem),
            person_id=actor.person_id,
            file=stored.path,
            width=stored.width,
            height=stored.height,
            created_at=at,
        )
        defer(SWEEP, run_at=at + KEPT_FOR, photo=str(photo.id))
        return photo


def answers_kept(
    form: Form,
    answers: Mapping[str, Any],
    *,
    customer_id: UUID,
    region: str | None,
    at: datetime,
) -> dict[str, Any]:
    """For the layer of quotes, in its transaction: the checked answers, with their pictures taken.

    A picture that somebody else sent reads as one that is not there. No query where the form asks
    for no picture. Raises `InvalidInput`.
    """
    named = form.photos_named(answers)
    if not named:
        return form.answers_checked(answers, region=region)
    # Locked, so that none is swept away while it is being taken.
    own = FormPhoto.objects.select_for_update().filter(person_id=customer_id, id__in=named)
    known = {str(photo.id) for photo in own}
    kept = form.answers_checked(answers, region=region, photos=known)
    FormPhoto.objects.filter(id__in=known, taken_at=None).update(taken_at=at)
    return kept


@transaction.atomic
def photo_sweep(*, photo_id: UUID, at: datetime) -> None:
    """Remove a picture that no quote has taken; nothing where one has, or it is gone."""
    waiting = FormPhoto.objects.select_for_update().filter(id=photo_id, taken_at=None)
    photo = waiting.filter(created_at__lte=at - KEPT_FOR).first()
    if photo is not None:
        photo.delete()
        file_remove(photo.file, at=at)


def photo_file(photo: str) -> str:
    """The file of a picture that answers name."""
    return f"{FOLDER}/{photo}{SUFFIX}"
