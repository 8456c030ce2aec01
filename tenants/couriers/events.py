"""What higher apps may listen to. No stream: a courier's standing is its row."""

ON_DUTY = "courier.on_duty"
ABSENCE_APPROVED = "courier.absence_approved"
"""`data`: `courier`, `starts`, `ends` (ISO). What a listener raises stops the approval."""

AGENDA_CHANGED = "courier.agenda_changed"
"""When the courier can be booked is different now."""
