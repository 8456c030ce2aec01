"""Writes of dispatch: taking, declining, giving back, assigning."""

import strawberry
from strawberry import relay

from kernel import clock
from kernel.refusals import IdempotencyKeyReused
from kernel.transitions import IllegalMove
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.dispatch.types import (
    AssignmentGiveBackSuccess,
    OfferAcceptSuccess,
    OfferDeclineSuccess,
    OrderAssignSuccess,
)
from schema.orders.enums import GiveBackReason
from tenants.access.rights import Right
from tenants.dispatch.services import answers, assigning

KEY = "Chosen by the caller; the same key and input give the same result again."


@strawberry.input(description="An offer to take.")
class OfferAcceptInput:
    """One's own, open."""

    offer_id: relay.GlobalID = strawberry.field(description="The offer.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="An offer to decline.")
class OfferDeclineInput:
    """One's own, open."""

    offer_id: relay.GlobalID = strawberry.field(description="The offer.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A job to give back.")
class AssignmentGiveBackInput:
    """Accepted, and not set out for."""

    order_id: relay.GlobalID = strawberry.field(description="The order.")
    reason: GiveBackReason = strawberry.field(description="Why.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="An order and who is to have it.")
class OrderAssignInput:
    """By a dispatcher's word."""

    order_id: relay.GlobalID = strawberry.field(description="The order.")
    courier_id: relay.GlobalID = strawberry.field(description="An approved courier.")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.type
class DispatchMutations:
    """Root mutation fields of dispatch."""

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=[answers.OfferGone, IdempotencyKeyReused])
    def offer_accept(self, info: Info, input: OfferAcceptInput) -> OfferAcceptSuccess:
        """Take the order. Of several who try at the same instant, exactly one has it."""
        order_id = answers.offer_accept(
            actor=actor_of(info.context),
            offer_id=row_id(input.offer_id, "Offer"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OfferAcceptSuccess(row=order_id)

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=[answers.OfferGone, IdempotencyKeyReused])
    def offer_decline(self, info: Info, input: OfferDeclineInput) -> OfferDeclineSuccess:
        """Say no. One is not asked for the same order again for a few minutes."""
        offer_id = answers.offer_decline(
            actor=actor_of(info.context),
            offer_id=row_id(input.offer_id, "Offer"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OfferDeclineSuccess(row=offer_id)

    @mutation(
        right=(Right.FULFIL_AS_COURIER, Right.ORDERS_MANAGE),
        refusals=[IllegalMove, IdempotencyKeyReused],
    )
    def assignment_give_back(
        self, info: Info, input: AssignmentGiveBackInput
    ) -> AssignmentGiveBackSuccess:
        """Give a job back before setting out; others are asked at once."""
        assigning.assignment_give_back(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            reason=input.reason,
            key=input.idempotency_key,
            at=clock.now(),
        )
        return AssignmentGiveBackSuccess(order_id=input.order_id)

    @mutation(right=Right.ORDERS_MANAGE, refusals=[IllegalMove, IdempotencyKeyReused])
    def order_assign(self, info: Info, input: OrderAssignInput) -> OrderAssignSuccess:
        """Give an order to a courier, from another one if need be, until the courier sets out."""
        order_id = assigning.order_assign(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            courier_id=row_id(input.courier_id, "Courier"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderAssignSuccess(row=order_id)
