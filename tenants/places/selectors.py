"""Reads of places, zones and addresses."""

from typing import Final
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from tenants.access.actors import Actor
from tenants.places.geometry import Position, straight_meters
from tenants.places.models import Address, Place, Zone
from tenants.places.zone_map import ZoneMap, zone_map

INDOORS: Final = (Place.Kind.FLOOR, Place.Kind.ROOM)
"""What lies where its building does, and is not found by where it is."""


def zones_active() -> QuerySet[Zone]:
    """The zones that the operator covers, the one that wins an overlap first."""
    return Zone.objects.filter(active=True).order_by("-priority", "id")


def zone_at(position: Position, *, service_id: UUID | None = None) -> Zone | None:
    """The zone that covers `position` (its border included); the highest priority wins.

    With a service, of the zones that cover it. One query.
    """
    return zone_map().zone_at(position, service_id=service_id)


def places_known(
    kind: Place.Kind | None = None, *, parent_id: UUID | None = None, text: str = ""
) -> QuerySet[Place]:
    """The operator's places that are in use, of one kind or of all; those that lie in a place,
    not those deeper down, if one is named; those with `text` in a name of any language."""
    places = Place.objects.filter(active=True).order_by("id")
    if parent_id is not None:
        places = places.filter(parent_id=parent_id)
    if wanted := text.strip():
        named = RawSQL(
            "EXISTS (SELECT FROM jsonb_each_text(places_place.name) AS said (language, text)"
            " WHERE strpos(lower(said.text), lower(%s)) > 0)",
            [wanted],
            BooleanField(),
        )
        places = places.filter(named)
    return places if kind is None else places.filter(kind=kind)


def place_nearest_covered(
    position: Position, zones: ZoneMap, *, service_id: UUID | None
) -> tuple[Place, float] | None:
    """The nearest place that one of `zones` covers, and how far it is in metres; None if none is.

    One query, of every place that is not indoors.
    """
    places = places_known().exclude(kind__in=INDOORS).only("name", "latitude", "longitude")
    by_distance = sorted(
        ((straight_meters(position, place_position(place)), place) for place in places),
        key=lambda pair: pair[0],
    )
    for meters, place in by_distance:
        if zones.covers(place_position(place), service_id=service_id):
            return place, meters
    return None


def positions_known() -> list[Position]:
    """Where the campuses, buildings and so on are that lie in no other place. One query."""
    tops = places_known().filter(parent=None).values_list("latitude", "longitude")
    return [Position(latitude=latitude, longitude=longitude) for latitude, longitude in tops]


def place_position(place: Place) -> Position:
    """Where it is."""
    return Position(latitude=place.latitude, longitude=place.longitude)


def addresses_of(actor: Actor) -> QuerySet[Address]:
    """The actor's own addresses, newest first."""
    return own_addresses(Address.objects.order_by("-id"), actor)


def addresses_of_person(person_id: UUID) -> QuerySet[Address]:
    """Anybody's addresses, newest first. Not scoped: for whoever's reading is on record."""
    return Address.objects.filter(person_id=person_id).order_by("-id")


def own_addresses(addresses: QuerySet[Address], actor: Actor) -> QuerySet[Address]:
    """Those of `addresses` that are the actor's own."""
    return addresses.filter(person_id=actor.person_id)


def address_of(actor: Actor, address_id: UUID) -> Address | None:
    """The actor's own address, or None."""
    return addresses_of(actor).filter(id=address_id).first()
