"""What the owner tells operators."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from registry import models
from registry.announcements import announcement_row
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.texts import all_texts_field, text_field

AnnouncementKind = models.PlatformAnnouncement.Kind
described_enum(
    AnnouncementKind,
    "What an announcement of the platform is about.",
    name="AnnouncementKind",
    NEWS="Something new, for operators' staff.",
    MAINTENANCE="Planned work; stands on the status page too.",
    INCIDENT="Something is wrong; stands on the status page too.",
)


@strawberry_django.type(
    models.PlatformAnnouncement,
    name="Announcement",
    description="What the owner tells operators, as owners see it.",
)
class Announcement(relay.Node):
    """Visible to owners, on the platform's host."""

    id: relay.NodeID[UUID]
    kind: AnnouncementKind = strawberry_django.field(description="What about.")
    title = all_texts_field("title", "In every language there is.")
    body = all_texts_field("body", "In every language there is.")
    plans: list[str] = strawberry_django.field(
        description="Keys of the plans whose tenants see it; none means all."
    )
    starts_at: datetime = strawberry_django.field(description="From when on.")
    ends_at: datetime | None = strawberry_django.field(description="Until when; null: until ended.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.PlatformAnnouncement], info: Info, **_: Any
    ) -> QuerySet[models.PlatformAnnouncement]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset


@strawberry_django.type(
    models.PlatformAnnouncement,
    name="PlatformAnnouncement",
    description="What the platform's owner tells an operator's staff.",
)
class PlatformAnnouncement:
    """As it is read on a tenant's host."""

    kind: AnnouncementKind = strawberry_django.field(description="What about.")
    title: str = text_field("title", "In a line.")
    body: str = text_field("body", "In full.")
    starts_at: datetime = strawberry_django.field(description="From when on.")
    ends_at: datetime | None = strawberry_django.field(description="Until when; null: not known.")


@strawberry.type
class WithAnnouncement:
    """A success that answers the announcement."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The announcement as it is now.")
    def announcement(self) -> Announcement:
        return announcement_row(self.row)  # type: ignore[return-value]
