"""Reads of dispatch: whom to ask, and who was asked."""

from datetime import datetime, timedelta
from math import inf
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.booking.models import Booking, BookingState
from tenants.catalog.declaration import Declaration
from tenants.couriers.fatigue import Advice
from tenants.couriers.models import Courier, Presence
from tenants.couriers.qualified import only_qualified
from tenants.couriers.selectors import fatigue_check
from tenants.dispatch.models import Assignment, Offer
from tenants.orders.models import Order, Stop
from tenants.places.geometry import Position, straight_meters

OFFERS_A_ROUND: Final = 10
MAX_OPEN_ASSIGNMENTS: Final = 3
VISIT_AHEAD: Final = timedelta(minutes=45)
"""How long before an appointment a courier is not asked to do something else first."""

BLUR_DEGREES: Final = 0.005
ASK_AGAIN_AFTER: Final = timedelta(minutes=5)
"""How long a courier who declined an order, or gave it back, is not asked for it again."""


def couriers_to_ask(*, order: Order, at: datetime) -> list[Courier]:
    """Whom to offer `order` to now: approved, on duty, rested, a hand free, not just refused it,
    not about to visit somebody; with all that the service asks of whoever does it.

    The nearest to its first stop come first, by the straight line; those whose position is not
    known come last. Nobody is offered their own order. Where the customer chose a courier, whose
    price it is, nobody else is asked.
    """
    since = at - ASK_AGAIN_AFTER
    refused = Offer.objects.filter(
        order=order, courier=OuterRef("courier"), state=Offer.State.DECLINED, answered_at__gt=since
    )
    gave_back = Assignment.objects.filter(
        order=order,
        courier=OuterRef("courier"),
        outcome=Assignment.Outcome.GIVEN_BACK,
        ended_at__gt=since,
    )
    visits = Booking.objects.filter(
        courier=OuterRef("courier"),
        state=BookingState.BOOKED,
        starts_at__lt=at + VISIT_AHEAD,
        blocked_until__gt=at,
    )
    present = (
        Presence.objects.filter(on_duty=True, courier__state=Courier.State.APPROVED)
        .exclude(courier__person_id=order.customer_id)
        .filter(~Exists(refused), ~Exists(gave_back), ~Exists(visits))
        .annotate(in_hand=Count("courier__assignments", filter=_OPEN))
        .filter(in_hand__lt=MAX_OPEN_ASSIGNMENTS)
        .select_related("courier")
    )
    if chosen := order.quote.inputs.get("courier"):
        present = present.filter(courier_id=chosen)
    needed = Declaration.parse(order.version.declaration).requirements
    present = only_qualified(
        present,
        certificates=needed.certificates,
        exams=needed.exams,
        level=needed.level,
        gender=needed.gender,
    )
    rested = fatigue_check([each.courier_id for each in present], at=at)
    fresh = [each for each in present if rested[each.courier_id].advice is Advice.FRESH]
    first = order.stops.all()[0]
    target = Position(latitude=first.latitude, longitude=first.longitude)
    nearest = sorted(fresh, key=lambda presence: (_meters(presence, target), presence.since))
    return [presence.courier for presence in nearest[:OFFERS_A_ROUND]]


_OPEN: Final = Q(courier__assignments__ended_at=None, courier__assignments__id__isnull=False)


def _meters(presence: Presence, target: Position) -> float:
    if presence.latitude is None or presence.longitude is None:
        return inf
    here = Position(latitude=presence.latitude, longitude=presence.longitude)
    return straight_meters(here, target)


def offers_visible(actor: Actor | None, among: QuerySet[Offer]) -> QuerySet[Offer]:
    """The offers of `among` that `actor` may see: a courier their own, the back office all."""
    if actor is not None and Right.ORDERS_READ in actor.rights:
        return among
    if actor is None or Right.FULFIL_AS_COURIER not in actor.rights:
        return among.none()
    return among.filter(courier__person_id=actor.person_id)


def offers_open(*, actor: Actor, at: datetime) -> QuerySet[Offer]:
    """The actor's own offers that can be accepted now, the soonest to expire first."""
    return Offer.objects.filter(
        courier__person_id=actor.person_id, state=Offer.State.OPEN, expires_at__gt=at
    ).order_by("expires_at", "id")


def offer_row(offer_id: UUID) -> QuerySet[Offer]:
    """The one offer, as a queryset. Not scoped to anybody."""
    return Offer.objects.filter(id=offer_id)


def stops_before_acceptance() -> QuerySet[Stop]:
    """Stops with what a courier may know of them before taking the order."""
    return Stop.objects.only("order_id", "position", "kind", "latitude", "longitude")


def position_blurred(degrees: float) -> float:
    """A latitude or longitude to the nearest 0.005 degrees, about half a kilometre."""
    return round(round(degrees / BLUR_DEGREES) * BLUR_DEGREES, 3)
