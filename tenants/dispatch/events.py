"""What is announced of offers, on the stream of their order."""

from typing import Any

from tenants.dispatch.models import Offer
from tenants.orders.states import COURIER, SYSTEM

ANSWERS = frozenset({Offer.State.ACCEPTED, Offer.State.DECLINED})

KIND_OF_STATE = {
    Offer.State.OPEN: "offer.made",
    Offer.State.ACCEPTED: "offer.accepted",
    Offer.State.DECLINED: "offer.declined",
    Offer.State.EXPIRED: "offer.expired",
    Offer.State.WITHDRAWN: "offer.withdrawn",
}


def offer_facts(offer: Offer, state: Offer.State) -> dict[str, Any]:
    """The data of the event that brings `offer` to `state`. Its courier must be loaded.

    `by` is the role that did it: an offer is answered by its courier, else the system acts.
    """
    return {
        "order": str(offer.order_id),
        "offer": str(offer.id),
        "courier": str(offer.courier_id),
        "courier_person": str(offer.courier.person_id),
        "by": COURIER if state in ANSWERS else SYSTEM,
    }
