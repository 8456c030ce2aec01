"""The standing of a courier's own price, one row a move."""

from kernel.transitions import Transitions, move
from tenants.pricing.models import CourierPrice

S = CourierPrice.State
COURIER, STAFF, SYSTEM = "courier", "staff", "system"

COURIER_PRICE_LIFE = Transitions(
    move("approve", [S.PROPOSED], S.APPROVED, STAFF),
    move("decline", [S.PROPOSED], S.DECLINED, STAFF),
    move("withdraw", [S.PROPOSED, S.APPROVED], S.WITHDRAWN, COURIER, STAFF),
    # By the same courier's next one: when it is proposed, or when it is approved.
    move("replace", [S.PROPOSED, S.APPROVED], S.REPLACED, SYSTEM),
)
