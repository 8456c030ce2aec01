"""GraphQL types of promotions."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel import clock
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import BigInt
from schema.core.texts import Text, all_texts_field, text_field
from tenants.access.rights import Right
from tenants.promotions import models
from tenants.promotions.selectors import promotions_running

PromotionAudience = models.Promotion.Audience
described_enum(
    PromotionAudience,
    "To whom a promotion is given.",
    name="PromotionAudience",
    EVERYBODY="Everybody.",
    REFERRED="Who came by somebody's code.",
    REFERRER="Who brought a friend: once for each whose first order was completed.",
)


def manages_prices(info: Info) -> bool:
    """Whether the caller makes promotions."""
    actor = info.context.actor
    return actor is not None and Right.PRICES_MANAGE in actor.rights


def _staff_only(column: str, description: str) -> Any:
    def resolver(root: models.Promotion, info: Info) -> BigInt | None:
        value: Any = getattr(root, column)
        return value if manages_prices(info) else None

    return strawberry_django.field(
        resolver=resolver, only=[column], description=f"{description} For staff; null for others."
    )


@strawberry_django.type(
    models.Promotion,
    name="Promotion",
    description="An amount or a share off. Amounts are minor units of the operator's currency.",
)
class Promotion(relay.Node):
    """Customers see those that run without a code; staff see all."""

    id: relay.NodeID[UUID]
    name: str = text_field("name", "What customers read.")
    names: list[Text] = all_texts_field("name", "The name in every language.")
    audience: PromotionAudience = strawberry_django.field(description="Who has it.")
    by_code: bool = strawberry_django.field(description="Whether a code has to be given.")
    amount: BigInt | None = strawberry_django.field(description="Taken off; or a share is.")
    percent_bps: int | None = strawberry_django.field(
        description="Basis points of the price without goods and tip."
    )
    ceiling: BigInt | None = strawberry_django.field(description="The most that a share takes off.")
    threshold: BigInt = strawberry_django.field(description="What the price has to be at least.")
    first_order: bool = strawberry_django.field(description="Only for a customer's first order.")
    stackable: bool = strawberry_django.field(description="Whether it combines with others such.")
    per_person: int | None = strawberry_django.field(description="How often each may have it.")
    starts_at: datetime = strawberry_django.field(description="From when.")
    ends_at: datetime | None = strawberry_django.field(description="Until when; null: no end.")
    budget: BigInt | None = _staff_only("budget", "What it may cost in all.")
    spent: BigInt | None = _staff_only("spent", "What it has cost.")
    uses_limit: BigInt | None = _staff_only("uses_limit", "For how many orders.")
    uses: BigInt | None = _staff_only("uses", "In how many orders it is.")

    @strawberry_django.field(
        only=["services"], description="The services that it is for; empty: every one."
    )
    def service_ids(root: models.Promotion) -> list[relay.GlobalID]:
        return [relay.GlobalID("Service", service_id) for service_id in root.services]

    bundle_days: int | None = strawberry_django.field(
        description="Within how many days its set has to be ordered; null: it wants no set."
    )

    @strawberry_django.field(
        only=["bundle"],
        description="Services of which an order each makes a set; it is for the one that completes"
        " it. Empty: it wants no set.",
    )
    def bundle_service_ids(root: models.Promotion) -> list[relay.GlobalID]:
        return [relay.GlobalID("Service", service_id) for service_id in root.bundle]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Promotion], info: Info, **_: Any
    ) -> QuerySet[models.Promotion]:
        """All, for staff; what runs for everybody without a code, for others."""
        if manages_prices(info):
            return queryset
        running = promotions_running(clock.now()).filter(
            by_code=False, audience=PromotionAudience.EVERYBODY
        )
        return queryset.filter(id__in=running.values("id"))


@strawberry_django.type(
    models.Code, name="PromotionCode", description="A word that makes a promotion apply."
)
class PromotionCode(relay.Node):
    """Seen by who manages prices."""

    id: relay.NodeID[UUID]
    code: str = strawberry_django.field(description="The word; case, blanks and hyphens are lost.")
    channel: str = strawberry_django.field(description="Where it was handed out.")
    uses: int = strawberry_django.field(description="In how many orders it is.")
    uses_limit: int | None = strawberry_django.field(description="In how many it may be.")
    promotion: Promotion = strawberry_django.field(description="What it stands for.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Code], info: Info, **_: Any
    ) -> QuerySet[models.Code]:
        """All, for who manages prices."""
        return queryset if manages_prices(info) else queryset.none()


@strawberry_django.type(
    models.Membership, name="Membership", description="A level that staff gave a customer."
)
class Membership(relay.Node):
    """Seen by the member and by who manages prices."""

    id: relay.NodeID[UUID]
    level: str = strawberry_django.field(description="The operator's own key, like gold.")
    valid_until: datetime | None = strawberry_django.field(
        description="Until when prices heed it; null: no end."
    )
    set_at: datetime = strawberry_django.field(description="When staff last said so.")

    @strawberry_django.field(only=["person_id"], description="The customer's Person id.")
    def customer_id(root: models.Membership) -> relay.GlobalID:
        return relay.GlobalID("Person", str(root.person_id))

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Membership], info: Info, **_: Any
    ) -> QuerySet[models.Membership]:
        """One's own; all, for who manages prices."""
        if manages_prices(info):
            return queryset
        actor = info.context.actor
        return queryset.filter(person_id=actor.person_id) if actor else queryset.none()


@strawberry.type(description="A customer's own code for friends, and what came of it.")
class ReferralStanding:
    """One's own."""

    code: str | None = strawberry.field(
        description="To give to friends who have not ordered yet; null until `referralCodeMake`."
    )
    friends: int = strawberry.field(description="How many came by it.")
    rewarded: int = strawberry.field(description="How many of them have had an order done.")
