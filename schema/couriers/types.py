"""GraphQL types of couriers: the public face, and the file that they and the operator read."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from schema.catalog.declared.kinds import Gender
from schema.core.context import Info
from schema.core.enums import described_enum
from tenants.couriers import models
from tenants.couriers.selectors import couriers_visible, documents_visible

CourierState = models.Courier.State
described_enum(
    CourierState,
    "Where a courier stands with the operator.",
    name="CourierState",
    APPLIED="Waits for the operator's review.",
    APPROVED="May work.",
    REJECTED="Was turned down; a new document applies again.",
    FROZEN="Was approved and may not work at present.",
)

DocumentKind = models.Document.Kind
described_enum(
    DocumentKind,
    "What a courier's document proves.",
    name="CourierDocumentKind",
    IDENTITY="Who they are; nobody is approved without it.",
    HEALTH="That they are fit to handle food.",
    SKILL="That they can do a trade.",
)

DocumentVerdict = models.Document.Verdict
described_enum(
    DocumentVerdict,
    "What the operator's review made of a document.",
    name="CourierDocumentVerdict",
    PENDING="Not reviewed yet.",
    ACCEPTED="Accepted.",
    REJECTED="Rejected.",
)


def rating_field() -> Any:
    """A model-backed `Float`: the mean of the scores, from the columns of their sum and count."""

    def resolver(root: Any) -> float | None:
        return round(root.rating_sum / root.rating_count, 2) if root.rating_count else None

    return strawberry_django.field(
        resolver=resolver,
        only=["rating_sum", "rating_count"],
        description="Mean of the reviews' scores, 1 to 5; null while there are none.",
    )


@strawberry_django.type(
    models.Courier, name="CourierFace", description="What everybody may know of a courier."
)
class CourierFace:
    """The public face: no row of its own, so it is read together with what names the courier."""

    display_name: str = strawberry_django.field(description="The name the courier works under.")
    introduction: str = strawberry_django.field(description="In the courier's own words.")
    rating: float | None = rating_field()
    rating_count: int = strawberry_django.field(description="How many reviews there are.")
    completed_count: int = strawberry_django.field(description="How many orders were completed.")

    @strawberry_django.field(only=["id"], description="The courier, to ask for their reviews.")
    def courier_id(root: models.Courier) -> relay.GlobalID:
        return relay.GlobalID("Courier", str(root.id))


@strawberry_django.type(
    models.Document, name="CourierDocument", description="Evidence that a courier has handed in."
)
class CourierDocument(relay.Node):
    """A document's particulars. The picture is `courierDocumentLink`'s to show."""

    id: relay.NodeID[UUID]
    kind: DocumentKind = strawberry_django.field(description="What it proves.")
    verdict: DocumentVerdict = strawberry_django.field(description="What the review made of it.")
    uploaded_at: datetime = strawberry_django.field(description="When it was handed in.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Document], info: Info, **kwargs: Any
    ) -> QuerySet[models.Document]:
        """Staff with the right see all, a courier their own."""
        return documents_visible(info.context.actor, queryset)


@strawberry_django.type(
    models.Presence, name="Presence", description="Whether a courier is on duty, and where."
)
class Presence:
    """A courier's duty. Positions are WGS-84 degrees and kept only while on duty."""

    on_duty: bool = strawberry_django.field(description="Whether the courier takes orders now.")
    since: datetime = strawberry_django.field(description="Since when that is so.")
    latitude: float | None = strawberry_django.field(description="Last known, WGS-84 degrees.")
    longitude: float | None = strawberry_django.field(description="Last known, WGS-84 degrees.")
    seen_at: datetime | None = strawberry_django.field(description="When the position was told.")


@strawberry_django.type(
    models.Courier,
    name="Courier",
    description="A courier's file, for themselves and for the operator's staff.",
)
class Courier(relay.Node):
    """Whoever fulfils orders, on wheels or on site."""

    id: relay.NodeID[UUID]
    display_name: str = strawberry_django.field(description="The name the courier works under.")
    introduction: str = strawberry_django.field(description="In the courier's own words.")
    state: CourierState = strawberry_django.field(description="Where they stand.")
    rating: float | None = rating_field()
    rating_count: int = strawberry_django.field(description="How many reviews there are.")
    completed_count: int = strawberry_django.field(description="How many orders were completed.")
    given_back_count: int = strawberry_django.field(description="How many jobs were given back.")
    exams: list[str] = strawberry_django.field(description="The keys of exams passed.")
    level: int = strawberry_django.field(description="0 to 9, as staff have set it.")
    applied_at: datetime = strawberry_django.field(description="When they last applied.")
    reviewed_at: datetime | None = strawberry_django.field(
        description="When the operator last decided."
    )
    review_note: str = strawberry_django.field(description="What the operator said with it.")
    presence: Presence | None = strawberry_django.field(
        description="Their duty; null if they never began one."
    )
    documents: list[CourierDocument] = strawberry_django.field(
        description="What they handed in, the oldest first."
    )

    @strawberry_django.field(only=["gender"], description="Null where they have not told it.")
    def gender(root: models.Courier) -> Gender | None:
        return Gender(root.gender) if root.gender else None

    @strawberry_django.field(only=["person_id"], description="The person behind the name.")
    def person_id(root: models.Courier) -> relay.GlobalID:
        return relay.GlobalID("Person", str(root.person_id))

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Courier], info: Info, **kwargs: Any
    ) -> QuerySet[models.Courier]:
        """Staff with the right see all, a courier themselves."""
        return couriers_visible(info.context.actor, queryset)


@strawberry.type(description="A way to look at a courier's document, for a few minutes.")
class CourierDocumentLink:
    """A signed link. To hand one to staff is a reading, and on record."""

    url: str = strawberry.field(description="Where the file can be fetched.")
    expires_at: datetime = strawberry.field(description="Until when.")


@strawberry.type
class WithCourier:
    """A success that answers a courier's file."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The courier's file as it is now.")
    def courier(self) -> Courier:
        return models.Courier.objects.filter(id=self.row)  # type: ignore[return-value]


@strawberry.type(description="The application is in.")
class CourierRegisterSuccess(WithCourier):
    """Answers courierRegister."""


@strawberry.type(description="The document is kept.")
class CourierDocumentUploadSuccess(WithCourier):
    """Answers courierDocumentUpload."""


@strawberry.type(description="The courier may work.")
class CourierApproveSuccess(WithCourier):
    """Answers courierApprove."""


@strawberry.type(description="The applicant was turned down.")
class CourierRejectSuccess(WithCourier):
    """Answers courierReject."""


@strawberry.type(description="The courier may not work any more.")
class CourierFreezeSuccess(WithCourier):
    """Answers courierFreeze."""


@strawberry.type(description="Set.")
class CourierQualifySuccess(WithCourier):
    """Answers courierQualify."""


@strawberry.type(description="The courier may work again.")
class CourierUnfreezeSuccess(WithCourier):
    """Answers courierUnfreeze."""


@strawberry.type(description="The courier's duty is as asked.")
class CourierOnDutySuccess(WithCourier):
    """Answers courierOnDuty."""


@strawberry.type(description="The position is noted.")
class CourierPositionSuccess(WithCourier):
    """Answers courierPosition."""
