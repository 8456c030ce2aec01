"""Writes of orders: placing, the courier's way, and how an order ends."""

from typing import cast

import strawberry
from strawberry import relay
from strawberry.file_uploads import Upload

from kernel import clock, files
from kernel.files import FileTooLarge, FileTypeRefused
from kernel.meters import PlanLimitReached
from kernel.refusals import IdempotencyKeyReused, TooManyAttempts
from kernel.transitions import IllegalMove
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from schema.orders.enums import CancelReason, PaymentMethod, UndeliverableReason
from schema.orders.results import (
    OrderArriveSuccess,
    OrderCancelSuccess,
    OrderConfirmSuccess,
    OrderDepartSuccess,
    OrderHandBackSuccess,
    OrderPlaceSuccess,
    OrderReportUndeliverableSuccess,
    OrderRetrySuccess,
    OrderReturnSuccess,
    StepCompleteSuccess,
    StopCompleteSuccess,
)
from tenants.access.rights import Right
from tenants.booking.services.holds import HoldLapsed
from tenants.booking.services.visits import BookingOfOrder
from tenants.brand.services import OrdersPaused
from tenants.orders.services import ending, fulfilment, placing, steps, trouble
from tenants.pricing.services.quotes import QuoteExpired, QuoteTaken
from tenants.promotions.services.redeeming import PromotionGone

ORDER = "The order."
KEY = "Chosen by the caller; the same key and input give the same result again."


@strawberry.input
class OneOrder:
    """An input that moves one order."""

    order_id: relay.GlobalID = strawberry.field(description=ORDER)
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A quote to take up.")
class OrderPlaceInput:
    """The quote holds what, where and for how much."""

    quote_id: relay.GlobalID = strawberry.field(description="One's own quote, not yet expired.")
    payment_method: PaymentMethod = strawberry.field(description="How it will be paid.")
    booking_id: relay.GlobalID | None = strawberry.field(
        default=None,
        description="The appointment that the quote is for, held or booked by oneself, where the "
        "service takes appointments. Its time, length and place are the quote's.",
    )
    note: str = strawberry.field(
        default="", description="What the courier should know, up to 300 characters."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="An order to call off.")
class OrderCancelInput(OneOrder):
    """Which, and why."""

    reason: CancelReason = strawberry.field(description="Why.")


@strawberry.input(description="An order to confirm.")
class OrderConfirmInput(OneOrder):
    """One's own, delivered."""


@strawberry.input(description="An order to set out for.")
class OrderDepartInput(OneOrder):
    """Of orderDepart."""


@strawberry.input(description="An order at whose current stop the courier is.")
class OrderArriveInput(OneOrder):
    """Of orderArrive."""


@strawberry.input(description="An undeliverable order to try once more.")
class OrderRetryInput(OneOrder):
    """Of orderRetry."""


@strawberry.input(description="An undeliverable order to bring back.")
class OrderReturnInput(OneOrder):
    """Of orderReturn."""


@strawberry.input(description="A stop to complete, with what it asks for.")
class StopCompleteInput(OneOrder):
    """Stop.photoNeed and Stop.pinNeed say what is asked."""

    stop_id: relay.GlobalID = strawberry.field(description="The current stop of the order.")
    photo: Upload | None = strawberry.field(default=None, description="A photo taken there.")
    pin: str | None = strawberry.field(default=None, description="What the customer said.")
    cash_collected: bool = strawberry.field(
        default=False,
        description="At the last stop of an order paid on delivery: that the customer paid.",
    )


@strawberry.input(description="A step of the work at the current stop, done.")
class StepCompleteInput(OneOrder):
    """Order.work says which are open and what they ask for."""

    step: str = strawberry.field(description="The key of the step.")
    photo: Upload | None = strawberry.field(default=None, description="A photo of it.")


@strawberry.input(description="An order that cannot be done at its current stop.")
class OrderReportUndeliverableInput(OneOrder):
    """Which, and why."""

    reason: UndeliverableReason = strawberry.field(description="Why.")
    photo: Upload | None = strawberry.field(
        default=None, description="What the courier found there, kept as a proof at the stop."
    )


@strawberry.input(description="An order that is back with its sender.")
class OrderHandBackInput(OneOrder):
    """Which, and the proof."""

    photo: Upload = strawberry.field(description="A photo of the hand-over.")


