"""A courier's standing, one row a move."""

from kernel.transitions import Transitions, move
from tenants.couriers.models import Courier

S = Courier.State
COURIER, STAFF = "courier", "staff"

COURIER_LIFE = Transitions(
    move("approve", [S.APPLIED], S.APPROVED, STAFF),
    move("reject", [S.APPLIED], S.REJECTED, STAFF),
    move("apply_again", [S.REJECTED], S.APPLIED, COURIER),
    move("freeze", [S.APPROVED], S.FROZEN, STAFF),
    move("unfreeze", [S.FROZEN], S.APPROVED, STAFF),
)
