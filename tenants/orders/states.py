"""An order's life, one row a move. Facts like urgent, paused or late stand beside the state."""

from kernel.transitions import Transitions, move
from tenants.orders.models import OrderState as S

CUSTOMER, COURIER, STAFF, SYSTEM = "customer", "courier", "staff", "system"

ORDER_LIFE = Transitions(
    move("offer", [S.PLACED], S.OFFERED, SYSTEM),
    move("withdraw_offers", [S.OFFERED], S.PLACED, SYSTEM),
    move("accept", [S.PLACED, S.OFFERED], S.ACCEPTED, COURIER),
    move("assign", [S.PLACED, S.OFFERED, S.ACCEPTED], S.ACCEPTED, STAFF),
    move("give_back", [S.ACCEPTED], S.PLACED, COURIER, STAFF),
    move("depart", [S.ACCEPTED, S.IN_PROGRESS], S.DEPARTED, COURIER),
    move("arrive", [S.DEPARTED], S.ARRIVED, COURIER),
    move("complete_stop", [S.ARRIVED], S.IN_PROGRESS, COURIER),
    move("deliver", [S.ARRIVED, S.IN_PROGRESS], S.DELIVERED, COURIER),
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
    move("abort", [S.ACCEPTED, S.DEPARTED, S.ARRIVED, S.UNDELIVERABLE], S.CANCELLED, STAFF),
)
