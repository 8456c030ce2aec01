"""Whether zones cover positions, and what is nearest to one that they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.refusals import Refusal
from tenants.places.geometry import Position
from tenants.places.models import Place, Zone
from tenants.places.selectors import place_nearest_covered, place_position
from tenants.places.zone_map import ZoneMap, zone_map


@dataclass(eq=False)
class OutsideZones(Refusal):
    """No zone covers a position for the service; the nearest covered place is named.

    `position` counts from 0, in the order given. `nearest_zone` is the zone that the place lies in;
    where no known place is covered, both are the zone whose border is nearest. The distance is
    straight.
    """

    position: int
    nearest_zone: dict[str, str]
    nearest_place: dict[str, str]
    distance_meters: int


class ServiceNotCovered(Refusal):
    """Zones are drawn, and none of them covers this service: it is offered nowhere at present."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What covers a position, or else what is nearest to it that is covered.

    `nearest_zone` is None where the position is covered, and where no zone covers the service.
    """

    covered: bool
    zone: Zone | None = None
    nearest_zone: Zone | None = None
    nearest_place: Place | None = None
    distance_meters: int | None = None


def coverage_check(
    positions: Sequence[Position], *, service_id: UUID | None = None, zones: ZoneMap | None = None
) -> None:
    """Raises `OutsideZones` for the first position that no zone covers, for the service if one is
    named; `ServiceNotCovered` where no zone covers the service at all.

    Where no zone is drawn, everywhere is served. One query, none where the caller has the `zones`
    already, and one more for a refusal.
    """
    if zones is None:
        zones = zone_map()
    for number, position in enumerate(positions):
        found = _coverage(position, zones, service_id)
        if found.covered:
            continue
        if found.nearest_zone is None:
            raise ServiceNotCovered
        assert found.distance_meters is not None
        raise OutsideZones(
            position=number,
            nearest_zone=found.nearest_zone.name,
            nearest_place=(found.nearest_place or found.nearest_zone).name,
            distance_meters=found.distance_meters,
        )


def coverage_of(position: Position, *, service_id: UUID | None) -> Coverage:
    """What covers a position, as `coverage_check` sees it. One query, two if nothing does."""
    return _coverage(position, zone_map(), service_id)


def _coverage(position: Position, zones: ZoneMap, service_id: UUID | None) -> Coverage:
    zone = zones.zone_at(position, service_id=service_id)
    if zone is not None or not zones.zones:
        return Coverage(covered=True, zone=zone)
    if not zones.serves(service_id):
        return Coverage(covered=False)
    nearest = place_nearest_covered(position, zones, service_id=service_id)
    if nearest is None:
        edge, meters = zones.nearest(position, service_id=service_id)
        return Coverage(covered=False, nearest_zone=edge, distance_meters=round(meters))
    place, meters = nearest
    return Coverage(
        covered=False,
        nearest_zone=zones.zone_at(place_position(place), service_id=service_id),
        nearest_place=place,
        distance_meters=round(meters),
    )
