"""Reads of couriers."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kernel.refusals import NotFound
from kernel.wall_clock import Span
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.selectors import brand_zone
from tenants.couriers.fatigue import Fatigue, fatigue
from tenants.couriers.hours import WeeklySpan
from tenants.couriers.models import Absence, Courier, Document, Duty


def courier_name_column(person: str) -> Subquery:
    """What customers call the courier whose person's id is in the column `person`; null for others.

    A queryset is annotated with it.
    """
    return Subquery(Courier.objects.filter(person_id=OuterRef(person)).values("display_name"))


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


def couriers_listed(states: Sequence[Courier.State] | None, *, text: str = "") -> QuerySet[Courier]:
    """Couriers in `states`, or in any, with `text` in their display name. Not scoped to anybody.

    The newest application first.
    """
    couriers = Courier.objects.order_by("-applied_at", "id")
    if wanted := text.strip():
        couriers = couriers.filter(display_name__icontains=wanted)
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


def absences_visible(actor: Actor | None, among: QuerySet[Absence]) -> QuerySet[Absence]:
    """The absences of `among` that `actor` may read: all for staff, else their own."""
    return among.filter(_seen_by(actor, "courier__person_id"))


def absences_listed(
    *,
    states: Sequence[Absence.State] | None,
    courier_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> QuerySet[Absence]:
    """Absences in `states`, or in any, the latest first; of a courier; going on at some time from
    `since` to before `until`. Not scoped to anybody.
    """
    absences = Absence.objects.order_by("-starts_at", "id")
    if states is not None:
        absences = absences.filter(state__in=states)
    if courier_id is not None:
        absences = absences.filter(courier_id=courier_id)
    if since is not None:
        absences = absences.filter(ends_at__gt=since)
    return absences if until is None else absences.filter(starts_at__lt=until)


def fatigue_check(courier_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Fatigue]:
    """How long each of the couriers has been on duty, and what follows. Two queries."""
    midnight = datetime.combine(at.astimezone(zone := brand_zone()), time(), zone)
    since = min(midnight, at - timedelta(hours=24))
    rows = (
        Duty.objects.filter(courier_id__in=courier_ids, began_at__lt=at)
        .filter(Q(ended_at=None) | Q(ended_at__gt=since))
        .values_list("courier_id", "began_at", "ended_at")
    )
    stretches: defaultdict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for courier_id, began_at, ended_at in rows:
        stretches[courier_id].append((began_at, ended_at or at))
    return {
        courier_id: fatigue(stretches[courier_id], midnight=midnight, at=at)
        for courier_id in courier_ids
    }


@dataclass(frozen=True, slots=True)
class AgendaKept:
    """When and where a courier can be booked, as it was set."""

    courier: Courier
    week: Sequence[WeeklySpan]
    other_days: Mapping[date, Sequence[Span]]
    zone_ids: Sequence[UUID]


def agenda_seen(actor: Actor, courier_id: UUID | None) -> AgendaKept:
    """The agenda of one's own (None), or of any for who reads couriers. Raises `NotFound`."""
    which = Q(person_id=actor.person_id) if courier_id is None else Q(id=courier_id)
    found = couriers_visible(actor, Courier.objects.filter(which)).values_list("id", flat=True)
    if (seen := found.first()) is None:
        raise NotFound(what="Courier")
    return agenda_kept(seen)


def agenda_kept(courier_id: UUID) -> AgendaKept:
    """The courier's agenda, whoever asks. Four queries."""
    courier = Courier.objects.get(id=courier_id)
    return AgendaKept(
        courier=courier,
        week=[
            WeeklySpan(each.weekday, Span(each.starts, each.ends)) for each in courier.hours.all()
        ],
        other_days={
            each.date: [Span(*span) for span in each.spans]
            for each in courier.hours_exceptions.all()
        },
        zone_ids=list(courier.areas.order_by("zone_id").values_list("zone_id", flat=True)),
    )
