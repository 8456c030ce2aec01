"""Reads of couriers."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.refusals import NotFound
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.couriers.models import Courier, Document


def _seen_by(actor: Actor | None, own: str) -> Q:
    """Everything for who reads couriers, what is their `own` for everybody else."""
    if actor is None:
        return Q(pk__in=[])
    if actor.rights & {Right.COURIERS_READ, Right.COURIERS_REVIEW}:
        return Q()
    return Q(**{own: actor.person_id})


def couriers_visible(actor: Actor | None, among: QuerySet[Courier]) -> QuerySet[Courier]:
    """The couriers of `among` whose file `actor` may read: all for staff, else their own."""
    return among.filter(_seen_by(actor, "person_id"))


def documents_visible(actor: Actor | None, among: QuerySet[Document]) -> QuerySet[Document]:
    """The documents of `among` whose particulars, not whose pictures, `actor` may read."""
    return among.filter(_seen_by(actor, "courier__person_id"))


def couriers_listed(states: Sequence[Courier.State] | None) -> QuerySet[Courier]:
    """Couriers in `states`, or in any, the newest application first. Not scoped to anybody."""
    couriers = Courier.objects.order_by("-applied_at", "id")
    return couriers if states is None else couriers.filter(state__in=states)


def courier_of(person_id: UUID) -> QuerySet[Courier]:
    """The person as a courier, or nothing, as a queryset."""
    return Courier.objects.filter(person_id=person_id)


def courier_at_work(actor: Actor) -> Courier:
    """The actor as an approved courier. Raises `AccessDenied` without the right, `NotFound`."""
    actor.require(Right.FULFIL_AS_COURIER)
    return courier_approved(Q(person_id=actor.person_id))


def courier_approved(which: Q) -> Courier:
    """The approved courier that `which` picks. Raises `NotFound("Courier")`."""
    courier = Courier.objects.filter(which, state=Courier.State.APPROVED).first()
    if courier is None:
        raise NotFound(what="Courier")
    return courier
