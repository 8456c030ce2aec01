"""An order's life, one row a move. Facts like urgent, paused or late stand beside the state.

README.md says what each move asks for beyond this table.
"""

from collections.abc import Callable, Mapping, Sequence

from kernel.transitions import Transitions, move
from tenants.catalog.declaration.terms import CancelStage
from tenants.orders.models import Order, Stop
from tenants.orders.models import OrderState as S

CUSTOMER, COURIER, STAFF, SYSTEM = "customer", "courier", "staff", "system"

ORDER_LIFE = Transitions(
    move("offer", [S.PLACED], S.OFFERED, SYSTEM),
    move("withdraw_offers", [S.OFFERED], S.PLACED, SYSTEM),
    move("accept", [S.PLACED, S.OFFERED], S.ACCEPTED, COURIER),
    move("assign", [S.PLACED, S.OFFERED, S.ACCEPTED], S.ACCEPTED, STAFF, SYSTEM),
    move("give_back", [S.ACCEPTED], S.PLACED, COURIER, STAFF),
    move("depart", [S.ACCEPTED, S.IN_PROGRESS], S.DEPARTED, COURIER),
    move("arrive", [S.DEPARTED], S.ARRIVED, COURIER),
    move("complete_stop", [S.ARRIVED], S.IN_PROGRESS, COURIER),
    move("deliver", [S.ARRIVED], S.DELIVERED, COURIER),
    move("confirm", [S.DELIVERED], S.COMPLETED, CUSTOMER, SYSTEM),
    move(
        "give_up",
        [S.DEPARTED, S.ARRIVED, S.IN_PROGRESS],
        S.UNDELIVERABLE,
        COURIER,
        STAFF,
    ),
    move("retry", [S.UNDELIVERABLE], S.DEPARTED, STAFF),
    move("return_to_sender", [S.UNDELIVERABLE], S.RETURNING, STAFF),
    move("hand_back", [S.RETURNING], S.RETURNED, COURIER),
    move("cancel", [S.PLACED, S.OFFERED], S.CANCELLED, CUSTOMER, STAFF),
    move("call_off", [S.ACCEPTED, S.DEPARTED, S.ARRIVED], S.CANCELLED, CUSTOMER),
    move("abort", [S.ACCEPTED, S.DEPARTED, S.ARRIVED, S.UNDELIVERABLE], S.CANCELLED, STAFF),
)

UNDER_WAY = frozenset(
    {
        S.ACCEPTED,
        S.DEPARTED,
        S.ARRIVED,
        S.IN_PROGRESS,
        S.UNDELIVERABLE,
        S.RETURNING,
    }
)
"""From acceptance to the end of the work: while the courier may know whom to call."""


def _remaining(stops: Sequence[str]) -> int:
    return sum(state != Stop.State.DONE for state in stops)


POLICY: Mapping[str, Callable[[Sequence[str]], bool]] = {
    "complete_stop": lambda stops: _remaining(stops) > 1,
    "deliver": lambda stops: _remaining(stops) == 1,
    # Something must have been picked up before there is anything to bring back.
    "return_to_sender": lambda stops: _remaining(stops) < len(stops),
}
"""What a move asks of the states of the order's stops, by position, as they are before it."""


STAGES: Mapping[str, CancelStage] = {
    S.PLACED: CancelStage.PLACED,
    S.OFFERED: CancelStage.PLACED,
    S.ACCEPTED: CancelStage.ACCEPTED,
    S.DEPARTED: CancelStage.DEPARTED,
    S.ARRIVED: CancelStage.ARRIVED,
}
"""How far an order is in the words of its service's cancellation terms."""


BY_TERMS = frozenset({"cancel", "call_off"})
"""Moves that are the customer's only where the order's cancellation terms allow it."""


def cancel_fee_bps(order: Order) -> int | None:
    """What cancelling would cost the customer now: basis points of the total without goods.

    None where the customer cannot. By the terms that the order was sold under.
    """
    stage = STAGES.get(order.state)
    bps: int | None = order.cancel_fees.get(stage) if stage else None
    return bps


def current_stop(stops: Sequence[Stop]) -> Stop | None:
    """The first stop that is not done, of `stops` by position; None when all are."""
    return next((stop for stop in stops if stop.state != Stop.State.DONE), None)
