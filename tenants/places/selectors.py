"""Reads of places, zones and addresses."""

from uuid import UUID

from django.db.models import QuerySet
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from tenants.access.actors import Actor
from tenants.places.geometry import Position
from tenants.places.models import Address, Place, Zone


def zones_active() -> QuerySet[Zone]:
    """The zones that the operator covers, the one that wins an overlap first."""
    return Zone.objects.filter(active=True).order_by("-priority", "id")


def zone_shapes() -> list[tuple[Zone, BaseGeometry]]:
    """Each active zone with its area, in the order of `zones_active`. One query."""
    return [(zone, shape(zone.polygon)) for zone in zones_active()]


def zone_at(position: Position) -> Zone | None:
    """The zone that covers `position` (its border included); the highest priority wins."""
    point = Point(position.longitude, position.latitude)
    return next((zone for zone, area in zone_shapes() if area.covers(point)), None)


def places_known(kind: Place.Kind | None = None) -> QuerySet[Place]:
    """The operator's places that are in use, of one kind or of all."""
    places = Place.objects.filter(active=True).order_by("id")
    return places if kind is None else places.filter(kind=kind)


def addresses_of(actor: Actor) -> QuerySet[Address]:
    """The actor's own addresses, newest first."""
    return own_addresses(Address.objects.order_by("-id"), actor)


def own_addresses(addresses: QuerySet[Address], actor: Actor) -> QuerySet[Address]:
    """Those of `addresses` that are the actor's own."""
    return addresses.filter(person_id=actor.person_id)


def address_of(actor: Actor, address_id: UUID) -> Address | None:
    """The actor's own address, or None."""
    return addresses_of(actor).filter(id=address_id).first()
