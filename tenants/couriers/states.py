"""A courier's standing, and an absence's, one row a move."""

from kernel.transitions import Transitions, move
from tenants.couriers.models import Absence, Courier

S = Courier.State
COURIER, STAFF = "courier", "staff"

COURIER_LIFE = Transitions(
    move("approve", [S.APPLIED], S.APPROVED, STAFF),
    move("reject", [S.APPLIED], S.REJECTED, STAFF),
    move("apply_again", [S.REJECTED], S.APPLIED, COURIER),
    move("freeze", [S.APPROVED], S.FROZEN, STAFF),
    move("unfreeze", [S.FROZEN], S.APPROVED, STAFF),
)

A = Absence.State

ABSENCE_LIFE = Transitions(
    move("approve", [A.ASKED], A.APPROVED, STAFF),
    move("decline", [A.ASKED], A.DECLINED, STAFF),
    move("withdraw", [A.ASKED, A.APPROVED], A.WITHDRAWN, COURIER, STAFF),
)
