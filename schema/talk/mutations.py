"""Writes of reviews."""

import strawberry
from strawberry import relay

from kernel import clock
from kernel.refusals import IdempotencyKeyReused
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.talk.types import ReviewCreateSuccess
from tenants.access.rights import Right
from tenants.brand.modules import ModuleOff
from tenants.talk.services import AlreadyReviewed, NotReviewable, review_create


@strawberry.input(description="What a customer says of an order.")
class ReviewCreateInput:
    """A score and, if there is more to say, words."""

    order_id: relay.GlobalID = strawberry.field(description="One's own order, delivered.")
    score: int = strawberry.field(description="1 to 5, 5 the best.")
    text: str = strawberry.field(default="", description="Up to 1000 characters; public.")
    idempotency_key: str = strawberry.field(
        description="Chosen by the caller; the same key gives the same review again."
    )


@strawberry.type
class TalkMutations:
    """Root mutation fields of reviews."""

    @mutation(
        right=Right.ORDER_AS_CUSTOMER,
        refusals=[NotReviewable, AlreadyReviewed, ModuleOff, IdempotencyKeyReused],
    )
    def review_create(self, info: Info, input: ReviewCreateInput) -> ReviewCreateSuccess:
        """Review one's own delivered order, once; its courier's and service's ratings follow."""
        review_id = review_create(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            score=input.score,
            text=input.text,
            key=input.idempotency_key,
            at=clock.now(),
        )
        return ReviewCreateSuccess(row=review_id)
