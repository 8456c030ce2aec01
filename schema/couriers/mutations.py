"""Writes of couriers."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.file_uploads import Upload

from kernel import clock, files
from kernel.files import FileTooLarge, FileTypeRefused
from kernel.meters import PlanLimitReached
from kernel.refusals import InvalidInput
from kernel.transitions import IllegalMove
from schema.catalog.declared.kinds import Gender
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.couriers.types import (
    CourierApproveSuccess,
    CourierDocumentUploadSuccess,
    CourierFreezeSuccess,
    CourierOnDutySuccess,
    CourierPositionSuccess,
    CourierQualifySuccess,
    CourierRegisterSuccess,
    CourierRejectSuccess,
    CourierUnfreezeSuccess,
    DocumentKind,
)
from tenants.access.rights import Right
from tenants.brand.modules import ModuleOff
from tenants.couriers.services import applying, duty, qualifying, reviewing
from tenants.places.geometry import Position, position_checked


@strawberry.input(description="An application to work as a courier.")
class CourierRegisterInput:
    """What the public will read."""

    display_name: str = strawberry.field(
        description="The name to work under, up to 40 characters; anybody can read it."
    )
    introduction: str = strawberry.field(
        default="", description="In the courier's own words, up to 500 characters."
    )


@strawberry.input(description="A document to hand in.")
class CourierDocumentUploadInput:
    """A file and what it proves."""

    kind: DocumentKind = strawberry.field(description="What it proves.")
    file: Upload = strawberry.field(description="A photo or a PDF, up to 10 MB.")


@strawberry.input
class Decision:
    """An input that decides about a courier: whom, and what to tell them."""

    courier_id: relay.GlobalID = strawberry.field(description="The courier.")
    note: str = strawberry.field(
        default="", description="What to tell the courier, up to 500 characters."
    )


@strawberry.input(description="An applicant to approve.")
class CourierApproveInput(Decision):
    """Of courierApprove."""


@strawberry.input(description="An applicant to turn down.")
class CourierRejectInput(Decision):
    """Of courierReject."""


@strawberry.input(description="A courier to freeze.")
class CourierFreezeInput(Decision):
    """Of courierFreeze."""


@strawberry.input(description="A frozen courier to let work again.")
class CourierUnfreezeInput(Decision):
    """Of courierUnfreeze."""


@strawberry.input(description="What a courier has shown that they can do, set as a whole.")
class CourierQualifyInput:
    """Services ask for it; see ServiceRequirements."""

    courier_id: relay.GlobalID = strawberry.field(description="The courier.")
    exams: list[str] = strawberry.field(
        default_factory=list, description="The keys of exams passed; at most 50."
    )
    level: int = strawberry.field(default=0, description="0 to 9.")
    gender: Gender | None = strawberry.field(
        default=None, description="Null where the courier has not told it."
    )


@strawberry.input(description="To begin or end one's duty.")
class CourierOnDutyInput:
    """Positions are WGS-84 degrees."""

    on_duty: bool = strawberry.field(description="Whether to take orders from now on.")
    latitude: float | None = strawberry.field(default=None, description="Where, if known.")
    longitude: float | None = strawberry.field(default=None, description="Where, if known.")


@strawberry.input(description="Where the courier is.")
class CourierPositionInput:
    """WGS-84 degrees."""

    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east.")


@strawberry.type
class CourierMutations:
    """Root mutation fields of couriers."""

    @mutation(right=Audience.SIGNED_IN, refusals=[applying.AlreadyRegistered, ModuleOff])
    def courier_register(self, info: Info, input: CourierRegisterInput) -> CourierRegisterSuccess:
        """Apply to work as a courier, once; the operator reviews it with the documents."""
        courier = applying.courier_register(
            actor=actor_of(info.context),
            display_name=input.display_name,
            introduction=input.introduction,
            at=clock.now(),
        )
        return CourierRegisterSuccess(row=courier.id)

    @mutation(
        right=Audience.SIGNED_IN,
        refusals=[
            applying.CourierFrozen,
            applying.TooManyDocuments,
            FileTooLarge,
            FileTypeRefused,
            PlanLimitReached,
        ],
    )
    def courier_document_upload(
        self, info: Info, input: CourierDocumentUploadInput
    ) -> CourierDocumentUploadSuccess:
        """Hand in a document of one's own. After a rejection this applies again."""
        document = applying.courier_document_upload(
            actor=actor_of(info.context),
            kind=input.kind,
            upload=cast(files.Upload, input.file),
            at=clock.now(),
        )
        return CourierDocumentUploadSuccess(row=document.courier_id)

    @mutation(
        right=Right.COURIERS_REVIEW,
        refusals=[reviewing.IdentityMissing, IllegalMove, PlanLimitReached],
    )
    def courier_approve(self, info: Info, input: CourierApproveInput) -> CourierApproveSuccess:
        """Let an applicant work. The documents under review are accepted."""
        return CourierApproveSuccess(row=_decide(reviewing.courier_approve, info, input))

    @mutation(right=Right.COURIERS_REVIEW, refusals=[IllegalMove])
    def courier_reject(self, info: Info, input: CourierRejectInput) -> CourierRejectSuccess:
        """Turn an applicant down. The documents under review are rejected."""
        return CourierRejectSuccess(row=_decide(reviewing.courier_reject, info, input))

    @mutation(right=Right.COURIERS_REVIEW, refusals=[IllegalMove])
    def courier_freeze(self, info: Info, input: CourierFreezeInput) -> CourierFreezeSuccess:
        """Take a courier's right to work, at once; orders in hand wait for a dispatcher."""
        return CourierFreezeSuccess(row=_decide(reviewing.courier_freeze, info, input))

    @mutation(right=Right.COURIERS_REVIEW, refusals=[IllegalMove, PlanLimitReached])
    def courier_unfreeze(self, info: Info, input: CourierUnfreezeInput) -> CourierUnfreezeSuccess:
        """Let a frozen courier work again."""
        return CourierUnfreezeSuccess(row=_decide(reviewing.courier_unfreeze, info, input))

    @mutation(right=Right.COURIERS_REVIEW)
    def courier_qualify(self, info: Info, input: CourierQualifyInput) -> CourierQualifySuccess:
        """Set what a courier has shown that they can do; offers heed it from the next round on."""
        courier = qualifying.courier_qualify(
            actor=actor_of(info.context),
            courier_id=row_id(input.courier_id, "Courier"),
            exams=input.exams,
            level=input.level,
            gender=input.gender.value if input.gender else None,
            at=clock.now(),
        )
        return CourierQualifySuccess(row=courier.id)

    @mutation(right=Right.FULFIL_AS_COURIER)
    def courier_on_duty(self, info: Info, input: CourierOnDutyInput) -> CourierOnDutySuccess:
        """Begin or end one's duty. On duty one is offered orders; off duty no position is kept."""
        presence = duty.courier_on_duty(
            actor=actor_of(info.context),
            on_duty=input.on_duty,
            position=_position(input.latitude, input.longitude),
            at=clock.now(),
        )
        return CourierOnDutySuccess(row=presence.courier_id)

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=[duty.NotOnDuty])
    def courier_position(self, info: Info, input: CourierPositionInput) -> CourierPositionSuccess:
        """Say where one is, while on duty: the nearest are asked first."""
        position = position_checked(
            latitude=input.latitude, longitude=input.longitude, field="latitude"
        )
        presence = duty.courier_position(
            actor=actor_of(info.context), position=position, at=clock.now()
        )
        return CourierPositionSuccess(row=presence.courier_id)


def _position(latitude: float | None, longitude: float | None) -> Position | None:
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise InvalidInput(field="longitude", reason="latitude and longitude come together")
    return position_checked(latitude=latitude, longitude=longitude, field="latitude")


def _decide(verb: Callable[..., Any], info: Info, input: Decision) -> UUID:
    """Carry one of the review's verbs out; answers the courier's key."""
    courier_id = row_id(input.courier_id, "Courier")
    actor = actor_of(info.context)
    verb(actor=actor, courier_id=courier_id, note=input.note, at=clock.now())
    return courier_id
