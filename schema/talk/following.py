"""Couriers whom a person keeps at hand."""

import strawberry
from strawberry import relay

from kernel import clock
from schema.core.context import Info
from schema.core.fields import mutation, query
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.couriers.types import CourierFace
from tenants.access.rights import Right
from tenants.brand.modules import ModuleOff
from tenants.talk.following import courier_follow, followed_by


@strawberry.type
class FollowingQueries:
    """Root query fields of following."""

    @query(right=Right.ORDER_AS_CUSTOMER)
    def followed_couriers(self, info: Info) -> list[CourierFace]:
        """The couriers whom one follows, the latest first, at most 100."""
        return followed_by(actor_of(info.context))  # type: ignore[return-value]


@strawberry.input(description="Whether one follows a courier.")
class CourierFollowInput:
    """Twice is as good as once."""

    courier_id: relay.GlobalID = strawberry.field(description="A Courier's id.")
    followed: bool = strawberry.field(description="False follows them no longer.")


@strawberry.type(description="Followed, or not.")
class CourierFollowSuccess:
    """The courier."""

    courier_id: relay.GlobalID = strawberry.field(description="Whom it was about.")


@strawberry.type
class FollowingMutations:
    """Root mutations of following."""

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=[ModuleOff])
    def courier_follow(self, info: Info, input: CourierFollowInput) -> CourierFollowSuccess:
        """Keep a courier at hand, or no longer; at most 100."""
        courier_follow(
            actor=actor_of(info.context),
            courier_id=row_id(input.courier_id, "Courier"),
            followed=input.followed,
            at=clock.now(),
        )
        return CourierFollowSuccess(courier_id=input.courier_id)
