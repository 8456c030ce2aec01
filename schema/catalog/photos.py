"""Pictures that customers answer a form with."""

from datetime import timedelta
from typing import Any, Final, Self, cast

import strawberry
from strawberry.file_uploads import Upload

from kernel import clock
from kernel.files import FileTooLarge, FileTypeRefused, signed_url
from kernel.meters import PlanLimitReached
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import actor_of
from tenants.access.rights import Right
from tenants.catalog import photos

LINK_LIFETIME: Final = timedelta(minutes=15)


@strawberry.type(description="A picture that was sent to answer a question of a form with.")
class FormPhoto:
    """Private: only who sent it gets it back, and who may see the answers of their order."""

    answer: str = strawberry.field(
        description="What `answers` name it by, in the list of its question."
    )
    url: str = strawberry.field(description="Where it is; the link expires within half an hour.")
    width: int = strawberry.field(description="In pixels, as it is kept.")
    height: int = strawberry.field(description="In pixels, as it is kept.")

    @classmethod
    def of(cls, photo: Any) -> Self:
        """From a row."""
        answer = str(photo.id)
        return cls(answer=answer, url=photo_url(answer), width=photo.width, height=photo.height)


def photo_url(answer: str) -> str:
    """An expiring link to the picture that an answer names."""
    return signed_url(photos.photo_file(answer), at=clock.now(), lifetime=LINK_LIFETIME)


@strawberry.input(description="A picture to answer with.")
class FormPhotoUploadInput:
    """It is made anew, upright and without what it tells of place and device."""

    upload: Upload = strawberry.field(description="JPEG, PNG or WebP, up to 10 MB.")


@strawberry.type(description="Kept, for a day unless a quote's answers name it.")
class FormPhotoUploadSuccess:
    """The picture."""

    photo: FormPhoto = strawberry.field(description="What to name in the answers.")


@strawberry.type
class PhotoMutations:
    """Root mutations of pictures in forms."""

    @mutation(
        right=Right.ORDER_AS_CUSTOMER,
        refusals=[photos.TooManyPhotos, FileTooLarge, FileTypeRefused, PlanLimitReached],
    )
    def form_photo_upload(self, info: Info, input: FormPhotoUploadInput) -> FormPhotoUploadSuccess:
        """Send a picture before naming it in the `answers` of a quote; at most 20 wait at once."""
        photo = photos.photo_upload(
            actor=actor_of(info.context), upload=cast(Any, input.upload), at=clock.now()
        )
        return FormPhotoUploadSuccess(photo=FormPhoto.of(photo))
