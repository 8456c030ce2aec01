"""What is announced, on the streams `booking:<id>`, `recurrence:<id>` and `shift:<id>`.

The data holds ids, times and codes: `booking`, `courier`, `courier_person`, `customer`, `order` (or
null), `starts`, `by` (the acting side).
"""

HELD = "booking.held"
BOOKED = "booking.booked"
LAPSED = "booking.lapsed"
CANCELLED = "booking.cancelled"
DONE = "booking.done"
MOVED = "booking.moved"
REASSIGNED = "booking.reassigned"

AGENDA = (HELD, BOOKED, LAPSED, CANCELLED, DONE, MOVED, REASSIGNED)
"""Those after which a courier is free, or busy, at another time than before."""

MOVE_ASKED = "booking.move_asked"
MOVE_DECLINED = "booking.move_declined"
MOVE_WITHDRAWN = "booking.move_withdrawn"

TERMS_SET = "booking.terms_set"
"""A fact, on no stream."""

RECURRENCE_STARTED = "recurrence.started"
RECURRENCE_BOOKED = "recurrence.booked"
RECURRENCE_MISSED = "recurrence.missed"
"""`data`: `date`, `reason`. What could not be booked is told, never dropped."""
RECURRENCE_ENDED = "recurrence.ended"

SHIFT_OPENED = "shift.opened"
SHIFT_SIGNED_UP = "shift.signed_up"
SHIFT_LEFT = "shift.left"
SHIFT_MOVED_UP = "shift.moved_up"
SHIFT_CANCELLED = "shift.cancelled"
