"""Writes of flags and announcements."""

from datetime import datetime

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from registry import announcements, flags
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.core.texts import TextInput, texts_of
from schema.registry.types.announcements import AnnouncementKind, WithAnnouncement
from schema.registry.types.flags import WithFlag


@strawberry.input(description="A flag and its share of tenants.")
class FlagSetInput:
    """A new flag, or one that there is."""

    key: str = strawberry.field(description="a-z, 0-9 and _, a letter first, at most 60.")
    percent: int = strawberry.field(description="0 to 100.")
    description: str = strawberry.field(
        default="", description="What it switches; up to 500 characters."
    )


@strawberry.input(description="A flag for one tenant.")
class FlagOverrideInput:
    """Which, for whom, how."""

    key: str = strawberry.field(description="Of a flag that there is.")
    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    on: bool | None = strawberry.field(description="On or off; null leaves it to the share again.")


@strawberry.input(description="Something to tell operators.")
class AnnouncementPublishInput:
    """What, to whom, from when to when."""

    kind: AnnouncementKind = strawberry.field(description="What about.")
    title: list[TextInput] = strawberry.field(
        description="Up to 120 characters; in English at least."
    )
    body: list[TextInput] = strawberry.field(
        description="Up to 2,000 characters; in English at least."
    )
    plans: list[str] = strawberry.field(
        default_factory=list,
        description="Of news: keys of the plans whose tenants see it; none means all.",
    )
    starts_at: datetime | None = strawberry.field(default=None, description="Left out: now.")
    ends_at: datetime | None = strawberry.field(default=None, description="Left out: until ended.")


@strawberry.input(description="An announcement that is over.")
class AnnouncementEndInput:
    """Which."""

    announcement_id: GlobalID = strawberry.field(description="An Announcement's id.")


@strawberry.type(description="Every process hears of it within a second.")
class FlagSetSuccess(WithFlag):
    """Answers flagSet."""


@strawberry.type(description="Every process hears of it within a second.")
class FlagOverrideSuccess(WithFlag):
    """Answers flagOverride."""


@strawberry.type(description="Operators are told.")
class AnnouncementPublishSuccess(WithAnnouncement):
    """Answers announcementPublish."""


@strawberry.type(description="It is over.")
class AnnouncementEndSuccess(WithAnnouncement):
    """Answers announcementEnd."""


@strawberry.type
class NoticeMutations:
    """Root mutations of flags and announcements."""

    @mutation(right=Audience.OWNER)
    def flag_set(self, info: Info, input: FlagSetInput) -> FlagSetSuccess:
        """Make a flag, or change its share of tenants."""
        flag = flags.flag_set(
            owner=owner_of(info.context),
            key=input.key,
            percent=input.percent,
            description=input.description,
            at=clock.now(),
        )
        return FlagSetSuccess(row=flag.id)

    @mutation(right=Audience.OWNER)
    def flag_override(self, info: Info, input: FlagOverrideInput) -> FlagOverrideSuccess:
        """Switch a flag on or off for one tenant, whatever its share."""
        flag = flags.flag_override(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            key=input.key,
            on=input.on,
            at=clock.now(),
        )
        return FlagOverrideSuccess(row=flag.id)

    @mutation(right=Audience.OWNER)
    def announcement_publish(
        self, info: Info, input: AnnouncementPublishInput
    ) -> AnnouncementPublishSuccess:
        """Tell operators' staff something; incidents and maintenance the whole world."""
        announcement = announcements.announcement_publish(
            owner=owner_of(info.context),
            kind=input.kind,
            title=texts_of(input.title),
            body=texts_of(input.body),
            plans=input.plans,
            starts_at=input.starts_at,
            ends_at=input.ends_at,
            at=clock.now(),
        )
        return AnnouncementPublishSuccess(row=announcement.id)

    @mutation(right=Audience.OWNER)
    def announcement_end(self, info: Info, input: AnnouncementEndInput) -> AnnouncementEndSuccess:
        """Say that it is over; one that has not begun never comes."""
        announcement = announcements.announcement_end(
            owner=owner_of(info.context),
            announcement_id=row_id(input.announcement_id, "Announcement"),
            at=clock.now(),
        )
        return AnnouncementEndSuccess(row=announcement.id)
