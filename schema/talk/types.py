"""GraphQL types of reviews."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel.masks import name_masked
from schema.core.context import Info
from schema.couriers.types import CourierFace
from tenants.talk import models
from tenants.talk.selectors import review_row


@strawberry_django.type(
    models.Review, name="Review", description="What a customer says of an order; public."
)
class Review(relay.Node):
    """One per order."""

    id: relay.NodeID[UUID]
    score: int = strawberry_django.field(description="1 to 5, 5 the best.")
    text: str = strawberry_django.field(description="In the customer's words; may be empty.")
    created_at: datetime = strawberry_django.field(description="When it was written.")
    courier: CourierFace = strawberry_django.field(description="Who fulfilled the order.")

    @strawberry_django.field(
        only=["customer__name"],
        select_related=["customer"],
        description="Who wrote it: a first character, and no more.",
    )
    def author(root: models.Review) -> str:
        return name_masked(root.customer.name)

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Review], info: Info, **_: Any
    ) -> QuerySet[models.Review]:
        """Anybody may read any."""
        return queryset


@strawberry.type(description="The review is public.")
class ReviewCreateSuccess:
    """Answers reviewCreate."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The review.")
    def review(self) -> Review:
        return review_row(self.row)  # type: ignore[return-value]
