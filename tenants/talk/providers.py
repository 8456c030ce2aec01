"""Who does a service: couriers as customers may see and compare them before they order.

Those who have what the service asks of whoever does it, take work where it is to be done, and may
work. Where a courier is, is told of those alone who have agreed to it, while they are on duty, and
only by the cell of a grid; distances are from the middle of that cell, so that asking from several
places tells no more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import floor
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Cast

from kernel.refusals import InvalidInput
from tenants.access.actors import Actor
from tenants.brand.modules import Module, module_on
from tenants.catalog.declaration import Declaration
from tenants.catalog.declaration.terms import Gender, Requirements
from tenants.catalog.search.find import FARTHEST_METERS, PRIOR_COUNT, PRIOR_SCORE
from tenants.catalog.search.words import MAX_QUESTION, MAX_WORDS
from tenants.catalog.selectors import service_on_sale
from tenants.couriers.models import Courier, Document, ServiceArea
from tenants.couriers.qualified import only_qualified
from tenants.couriers.selectors import courier_at_work
from tenants.places.geometry import Position, straight_meters
from tenants.places.selectors import zone_at
from tenants.talk.models import Following, MapConsent

HOW_MANY: Final = 50
COMPARED: Final = 10
LOOKED_AT: Final = 500
"""Couriers who are gone through for a distance, the best rated first."""

CELLS_A_DEGREE: Final = 200
"""A cell of the grid is about half a kilometre high."""

SEEN_LATELY: Final = timedelta(minutes=15)


class ProviderSort(StrEnum):
    """In what order couriers are shown."""

    RATING = "rating"
    EXPERIENCE = "experience"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFilters:
    """Whom to show. `text` is looked for in names and introductions, `courier_ids` are those to
    compare; distances are from `near`."""

    text: str = ""
    courier_ids: Collection[UUID] | None = None
    rating_at_least: float | None = None
    within_meters: int | None = None
    near: Position | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """A courier's public face, and what a customer chooses by.

    `gender` only where the service asks for one, as the law lets it. `cell` is the middle of the
    cell that they are in; it and `meters` are None without their consent.
    """

    courier: Courier
    certificates: tuple[str, ...]
    gender: str | None
    is_followed: bool
    cell: Position | None
    meters: int | None


def providers_of(
    *,
    actor: Actor,
    service_id: UUID | None,
    filters: ProviderFilters,
    sort: ProviderSort,
    at: datetime,
) -> list[Provider]:
    """At most `HOW_MANY` who may be asked for the service, or for anything, in order.

    Raises `NotFound("Service")` and `InvalidInput`.
    """
    _check(filters, sort)
    needed = _needed(service_id)
    couriers = only_qualified(
        _there(_public(), filters.near, service_id),
        certificates=needed.certificates,
        exams=needed.exams,
        level=needed.level,
        gender=needed.gender,
        courier="",
    )
    for word in filters.text.split()[:MAX_WORDS]:
        couriers = couriers.filter(
            Q(display_name__icontains=word) | Q(introduction__icontains=word)
        )
    if filters.courier_ids is not None:
        couriers = couriers.filter(id__in=filters.courier_ids)
    if filters.rating_at_least is not None:
        least = F("rating_count") * filters.rating_at_least
        couriers = couriers.filter(rating_count__gt=0, rating_sum__gte=least)
    by_distance = sort is ProviderSort.DISTANCE or filters.within_meters is not None
    if filters.within_meters is not None:
        couriers = couriers.filter(_shown(at))
    accepted = Document.objects.filter(verdict=Document.Verdict.ACCEPTED).order_by("kind")
    followed = Following.objects.filter(person_id=actor.person_id, courier=OuterRef("id"))
    rows = (
        couriers.select_related("presence", "map_consent")
        .prefetch_related(Prefetch("documents", accepted, to_attr="accepted"))
        .annotate(followed=Exists(followed))
        .order_by(*_order(sort))[: LOOKED_AT if by_distance else HOW_MANY]
    )
    found = [_provider(row, needed.gender, filters.near, at) for row in rows]
    if filters.within_meters is not None:
        most = filters.within_meters
        found = [each for each in found if each.meters is not None and each.meters <= most]
    if sort is ProviderSort.DISTANCE:
        found.sort(key=lambda each: (each.meters is None, each.meters or 0))
    return found[:HOW_MANY]


@transaction.atomic
def courier_show_on_map(*, actor: Actor, shown: bool, at: datetime) -> UUID:
    """Agree to be shown on customers' maps, or no longer. Answers the courier's id.

    Raises `NotFound("Courier")` unless the actor is an approved one.
    """
    courier = courier_at_work(actor)
    if shown:
        MapConsent.objects.get_or_create(courier=courier, defaults={"since": at})
    else:
        MapConsent.objects.filter(courier=courier).delete()
    return courier.id


def map_consent_given(courier_id: UUID) -> bool:
    """Whether the courier has agreed to be shown on a map."""
    return MapConsent.objects.filter(courier_id=courier_id).exists()


def _check(filters: ProviderFilters, sort: ProviderSort) -> None:
    if filters.courier_ids is not None and len(filters.courier_ids) > COMPARED:
        raise InvalidInput(field="filters.courierIds", reason=f"at most {COMPARED}")
    if len(filters.text) > MAX_QUESTION or "\x00" in filters.text:
        raise InvalidInput(field="filters.text", reason=f"at most {MAX_QUESTION} characters")
    within = filters.within_meters
    if within is not None and not 0 <= within <= FARTHEST_METERS:
        raise InvalidInput(field="filters.withinMeters", reason=f"0 to {FARTHEST_METERS}")
    if filters.near is None and (within is not None or sort is ProviderSort.DISTANCE):
        raise InvalidInput(field="near", reason="a distance is from somewhere")


def _needed(service_id: UUID | None) -> Requirements:
    """What the service asks of whoever does it."""
    if service_id is None:
        return Requirements()
    version = service_on_sale(service_id).version
    assert version is not None
    return Declaration.parse(version.declaration).requirements


def _public() -> QuerySet[Courier]:
    """Whoever may work, while the operator lets customers see who does."""
    return Courier.objects.filter(module_on(Module.PROVIDERS), state=Courier.State.APPROVED)


def _there(
    couriers: QuerySet[Courier], near: Position | None, service_id: UUID | None
) -> QuerySet[Courier]:
    """Those who take work at `near`: they have no areas, or the zone there is one of them."""
    if near is None:
        return couriers
    areas = ServiceArea.objects.filter(courier=OuterRef("id"))
    anywhere, zone = Q(~Exists(areas)), zone_at(near, service_id=service_id)
    here = Q(Exists(areas.filter(zone_id=zone.id))) if zone else Q(pk__in=[])
    return couriers.filter(anywhere | here)


def _shown(at: datetime) -> Q:
    return Q(
        map_consent__isnull=False, presence__on_duty=True, presence__seen_at__gte=at - SEEN_LATELY
    )


def _order(sort: ProviderSort) -> tuple[Any, ...]:
    given = F("rating_sum") * 1000 + int(PRIOR_COUNT * PRIOR_SCORE * 1000)
    rating = Cast(given / (F("rating_count") + PRIOR_COUNT), IntegerField()).desc()
    if sort is ProviderSort.EXPERIENCE:
        return "-completed_count", rating, "id"
    return rating, "-completed_count", "id"


def _provider(row: Courier, gender: Gender | None, near: Position | None, at: datetime) -> Provider:
    cell = _cell(row, at)
    return Provider(
        courier=row,
        certificates=tuple(dict.fromkeys(document.kind for document in row.accepted)),  # type: ignore[attr-defined]
        gender=gender,
        is_followed=row.followed,  # type: ignore[attr-defined]
        cell=cell,
        meters=round(straight_meters(near, cell)) if near and cell else None,
    )


def _cell(row: Courier, at: datetime) -> Position | None:
    """The middle of the cell that the courier is in, where that may be told."""
    presence, consent = getattr(row, "presence", None), getattr(row, "map_consent", None)
    if presence is None or consent is None or not presence.on_duty:
        return None
    if presence.seen_at is None or presence.seen_at < at - SEEN_LATELY:
        return None
    return Position(_middle(presence.latitude), _middle(presence.longitude))


def _middle(degrees: float) -> float:
    return (floor(degrees * CELLS_A_DEGREE) + 0.5) / CELLS_A_DEGREE
