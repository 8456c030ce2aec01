"""Writes of places, zones and addresses, and the check that a zone covers a position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from kernel.contacts import phone_checked
from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.texts import line_checked, texts_checked
from tenants.access.actors import Actor
from tenants.access.models import Person
from tenants.access.rights import Right
from tenants.brand.selectors import brand_language, brand_region
from tenants.places.geometry import Position, straight_meters
from tenants.places.models import Address, Place, Zone
from tenants.places.polygons import polygon_checked
from tenants.places.selectors import (
    address_of,
    addresses_of,
    places_known,
    zone_shapes,
    zones_active,
)

MAX_ZONES: Final = 100
MAX_ADDRESSES: Final = 20
MAX_DEPTH: Final = 6
NAME_LENGTH: Final = 60


@dataclass(eq=False)
class OutsideZones(Refusal):
    """No zone of the operator covers a position; `position` counts from 0, in the order given."""

    position: int
    nearest_zone: dict[str, str]


@dataclass(eq=False)
class TooMany(Refusal):
    """There are as many as may be: `limit`. Remove one first."""

    limit: int


# -- zones --------------------------------------------------------------------------------------


@transaction.atomic
def zone_save(
    *, actor: Actor, zone_id: UUID | None, name: Mapping[str, str], polygon: Any, priority: int
) -> Zone:
    """Draw a zone, or redraw the one with `zone_id`. `polygon` is as in `polygon_checked`.

    Raises `InvalidInput`, `NotFound` and `TooMany`.
    """
    actor.require(Right.PLACES_MANAGE)
    zone = Zone() if zone_id is None else access_zone(actor=actor, zone_id=zone_id)
    zone.name = texts_checked(name, field="name", max_length=NAME_LENGTH, language=brand_language())
    zone.polygon = polygon_checked(polygon)
    zone.priority = priority
    if zone_id is None:
        transaction_lock("zones")
        if zones_active().count() >= MAX_ZONES:
            raise TooMany(limit=MAX_ZONES)
    zone.save()
    return zone


@transaction.atomic
def zone_remove(*, actor: Actor, zone_id: UUID) -> Zone:
    """Stop covering a zone. Raises `NotFound`."""
    zone = access_zone(actor=actor, zone_id=zone_id)
    zone.active = False
    zone.save(update_fields=["active"])
    return zone


def access_zone(*, actor: Actor, zone_id: UUID) -> Zone:
    """An active zone to change, its row locked. Raises `NotFound`."""
    actor.require(Right.PLACES_MANAGE)
    zone = zones_active().select_for_update().filter(id=zone_id).first()
    if zone is None:
        raise NotFound(what="Zone")
    return zone


def coverage_check(positions: Sequence[Position]) -> None:
    """Raises `OutsideZones` for the first position that no zone covers, naming the nearest zone.

    Where no zone is drawn, everywhere is served. One query.
    """
    zones = zone_shapes()
    for number, position in enumerate(positions):
        point = Point(position.longitude, position.latitude)
        if zones and not any(area.covers(point) for _, area in zones):
            nearest, _ = min(zones, key=lambda zone: _meters_to(zone[1], position))
            raise OutsideZones(position=number, nearest_zone=nearest.name)


def _meters_to(area: BaseGeometry, position: Position) -> float:
    edge, _ = nearest_points(area, Point(position.longitude, position.latitude))
    return straight_meters(position, Position(latitude=edge.y, longitude=edge.x))


# -- places -------------------------------------------------------------------------------------


@transaction.atomic
def place_save(
    *,
    actor: Actor,
    place_id: UUID | None,
    kind: Place.Kind,
    parent_id: UUID | None,
    name: Mapping[str, str],
    position: Position,
    active: bool,
) -> Place:
    """Add a place, or change the one with `place_id`. Raises `InvalidInput` and `NotFound`."""
    actor.require(Right.PLACES_MANAGE)
    # One tree: two moves at once, each fine alone, could close a circle.
    transaction_lock("places")
    place = Place()
    if place_id is not None:
        found = Place.objects.filter(id=place_id).first()
        if found is None:
            raise NotFound(what="Place")
        place = found
    place.parent = None if parent_id is None else _parent_of(place, parent_id)
    place.kind = kind
    place.name = texts_checked(
        name, field="name", max_length=NAME_LENGTH, language=brand_language()
    )
    place.latitude, place.longitude = position.latitude, position.longitude
    place.active = active
    place.save()
    return place


def _parent_of(place: Place, parent_id: UUID) -> Place:
    """The parent-to-be. Raises `InvalidInput` for a circle or a tree that grows too deep."""
    parent = access_place(parent_id)
    above: Place | None = parent
    for _ in range(MAX_DEPTH):
        if above is None:
            return parent
        if above.id == place.id:
            raise InvalidInput(field="parentId", reason="a place cannot lie within itself")
        above = above.parent
    raise InvalidInput(field="parentId", reason=f"places nest at most {MAX_DEPTH} deep")


def access_place(place_id: UUID) -> Place:
    """A place in use, which anybody may know. Raises `NotFound`."""
    place = places_known().filter(id=place_id).first()
    if place is None:
        raise NotFound(what="Place")
    return place


# -- addresses ----------------------------------------------------------------------------------


@transaction.atomic
def address_save(
    *,
    actor: Actor,
    address_id: UUID | None,
    place_id: UUID | None,
    point: Position | None,
    contact_name: str,
    phone: str,
    text: str,
    door: str,
    at: datetime,
) -> Address:
    """Keep an address of the actor's own, or change the one with `address_id`.

    It lies at a place or at a free `point`, one of the two. Raises `InvalidInput`, `NotFound` and
    `TooMany`.
    """
    details = {
        "contact_name": line_checked(contact_name, field="contactName", max_length=60),
        "phone": phone_checked(phone, region=brand_region()),
        "text": line_checked(text, field="text", max_length=200),
        "door": line_checked(door, field="door", max_length=60, min_length=0),
    }
    # The person's row is the lock under which their addresses are counted.
    Person.objects.select_for_update().get(id=actor.person_id)
    if address_id is not None:
        address = access_address(actor=actor, address_id=address_id)
    elif addresses_of(actor).count() >= MAX_ADDRESSES:
        raise TooMany(limit=MAX_ADDRESSES)
    else:
        address = Address(person_id=actor.person_id, created_at=at)
    address.place = None if place_id is None else access_place(place_id)
    where = address.place or point
    assert where is not None
    address.latitude, address.longitude = where.latitude, where.longitude
    address.details = details
    address.save()
    return address


@transaction.atomic
def address_remove(*, actor: Actor, address_id: UUID) -> None:
    """Forget an address of the actor's own. Raises `NotFound`."""
    access_address(actor=actor, address_id=address_id).delete()


def access_address(*, actor: Actor, address_id: UUID) -> Address:
    """The actor's own address. Raises `NotFound` for anybody else's, or none."""
    address = address_of(actor, address_id)
    if address is None:
        raise NotFound(what="Address")
    return address
