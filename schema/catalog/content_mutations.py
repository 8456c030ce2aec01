"""Writes of what stands beside a service."""

from datetime import datetime
from typing import Any, cast

import strawberry
from strawberry.file_uploads import Upload
from strawberry.relay import GlobalID

from kernel import clock
from kernel.files import FileTooLarge, FileTypeRefused, VideoTooLong
from kernel.meters import PlanLimitReached
from schema.catalog.content import (
    CasePicture,
    MediaKind,
    Moment,
    ServiceCase,
    ServiceFaq,
    ServiceMedia,
)
from schema.catalog.types import Service
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.texts import TextInput, texts_of
from tenants.access.rights import Right
from tenants.catalog import content

UPLOADS = [FileTooLarge, FileTypeRefused, PlanLimitReached]


@strawberry.input(description="A picture or a video of a service.")
class ServiceMediaAddInput:
    """A JPEG, PNG or WebP; or an MP4 of at most 60 seconds."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")
    upload: Upload = strawberry.field(description="JPEG, PNG, WebP or MP4, up to 10 MB.")
    kind: MediaKind = strawberry.field(default=MediaKind.PICTURE, description="What it is.")
    moment: Moment = strawberry.field(
        default=Moment.OTHER, description="When in the work it was taken."
    )
    alt: list[TextInput] = strawberry.field(
        default_factory=list, description="What it shows, for those who cannot see it."
    )


@strawberry.input(description="What a picture or a video shows.")
class ServiceMediaDescribeInput:
    """In place of what was said before."""

    media_id: GlobalID = strawberry.field(description="A ServiceMedia's id.")
    alt: list[TextInput] = strawberry.field(description="Empty, or in the operator's own language.")


@strawberry.input(description="Which picture or video to take away.")
class ServiceMediaRemoveInput:
    """A picture or a video."""

    media_id: GlobalID = strawberry.field(description="A ServiceMedia's id.")


@strawberry.input(description="A case, told or told otherwise.")
class ServiceCaseSaveInput:
    """Without an id, a new one, which is hidden."""

    id: GlobalID | None = strawberry.field(default=None, description="Which to change.")
    service_id: GlobalID = strawberry.field(description="A Service's id.")
    title: list[TextInput] = strawberry.field(
        description="In the operator's language at least; up to 200 characters."
    )
    story: list[TextInput] = strawberry.field(
        default_factory=list, description="How it went; up to 5000 characters."
    )


@strawberry.input(description="Whether customers see a case, and by which consent.")
class ServiceCaseShowInput:
    """Without consent it is hidden."""

    case_id: GlobalID = strawberry.field(description="A ServiceCase's id.")
    consent_at: datetime | None = strawberry.field(
        default=None,
        description="When the customer agreed to its being told; null where they did not, or no "
        "longer do.",
    )
    shown: bool = strawberry.field(description="Whether customers see it.")


@strawberry.input(description="Which case to take away.")
class ServiceCaseRemoveInput:
    """With its pictures."""

    case_id: GlobalID = strawberry.field(description="A ServiceCase's id.")


@strawberry.input(description="A picture of a case.")
class CasePictureAddInput:
    """A JPEG, PNG or WebP."""

    case_id: GlobalID = strawberry.field(description="A ServiceCase's id.")
    upload: Upload = strawberry.field(description="JPEG, PNG or WebP, up to 10 MB.")
    moment: Moment = strawberry.field(
        default=Moment.OTHER, description="When in the work it was taken."
    )
    alt: list[TextInput] = strawberry.field(
        default_factory=list, description="What it shows, for those who cannot see it."
    )


@strawberry.input(description="What a picture of a case shows.")
class CasePictureDescribeInput:
    """In place of what was said before."""

    picture_id: GlobalID = strawberry.field(description="A CasePicture's id.")
    alt: list[TextInput] = strawberry.field(description="Empty, or in the operator's own language.")


@strawberry.input(description="Which picture of a case to take away.")
class CasePictureRemoveInput:
    """The last one hides its case."""

    picture_id: GlobalID = strawberry.field(description="A CasePicture's id.")


@strawberry.input(description="A question and its answer.")
class ServiceFaqSaveInput:
    """Without an id, a new one."""

    id: GlobalID | None = strawberry.field(default=None, description="Which to change.")
    service_id: GlobalID = strawberry.field(description="A Service's id.")
    question: list[TextInput] = strawberry.field(
        description="In the operator's language at least; up to 200 characters."
    )
    answer: list[TextInput] = strawberry.field(
        description="In the operator's language at least; up to 5000 characters."
    )


@strawberry.input(description="Which question to take away.")
class ServiceFaqRemoveInput:
    """A question."""

    faq_id: GlobalID = strawberry.field(description="A ServiceFaq's id.")


@strawberry.input(description="The order of what stands beside a service.")
class ServiceContentArrangeInput:
    """Each list names every row of its kind once; null leaves it as it is."""

    service_id: GlobalID = strawberry.field(description="A Service's id.")
    media_ids: list[GlobalID] | None = strawberry.field(
        default=None, description="ServiceMedia's ids."
    )
    case_ids: list[GlobalID] | None = strawberry.field(
        default=None, description="ServiceCase's ids."
    )
    faq_ids: list[GlobalID] | None = strawberry.field(default=None, description="ServiceFaq's ids.")


@strawberry.type(description="Added.")
class ServiceMediaAddSuccess:
    """The picture or the video."""

    media: ServiceMedia = strawberry.field(description="The new one, after the others.")


@strawberry.type(description="Described.")
class ServiceMediaDescribeSuccess:
    """The picture or the video."""

    media: ServiceMedia = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken away.")
class ServiceMediaRemoveSuccess:
    """What was."""

    media_id: GlobalID = strawberry.field(description="Its id, which means nothing any more.")


@strawberry.type(description="Saved.")
class ServiceCaseSaveSuccess:
    """The case."""

    case: ServiceCase = strawberry.field(description="As it is now.")


@strawberry.type(description="Shown or hidden.")
class ServiceCaseShowSuccess:
    """The case."""

    case: ServiceCase = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken away.")
class ServiceCaseRemoveSuccess:
    """The case that was."""

    case_id: GlobalID = strawberry.field(description="Its id, which means nothing any more.")


@strawberry.type(description="Added.")
class CasePictureAddSuccess:
    """The picture."""

    picture: CasePicture = strawberry.field(description="The new one, after the others.")


@strawberry.type(description="Described.")
class CasePictureDescribeSuccess:
    """The picture."""

    picture: CasePicture = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken away.")
class CasePictureRemoveSuccess:
    """The picture that was."""

    picture_id: GlobalID = strawberry.field(description="Its id, which means nothing any more.")


@strawberry.type(description="Saved.")
class ServiceFaqSaveSuccess:
    """The question with its answer."""

    faq: ServiceFaq = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken away.")
class ServiceFaqRemoveSuccess:
    """The question that was."""

    faq_id: GlobalID = strawberry.field(description="Its id, which means nothing any more.")


@strawberry.type(description="Put in order.")
class ServiceContentArrangeSuccess:
    """The service."""

    service: Service = strawberry.field(description="With its lists in the new order.")


@strawberry.type
class ContentMutations:
    """Root mutations of galleries, cases and questions."""

    @mutation(right=Right.CATALOG_MANAGE, refusals=[*UPLOADS, VideoTooLong])
    def service_media_add(self, info: Info, input: ServiceMediaAddInput) -> ServiceMediaAddSuccess:
        """Add a picture or a video to a service, at most 10; customers see it at once."""
        media = content.media_add(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            upload=cast(Any, input.upload),
            video=input.kind is MediaKind.VIDEO,
            moment=input.moment,
            alt=texts_of(input.alt),
            at=clock.now(),
        )
        return ServiceMediaAddSuccess(media=cast(ServiceMedia, media))

    @mutation(right=Right.CATALOG_MANAGE)
    def service_media_describe(
        self, info: Info, input: ServiceMediaDescribeInput
    ) -> ServiceMediaDescribeSuccess:
        """Say anew what a picture or a video shows; customers hear it at once."""
        media = content.media_describe(
            actor=actor_of(info.context),
            media_id=row_id(input.media_id, "ServiceMedia"),
            alt=texts_of(input.alt),
        )
        return ServiceMediaDescribeSuccess(media=cast(ServiceMedia, media))

    @mutation(right=Right.CATALOG_MANAGE)
    def service_media_remove(
        self, info: Info, input: ServiceMediaRemoveInput
    ) -> ServiceMediaRemoveSuccess:
        """Take a picture or a video away."""
        content.media_remove(
            actor=actor_of(info.context),
            media_id=row_id(input.media_id, "ServiceMedia"),
            at=clock.now(),
        )
        return ServiceMediaRemoveSuccess(media_id=input.media_id)

    @mutation(right=Right.CATALOG_MANAGE)
    def service_case_save(self, info: Info, input: ServiceCaseSaveInput) -> ServiceCaseSaveSuccess:
        """Tell a case, at most 20 a service, or tell it otherwise."""
        case = content.case_save(
            actor=actor_of(info.context),
            case_id=row_id(input.id, "ServiceCase") if input.id else None,
            service_id=row_id(input.service_id, "Service"),
            title=texts_of(input.title),
            story=texts_of(input.story),
            at=clock.now(),
        )
        return ServiceCaseSaveSuccess(case=cast(ServiceCase, case))

    @mutation(right=Right.CATALOG_MANAGE)
    def service_case_show(self, info: Info, input: ServiceCaseShowInput) -> ServiceCaseShowSuccess:
        """Note the customer's consent, or that it is withdrawn; show the case or hide it."""
        case = content.case_show(
            actor=actor_of(info.context),
            case_id=row_id(input.case_id, "ServiceCase"),
            consent_at=input.consent_at,
            shown=input.shown,
            at=clock.now(),
        )
        return ServiceCaseShowSuccess(case=cast(ServiceCase, case))

    @mutation(right=Right.CATALOG_MANAGE)
    def service_case_remove(
        self, info: Info, input: ServiceCaseRemoveInput
    ) -> ServiceCaseRemoveSuccess:
        """Take a case away, with its pictures."""
        content.case_remove(
            actor=actor_of(info.context),
            case_id=row_id(input.case_id, "ServiceCase"),
            at=clock.now(),
        )
        return ServiceCaseRemoveSuccess(case_id=input.case_id)

    @mutation(right=Right.CATALOG_MANAGE, refusals=UPLOADS)
    def case_picture_add(self, info: Info, input: CasePictureAddInput) -> CasePictureAddSuccess:
        """Add a picture to a case, at most 6."""
        picture = content.case_picture_add(
            actor=actor_of(info.context),
            case_id=row_id(input.case_id, "ServiceCase"),
            upload=cast(Any, input.upload),
            moment=input.moment,
            alt=texts_of(input.alt),
            at=clock.now(),
        )
        return CasePictureAddSuccess(picture=cast(CasePicture, picture))

    @mutation(right=Right.CATALOG_MANAGE)
    def case_picture_describe(
        self, info: Info, input: CasePictureDescribeInput
    ) -> CasePictureDescribeSuccess:
        """Say anew what a picture of a case shows."""
        picture = content.case_picture_describe(
            actor=actor_of(info.context),
            picture_id=row_id(input.picture_id, "CasePicture"),
            alt=texts_of(input.alt),
        )
        return CasePictureDescribeSuccess(picture=cast(CasePicture, picture))

    @mutation(right=Right.CATALOG_MANAGE)
    def case_picture_remove(
        self, info: Info, input: CasePictureRemoveInput
    ) -> CasePictureRemoveSuccess:
        """Take a picture off its case; the last one hides the case."""
        content.case_picture_remove(
            actor=actor_of(info.context),
            picture_id=row_id(input.picture_id, "CasePicture"),
            at=clock.now(),
        )
        return CasePictureRemoveSuccess(picture_id=input.picture_id)

    @mutation(right=Right.CATALOG_MANAGE)
    def service_faq_save(self, info: Info, input: ServiceFaqSaveInput) -> ServiceFaqSaveSuccess:
        """Write a question with its answer, at most 30 a service; customers see it at once."""
        faq = content.faq_save(
            actor=actor_of(info.context),
            faq_id=row_id(input.id, "ServiceFaq") if input.id else None,
            service_id=row_id(input.service_id, "Service"),
            question=texts_of(input.question),
            answer=texts_of(input.answer),
        )
        return ServiceFaqSaveSuccess(faq=cast(ServiceFaq, faq))

    @mutation(right=Right.CATALOG_MANAGE)
    def service_faq_remove(
        self, info: Info, input: ServiceFaqRemoveInput
    ) -> ServiceFaqRemoveSuccess:
        """Take a question away."""
        content.faq_remove(actor=actor_of(info.context), faq_id=row_id(input.faq_id, "ServiceFaq"))
        return ServiceFaqRemoveSuccess(faq_id=input.faq_id)

    @mutation(right=Right.CATALOG_MANAGE)
    def service_content_arrange(
        self, info: Info, input: ServiceContentArrangeInput
    ) -> ServiceContentArrangeSuccess:
        """Put a service's gallery, cases and questions in order."""
        service = content.content_arrange(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            media=_keys(input.media_ids, "ServiceMedia"),
            cases=_keys(input.case_ids, "ServiceCase"),
            faqs=_keys(input.faq_ids, "ServiceFaq"),
        )
        return ServiceContentArrangeSuccess(service=cast(Service, service))


def _keys(ids: list[GlobalID] | None, type_name: str) -> list[Any] | None:
    return None if ids is None else [row_id(each, type_name) for each in ids]
