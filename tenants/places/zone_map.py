"""The zones of an operator, ready to be asked which of them cover a position.

Building the tree out of the rows costs as much as hundreds of look-ups, so each process keeps the
maps of the tenants that it served last. A map is known by its rows' versions: whoever changes a
zone, by whatever way, changes those, and with one query it is found out whether a map still holds.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from copy import copy
from math import cos, radians
from threading import Lock
from typing import Any, Final
from uuid import UUID

import shapely
from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from kernel.tenancy import current_tenant
from tenants.places.geometry import Position, straight_meters
from tenants.places.models import Zone

KEPT_MAPS: Final = 64
"""Tenants whose maps a process keeps; 500 zones of 200 points are about 2 MB."""


class ZoneMap:
    """Zones in the order in which they win overlaps."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self.zones = sorted(zones, key=lambda zone: (-zone.priority, zone.id))
        self._areas: list[BaseGeometry] = [shape(zone.polygon) for zone in self.zones]
        self._services = [frozenset(zone.services) for zone in self.zones]
        shapely.prepare(self._areas)
        self._tree = STRtree(self._areas)

    def covers(self, position: Position, *, service_id: UUID | None = None) -> bool:
        """Whether a zone covers `position`, for the service if one is named."""
        return bool(self._covering(position, service_id))

    def zone_at(self, position: Position, *, service_id: UUID | None = None) -> Zone | None:
        """The zone that covers `position`, its border included; the highest priority wins."""
        covering = self._covering(position, service_id)
        return copy(self.zones[min(covering)]) if covering else None

    def services_at(self, position: Position) -> frozenset[str] | None:
        """The ids of the services that are covered there; None where every service is."""
        covering = [self._services[number] for number in self._covering(position, None)]
        if not self.zones or not all(covering):
            return None
        return frozenset[str]().union(*covering)

    def services_named(self) -> frozenset[str]:
        """The ids of the services that some zone is for, by name."""
        return frozenset[str]().union(*self._services)

    def serves(self, service_id: UUID | None) -> bool:
        """Whether there is a zone at all that covers the service."""
        return any(self._is_for(number, service_id) for number in range(len(self.zones)))

    def nearest(self, position: Position, *, service_id: UUID | None = None) -> tuple[Zone, float]:
        """The zone whose border is nearest, and how far that is in metres, for the service if one
        is named. There must be one."""
        numbers = [n for n in range(len(self.zones)) if self._is_for(n, service_id)]
        meters = [_meters_to(self._areas[number], position) for number in numbers]
        best = min(range(len(numbers)), key=meters.__getitem__)
        return copy(self.zones[numbers[best]]), meters[best]

    def meters_to(self, position: Position, service_ids: Iterable[UUID]) -> dict[UUID, float]:
        """How far it is to the nearest zone of each service, 0 inside; without those of no zone."""
        known: dict[int, float] = {}

        def meters(number: int) -> float:
            if number not in known:
                known[number] = _meters_to(self._areas[number], position)
            return known[number]

        each = range(len(self.zones))
        own = {key: [n for n in each if self._is_for(n, key)] for key in service_ids}
        return {key: min(map(meters, numbers)) for key, numbers in own.items() if numbers}

    def _covering(self, position: Position, service_id: UUID | None) -> list[int]:
        found: set[int] = set()
        for longitude in _longitudes(position):
            point = Point(longitude, position.latitude)
            found.update(self._tree.query(point, predicate="covered_by").tolist())
        return [number for number in found if self._is_for(number, service_id)]

    def _is_for(self, number: int, service_id: UUID | None) -> bool:
        services = self._services[number]
        return service_id is None or not services or str(service_id) in services


def _longitudes(position: Position) -> Sequence[float]:
    """The antimeridian has two, and an area that touches it has been drawn up to either."""
    return (180.0, -180.0) if abs(position.longitude) == 180 else (position.longitude,)


def _meters_to(area: BaseGeometry, position: Position) -> float:
    """From `position` to the border, measured where degrees are as long eastwards as northwards."""
    east = max(cos(radians(position.latitude)), 1e-6)

    def flat(points: Any) -> Any:
        return points * (east, 1)

    here = Point(position.longitude * east, position.latitude)
    edge = shapely.shortest_line(shapely.transform(area, flat), here).coords[0]
    return straight_meters(position, Position(latitude=edge[1], longitude=edge[0] / east))


_FRESH: Final = """
WITH version AS (
  SELECT md5(coalesce(string_agg(concat(id, ctid, xmin), ',' ORDER BY id), '')) AS mark
  FROM places_zone WHERE active
)
SELECT version.mark, zone.* FROM version
LEFT JOIN places_zone AS zone ON zone.active AND version.mark <> %s
"""
# ctid and xmin change with every UPDATE, one that a transaction makes of its own row included.

_maps: OrderedDict[str, tuple[str, ZoneMap]] = OrderedDict()
_lock = Lock()


def zone_map() -> ZoneMap:
    """The active zones of the bound tenant, as they are now. One query."""
    label = current_tenant().label
    with _lock:
        known_mark, known = _maps.get(label, ("", None))
    rows = list(Zone.objects.raw(_FRESH, [known_mark]))
    mark: str = rows[0].mark  # type: ignore[attr-defined]
    if known is None or mark != known_mark:
        known = ZoneMap(zone for zone in rows if zone.id is not None)
    with _lock:
        _maps[label] = (mark, known)
        _maps.move_to_end(label)
        while len(_maps) > KEPT_MAPS:
            _maps.popitem(last=False)
    return known
