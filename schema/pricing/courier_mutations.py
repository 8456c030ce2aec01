"""Writes of couriers' own prices."""

from typing import cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.transitions import IllegalMove
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.core.scalars import BigInt
from schema.pricing.couriers import CourierPrice
from tenants.access.rights import Right
from tenants.pricing import services

BAND = [services.CourierPriceNotAllowed, services.CourierPriceOutOfBand]


@strawberry.input(description="What a courier asks for a service.")
class CourierPriceProposeInput:
    """In place of the operator's base price."""

    service_id: GlobalID = strawberry.field(description="A Service's id, on sale.")
    amount: BigInt = strawberry.field(description="Minor units of the operator's currency.")


@strawberry.input(description="What staff make of a price.")
class CourierPriceDecideInput:
    """Approved, or declined with a reason."""

    courier_price_id: GlobalID = strawberry.field(description="A CourierPrice's id.")
    approve: bool = strawberry.field(description="Or decline.")
    reason: str = strawberry.field(
        default="", description="For the courier; needed to decline. Up to 300 characters."
    )


@strawberry.input(description="A price to take back.")
class CourierPriceWithdrawInput:
    """Which."""

    courier_price_id: GlobalID = strawberry.field(description="A CourierPrice's id.")


@strawberry.type(description="It waits for staff.")
class CourierPriceProposeSuccess:
    """The price."""

    price: CourierPrice = strawberry.field(description="As it is now.")


@strawberry.type(description="Decided.")
class CourierPriceDecideSuccess:
    """The price."""

    price: CourierPrice = strawberry.field(description="As it is now.")


@strawberry.type(description="Taken back; the operator's base holds again.")
class CourierPriceWithdrawSuccess:
    """The price."""

    price: CourierPrice = strawberry.field(description="As it is now.")


@strawberry.type
class CourierPriceMutations:
    """Root mutations of couriers' own prices."""

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=BAND)
    def courier_price_propose(
        self, info: Info, input: CourierPriceProposeInput
    ) -> CourierPriceProposeSuccess:
        """Ask a base price of one's own for a service, within the operator's band."""
        price = services.courier_price_propose(
            actor=actor_of(info.context),
            service_id=row_id(input.service_id, "Service"),
            amount=input.amount,
            at=clock.now(),
        )
        return CourierPriceProposeSuccess(price=cast(CourierPrice, price))

    @mutation(right=Right.PRICES_MANAGE, refusals=[IllegalMove, *BAND])
    def courier_price_decide(
        self, info: Info, input: CourierPriceDecideInput
    ) -> CourierPriceDecideSuccess:
        """Put a courier's price in force, or decline it with a reason."""
        price = services.courier_price_decide(
            actor=actor_of(info.context),
            price_id=row_id(input.courier_price_id, "CourierPrice"),
            approve=input.approve,
            reason=input.reason,
            at=clock.now(),
        )
        return CourierPriceDecideSuccess(price=cast(CourierPrice, price))

    @mutation(right=(Right.FULFIL_AS_COURIER, Right.PRICES_MANAGE), refusals=[IllegalMove])
    def courier_price_withdraw(
        self, info: Info, input: CourierPriceWithdrawInput
    ) -> CourierPriceWithdrawSuccess:
        """Take one's own price back, or, for who manages prices, anybody's."""
        price = services.courier_price_withdraw(
            actor=actor_of(info.context),
            price_id=row_id(input.courier_price_id, "CourierPrice"),
            at=clock.now(),
        )
        return CourierPriceWithdrawSuccess(price=cast(CourierPrice, price))
