"""The lives of a booking and of a wish to move one, one row a move."""

from kernel.transitions import Transitions, move
from tenants.booking.models import BookingState as S
from tenants.booking.models import Reschedule

CUSTOMER, COURIER, STAFF, SYSTEM = "customer", "courier", "staff", "system"

BOOKING_LIFE = Transitions(
    move("take", [S.HELD], S.BOOKED, CUSTOMER, SYSTEM),
    move("lapse", [S.HELD], S.LAPSED, SYSTEM),
    move("move", [S.BOOKED], S.BOOKED, CUSTOMER, COURIER, STAFF),
    move("reassign", [S.BOOKED], S.BOOKED, STAFF),
    move("cancel", [S.HELD, S.BOOKED], S.CANCELLED, CUSTOMER, STAFF, SYSTEM),
    move("complete", [S.BOOKED], S.DONE, COURIER, STAFF, SYSTEM),
)

R = Reschedule.State

RESCHEDULE_LIFE = Transitions(
    move("accept", [R.ASKED], R.ACCEPTED, CUSTOMER, COURIER, STAFF),
    move("decline", [R.ASKED], R.DECLINED, CUSTOMER, COURIER, STAFF),
    move("withdraw", [R.ASKED], R.WITHDRAWN, CUSTOMER, COURIER, STAFF, SYSTEM),
)
