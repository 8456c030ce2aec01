"""What an operator announces to its customers and couriers."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel import clock
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.fields import mutation, query
from schema.core.ids import row_id
from schema.core.rights import Audience, actor_of
from schema.core.texts import Text, TextInput, all_texts_field, text_field, texts_of
from tenants.access.rights import Right
from tenants.brand import bulletins, models

BulletinAudience = models.Bulletin.Audience
described_enum(
    BulletinAudience,
    "Who is told.",
    name="BulletinAudience",
    EVERYBODY="Whoever comes.",
    CUSTOMERS="Customers, and whoever has not signed in.",
    COURIERS="Couriers.",
)


@strawberry_django.type(
    models.Bulletin, name="Bulletin", description="What the operator announces in its apps."
)
class Bulletin(relay.Node):
    """The pinned first, then the latest."""

    id: relay.NodeID[UUID]
    title: str = text_field("title", "What it is about.")
    titles: list[Text] = all_texts_field("title", "The title in every language.")
    text: str = text_field("text", "What is announced; may be empty.")
    texts: list[Text] = all_texts_field("text", "The text in every language.")
    audience: BulletinAudience = strawberry_django.field(description="Who is told.")
    pinned: bool = strawberry_django.field(description="Whether it stands before the others.")
    shown_from: datetime = strawberry_django.field(description="When it begins to be shown.")
    shown_until: datetime | None = strawberry_django.field(
        description="When it is shown no longer; null: until it is taken down."
    )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Bulletin], info: Info, **_: Any
    ) -> QuerySet[models.Bulletin]:
        """What the caller is shown now; all, for whoever manages the brand."""
        actor = info.context.actor
        if actor is not None and Right.BRAND_MANAGE in actor.rights:
            return queryset
        return queryset & bulletins.bulletins_shown(actor, at=clock.now())


@strawberry.type
class BulletinQueries:
    """Root query fields of bulletins."""

    @query(right=Audience.PUBLIC)
    def bulletins(self, info: Info) -> list[Bulletin]:
        """What is announced to the caller now, the pinned first, then the latest; at most 50."""
        shown = bulletins.bulletins_shown(info.context.actor, at=clock.now())
        return cast(list[Bulletin], shown)

    @query(right=Right.BRAND_MANAGE)
    def bulletins_kept(self, info: Info) -> list[Bulletin]:
        """Every bulletin, those to come and those that are over too; at most 50."""
        return cast(list[Bulletin], bulletins.bulletins_kept())


@strawberry.input(description="A bulletin, written or written otherwise, as a whole.")
class BulletinSaveInput:
    """Without an id, a new one."""

    id: relay.GlobalID | None = strawberry.field(default=None, description="Which to change.")
    title: list[TextInput] = strawberry.field(
        description="Up to 80 characters, in the operator's language at least."
    )
    text: list[TextInput] = strawberry.field(
        default_factory=list, description="Up to 2,000 characters, in several lines."
    )
    audience: BulletinAudience = strawberry.field(
        default=BulletinAudience.EVERYBODY, description="Who is told."
    )
    pinned: bool = strawberry.field(
        default=False, description="Whether it stands before the others."
    )
    shown_from: datetime | None = strawberry.field(
        default=None, description="With its offset; null: at once, or as it was."
    )
    shown_until: datetime | None = strawberry.field(
        default=None, description="With its offset; null: until it is taken down."
    )


@strawberry.input(description="Which bulletin to take down.")
class BulletinRemoveInput:
    """A bulletin."""

    bulletin_id: relay.GlobalID = strawberry.field(description="A Bulletin's id.")


@strawberry.type(description="Announced.")
class BulletinSaveSuccess:
    """The bulletin."""

    bulletin: Bulletin = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken down.")
class BulletinRemoveSuccess:
    """The bulletin."""

    bulletin_id: relay.GlobalID = strawberry.field(description="What is gone.")


@strawberry.type
class BulletinMutations:
    """Root mutations of bulletins."""

    @mutation(right=Right.BRAND_MANAGE)
    def bulletin_save(self, info: Info, input: BulletinSaveInput) -> BulletinSaveSuccess:
        """Announce something to customers, couriers or everybody; at most 50 are kept."""
        saved = bulletins.bulletin_save(
            actor=actor_of(info.context),
            bulletin_id=row_id(input.id, "Bulletin") if input.id else None,
            title=texts_of(input.title),
            text=texts_of(input.text),
            audience=input.audience,
            pinned=input.pinned,
            shown_from=input.shown_from,
            shown_until=input.shown_until,
            at=clock.now(),
        )
        return BulletinSaveSuccess(bulletin=cast(Bulletin, saved))

    @mutation(right=Right.BRAND_MANAGE)
    def bulletin_remove(self, info: Info, input: BulletinRemoveInput) -> BulletinRemoveSuccess:
        """Take a bulletin down for good."""
        bulletins.bulletin_remove(
            actor=actor_of(info.context), bulletin_id=row_id(input.bulletin_id, "Bulletin")
        )
        return BulletinRemoveSuccess(bulletin_id=input.bulletin_id)