@strawberry.type
class OrderMutations:
    """Root mutation fields of orders."""

    @mutation(
        right=Right.ORDER_AS_CUSTOMER,
        refusals=[
            OrdersPaused,
            QuoteExpired,
            QuoteTaken,
            PromotionGone,
            placing.BookingMissing,
            BookingOfOrder,
            HoldLapsed,
            IllegalMove,
            IdempotencyKeyReused,
            PlanLimitReached,
        ],
    )
    def order_place(self, info: Info, input: OrderPlaceInput) -> OrderPlaceSuccess:
        """Take one's quote up: the order is placed at its price, and offered to couriers or, with
        an appointment, given to the one who was booked.
        """
        order_id = placing.order_place(
            actor=actor_of(info.context),
            quote_id=row_id(input.quote_id, "Quote"),
            payment_method=input.payment_method,
            note=input.note,
            booking_id=row_id(input.booking_id, "Booking") if input.booking_id else None,
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderPlaceSuccess(row=order_id)

    @mutation(
        right=(Right.ORDER_AS_CUSTOMER, Right.ORDERS_MANAGE),
        refusals=[IllegalMove, IdempotencyKeyReused],
    )
    def order_cancel(self, info: Info, input: OrderCancelInput) -> OrderCancelSuccess:
        """Call an order off: its customer before a courier has it, staff until a stop is done."""
        order_id = ending.order_cancel(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            reason=input.reason,
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderCancelSuccess(row=order_id)

    @mutation(right=Right.ORDER_AS_CUSTOMER, refusals=[IllegalMove, IdempotencyKeyReused])
    def order_confirm(self, info: Info, input: OrderConfirmInput) -> OrderConfirmSuccess:
        """Say that everything arrived, which releases the money. Time does it after a day."""
        order_id = ending.order_confirm(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderConfirmSuccess(row=order_id)

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=[IllegalMove, IdempotencyKeyReused])
    def order_depart(self, info: Info, input: OrderDepartInput) -> OrderDepartSuccess:
        """Set out for the current stop."""
        order_id = fulfilment.order_depart(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderDepartSuccess(row=order_id)

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=[IllegalMove, IdempotencyKeyReused])
    def order_arrive(self, info: Info, input: OrderArriveInput) -> OrderArriveSuccess:
        """Be at the current stop."""
        order_id = fulfilment.order_arrive(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderArriveSuccess(row=order_id)

    @mutation(
        right=Right.FULFIL_AS_COURIER,
        refusals=[
            IllegalMove,
            fulfilment.PinWrong,
            TooManyAttempts,
            fulfilment.ProofMissing,
            fulfilment.StepMissing,
            fulfilment.PaymentNotConfirmed,
            FileTooLarge,
            FileTypeRefused,
            IdempotencyKeyReused,
        ],
    )
    def stop_complete(self, info: Info, input: StopCompleteInput) -> StopCompleteSuccess:
        """Complete the current stop with its proofs; completing the last one delivers the order.

        Five wrong PINs lock the stop for fifteen minutes.
        """
        order_id = fulfilment.stop_complete(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            stop_id=row_id(input.stop_id, "Stop"),
            evidence=fulfilment.Evidence(
                photo=cast(files.Upload | None, input.photo),
                pin=input.pin,
                cash_collected=input.cash_collected,
            ),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return StopCompleteSuccess(row=order_id)

    @mutation(
        right=Right.FULFIL_AS_COURIER,
        refusals=[
            steps.StepNotOpen,
            fulfilment.ProofMissing,
            FileTooLarge,
            FileTypeRefused,
            IdempotencyKeyReused,
        ],
    )
    def step_complete(self, info: Info, input: StepCompleteInput) -> StepCompleteSuccess:
        """Say that a step of the work is done, with its photo where one is asked for."""
        order_id = steps.step_complete(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            step=input.step,
            photo=cast(files.Upload | None, input.photo),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return StepCompleteSuccess(row=order_id)

    @mutation(
        right=(Right.FULFIL_AS_COURIER, Right.ORDERS_MANAGE),
        refusals=[IllegalMove, FileTooLarge, FileTypeRefused, IdempotencyKeyReused],
    )
    def order_report_undeliverable(
        self, info: Info, input: OrderReportUndeliverableInput
    ) -> OrderReportUndeliverableSuccess:
        """Say that the order cannot be done at its current stop."""
        order_id = trouble.order_report_undeliverable(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            reason=input.reason,
            photo=cast(files.Upload | None, input.photo),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderReportUndeliverableSuccess(row=order_id)

    @mutation(right=Right.ORDERS_MANAGE, refusals=[IllegalMove, IdempotencyKeyReused])
    def order_retry(self, info: Info, input: OrderRetryInput) -> OrderRetrySuccess:
        """Send the courier of an undeliverable order to its current stop once more."""
        order_id = trouble.order_retry(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderRetrySuccess(row=order_id)

    @mutation(right=Right.ORDERS_MANAGE, refusals=[IllegalMove, IdempotencyKeyReused])
    def order_return(self, info: Info, input: OrderReturnInput) -> OrderReturnSuccess:
        """Have what was picked up for an undeliverable order brought back to the sender."""
        order_id = trouble.order_return(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderReturnSuccess(row=order_id)

    @mutation(
        right=Right.FULFIL_AS_COURIER,
        refusals=[IllegalMove, FileTooLarge, FileTypeRefused, IdempotencyKeyReused],
    )
    def order_hand_back(self, info: Info, input: OrderHandBackInput) -> OrderHandBackSuccess:
        """Hand a returning order back to the sender, with a photo."""
        order_id = trouble.order_hand_back(
            actor=actor_of(info.context),
            order_id=row_id(input.order_id, "Order"),
            photo=cast(files.Upload, input.photo),
            key=input.idempotency_key,
            at=clock.now(),
        )
        return OrderHandBackSuccess(row=order_id)
