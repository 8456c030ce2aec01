"""What stands beside a service: pictures and videos, cases told with consent, questions.

It is no part of a version: what is saved is shown at once with a service on sale.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Model, QuerySet

from kernel.files import StoredFile, Upload, file_remove, store_image, store_video
from kernel.refusals import InvalidInput, NotFound
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language
from tenants.catalog.models import Case, CasePicture, Faq, Media, Moment, Service
from tenants.catalog.services import DESCRIPTION_LENGTH, NAME_LENGTH, access_service, prose_checked

MAX_MEDIA: Final = 10
MAX_CASES: Final = 20
MAX_CASE_PICTURES: Final = 6
MAX_FAQS: Final = 30


@transaction.atomic
def media_add(
    *,
    actor: Actor,
    service_id: UUID,
    upload: Upload,
    video: bool,
    moment: Moment,
    alt: Mapping[str, str],
    at: datetime,
) -> Media:
    """Add a picture, or a `video`, after the others.

    Raises `NotFound`, `InvalidInput`, `FileTooLarge`, `FileTypeRefused`, `VideoTooLong` and
    `PlanLimitReached`.
    """
    service = access_service(actor=actor, service_id=service_id)
    position = _place(Media.objects.filter(service=service), MAX_MEDIA, "upload", "pictures")
    words = _alt(alt)
    with _stored(upload, f"catalog/{service.id}", video=video, at=at) as stored:
        return Media.objects.create(
            service=service,
            kind=Media.Kind.VIDEO if video else Media.Kind.PICTURE,
            moment=moment,
            seconds=stored.seconds,
            alt=words,
            position=position,
            **_of(stored),
        )


@transaction.atomic
def media_describe(*, actor: Actor, media_id: UUID, alt: Mapping[str, str]) -> Media:
    """Say anew what a picture or a video shows. Raises `NotFound` and `InvalidInput`."""
    actor.require(Right.CATALOG_MANAGE)
    return _described(Media.objects.all(), media_id, "ServiceMedia", alt)


@transaction.atomic
def media_remove(*, actor: Actor, media_id: UUID, at: datetime) -> None:
    """Take a picture or a video off its service, and its file away. Raises `NotFound`."""
    actor.require(Right.CATALOG_MANAGE)
    _file_gone(Media.objects.all(), media_id, "ServiceMedia", at=at)


@transaction.atomic
def case_save(
    *,
    actor: Actor,
    case_id: UUID | None,
    service_id: UUID,
    title: Mapping[str, str],
    story: Mapping[str, str],
    at: datetime,
) -> Case:
    """Tell a case, or tell it otherwise; a new one is hidden. Raises `NotFound`, `InvalidInput`."""
    service = access_service(actor=actor, service_id=service_id)
    cases = Case.objects.filter(service=service)
    if case_id is None:
        position = _place(cases, MAX_CASES, "serviceId", "cases")
        case = Case(service=service, position=position, created_at=at)
    else:
        case = _row(cases, case_id, "ServiceCase")
    language = brand_language()
    case.title = texts_checked(title, field="title", max_length=NAME_LENGTH, language=language)
    case.story = prose_checked(
        story, field="story", max_length=DESCRIPTION_LENGTH, language=language if story else None
    )
    case.save()
    return case


@transaction.atomic
def case_show(
    *, actor: Actor, case_id: UUID, consent_at: datetime | None, shown: bool, at: datetime
) -> Case:
    """Note when the customer agreed, or that they agree no more, and show the case or hide it.

    Without consent it is hidden at once and cannot be shown: `InvalidInput`. Nor can a case without
    a picture, nor one that was agreed to later than now. Raises `NotFound`.
    """
    actor.require(Right.CATALOG_MANAGE)
    case = _row(Case.objects.select_for_update(), case_id, "ServiceCase")
    if consent_at is not None and consent_at > at:
        raise InvalidInput(field="consentAt", reason="that is still to come")
    if shown and consent_at is None:
        raise InvalidInput(field="consentAt", reason="a case is shown with the customer's consent")
    if shown and not case.pictures.exists():
        raise InvalidInput(field="shown", reason="there is no picture yet")
    case.consent_at, case.shown = consent_at, shown
    case.save(update_fields=["consent_at", "shown"])
    return case


@transaction.atomic
def case_remove(*, actor: Actor, case_id: UUID, at: datetime) -> None:
    """Take a case away with its pictures and their files. Raises `NotFound`."""
    actor.require(Right.CATALOG_MANAGE)
    case = _row(Case.objects.select_for_update(), case_id, "ServiceCase")
    files = [picture.file for picture in case.pictures.all()]
    case.delete()
    for file in files:
        file_remove(file, at=at)


@transaction.atomic
def case_picture_add(
    *,
    actor: Actor,
    case_id: UUID,
    upload: Upload,
    moment: Moment,
    alt: Mapping[str, str],
    at: datetime,
) -> CasePicture:
    """Add a picture to a case. Raises like `media_add`, but for videos."""
    actor.require(Right.CATALOG_MANAGE)
    case = _row(Case.objects.select_for_update(), case_id, "ServiceCase")
    pictures = CasePicture.objects.filter(case=case)
    position = _place(pictures, MAX_CASE_PICTURES, "upload", "pictures")
    words = _alt(alt)
    with _stored(upload, f"catalog/{case.service_id}", video=False, at=at) as stored:
        return CasePicture.objects.create(
            case=case, moment=moment, alt=words, position=position, **_of(stored)
        )


@transaction.atomic
def case_picture_describe(*, actor: Actor, picture_id: UUID, alt: Mapping[str, str]) -> CasePicture:
    """Say anew what a picture of a case shows. Raises `NotFound` and `InvalidInput`."""
    actor.require(Right.CATALOG_MANAGE)
    return _described(CasePicture.objects.all(), picture_id, "CasePicture", alt)


@transaction.atomic
def case_picture_remove(*, actor: Actor, picture_id: UUID, at: datetime) -> None:
    """Take a picture off its case; the last one hides it. Raises `NotFound`."""
    actor.require(Right.CATALOG_MANAGE)
    picture = _row(CasePicture.objects.all(), picture_id, "CasePicture")
    Case.objects.select_for_update().get(id=picture.case_id)
    _file_gone(CasePicture.objects.all(), picture_id, "CasePicture", at=at)
    if not CasePicture.objects.filter(case_id=picture.case_id).exists():
        Case.objects.filter(id=picture.case_id).update(shown=False)


@transaction.atomic
def faq_save(
    *,
    actor: Actor,
    faq_id: UUID | None,
    service_id: UUID,
    question: Mapping[str, str],
    answer: Mapping[str, str],
) -> Faq:
    """Write a question with its answer, or write it anew. Raises `NotFound`, `InvalidInput`."""
    service = access_service(actor=actor, service_id=service_id)
    faqs = Faq.objects.filter(service=service)
    if faq_id is None:
        faq = Faq(service=service, position=_place(faqs, MAX_FAQS, "serviceId", "questions"))
    else:
        faq = _row(faqs, faq_id, "ServiceFaq")
    language = brand_language()
    faq.question = texts_checked(
        question, field="question", max_length=NAME_LENGTH, language=language
    )
    faq.answer = prose_checked(
        answer, field="answer", max_length=DESCRIPTION_LENGTH, language=language
    )
    faq.save()
    return faq


@transaction.atomic
def faq_remove(*, actor: Actor, faq_id: UUID) -> None:
    """Take a question away. Raises `NotFound`."""
    actor.require(Right.CATALOG_MANAGE)
    _row(Faq.objects.select_for_update(), faq_id, "ServiceFaq").delete()


@transaction.atomic
def content_arrange(
    *,
    actor: Actor,
    service_id: UUID,
    media: Sequence[UUID] | None,
    cases: Sequence[UUID] | None,
    faqs: Sequence[UUID] | None,
) -> Service:
    """Put what stands beside a service in this order; None leaves a list as it is.

    Raises `NotFound`, and `InvalidInput` unless a list names each of its rows once.
    """
    service = access_service(actor=actor, service_id=service_id)
    lists: tuple[tuple[str, str, type[Model], Sequence[UUID] | None], ...] = (
        ("mediaIds", "ServiceMedia", Media, media),
        ("caseIds", "ServiceCase", Case, cases),
        ("faqIds", "ServiceFaq", Faq, faqs),
    )
    for name, what, model, ids in lists:
        if ids is None:
            continue
        rows: dict[UUID, Any] = model._default_manager.filter(service=service).in_bulk()
        if not rows.keys() >= set(ids):
            raise NotFound(what=what)
        if sorted(ids) != sorted(rows):
            raise InvalidInput(field=name, reason="each of the service's, once")
        for position, key in enumerate(ids):
            rows[key].position = position
        model._default_manager.bulk_update(rows.values(), ["position"])
    return service


def _place[M: Model](rows: QuerySet[M], most: int, field: str, what: str) -> int:
    """The position after all of `rows`. Raises `InvalidInput(field)` where there are `most`."""
    if rows.count() >= most:
        raise InvalidInput(field=field, reason=f"at most {most} {what}")
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _row[M: Model](rows: QuerySet[M], key: UUID, what: str) -> M:
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotFound(what=what)
    return row


def _alt(alt: Mapping[str, str]) -> dict[str, str]:
    language = brand_language() if alt else None
    return texts_checked(alt, field="alt", max_length=NAME_LENGTH, language=language)


def _described[M: Media | CasePicture](
    rows: QuerySet[M], key: UUID, what: str, alt: Mapping[str, str]
) -> M:
    picture = _row(rows.select_for_update(), key, what)
    picture.alt = _alt(alt)
    picture.save(update_fields=["alt"])
    return picture


def _stored(upload: Upload, folder: str, *, video: bool, at: datetime) -> StoredFile:
    store = store_video if video else store_image
    return store(upload, folder=folder, max_bytes=settings.UPLOAD_MAX_BYTES, at=at)


def _of(stored: StoredFile) -> dict[str, Any]:
    return {
        "file": stored.path,
        "width": stored.width,
        "height": stored.height,
        "created_at": stored.at,
    }


def _file_gone(rows: QuerySet[Any], key: UUID, what: str, *, at: datetime) -> None:
    picture = _row(rows.select_for_update(), key, what)
    picture.delete()
    file_remove(picture.file, at=at)
