"""What is announced of an order, on the stream `order:<id>`, and the codes of its reasons.

An event's data holds ids, figures and codes: `order`, `customer` (a person), `courier` (whoever
has the order after the move, else had it before; or null), `from`, `to`, `by` (the acting role),
and what the kind adds. Never a name, a phone, an address or free words.
"""

from django.db import models

PLACED = "order.placed"
REVIEWED = "order.reviewed"
STEP_DONE = "order.step_done"
"""Adds `stop`, and `step`: its key in the declaration."""

KIND_OF_MOVE = {
    "offer": "order.offered",
    "withdraw_offers": "order.offers_withdrawn",
    "accept": "order.accepted",
    "assign": "order.assigned",
    "give_back": "order.given_back",
    "depart": "order.departed",
    "arrive": "order.arrived",
    "complete_stop": "order.stop_completed",
    "deliver": "order.delivered",
    "confirm": "order.completed",
    "give_up": "order.undeliverable",
    "retry": "order.retried",
    "return_to_sender": "order.returning",
    "hand_back": "order.returned",
    "cancel": "order.cancelled",
    "abort": "order.cancelled",
    "call_off": "order.cancelled",
}


class CancelReason(models.TextChoices):
    """Why an order was cancelled."""

    CHANGED_MIND = "changed_mind"
    TOO_SLOW = "too_slow"
    WRONG_DETAILS = "wrong_details"
    NO_COURIER = "no_courier"
    NOT_POSSIBLE = "not_possible"
    OTHER = "other"


class GiveBackReason(models.TextChoices):
    """Why a courier gave a job back."""

    TOO_FAR = "too_far"
    TOO_HEAVY = "too_heavy"
    NO_TIME = "no_time"
    VEHICLE = "vehicle"
    UNWELL = "unwell"
    OTHER = "other"


class UndeliverableReason(models.TextChoices):
    """Why an order could not be fulfilled at a stop."""

    NOBODY_THERE = "nobody_there"
    WRONG_ADDRESS = "wrong_address"
    NO_ACCESS = "no_access"
    NOT_READY = "not_ready"
    REFUSED = "refused"
    DAMAGED = "damaged"
    OTHER = "other"


def stream_of(order_id: object) -> str:
    """The journal's stream of one order."""
    return f"order:{order_id}"
