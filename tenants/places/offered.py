"""How far it is from a position to where services are offered.

A service is offered at the operator's stations that a zone of the service covers; where its zones
hold no station, at the campuses, buildings and gates in them; where there is no such place either,
from the border of its nearest zone on. Without zones every service is offered everywhere, and so
at every station. Whether a station is open now, and where couriers are, is no part of it: the one
changes between two pages, the other is nobody's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Final
from uuid import UUID

from django.db.models import F, FloatField, Value
from django.db.models.functions import Abs, Least, Power

from tenants.places.geometry import Position, straight_meters
from tenants.places.models import Place
from tenants.places.selectors import INDOORS, place_position, places_known
from tenants.places.zone_map import ZoneMap, zone_map

LOOKED_AT: Final = 200
"""Stations, and other places, that are looked at: the nearest."""

NO_SERVICE: Final = UUID(int=0)
"""Stands for every service that no zone names."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Whole metres in a straight line, by the id of each service that a zone names.

    `others` is for all other services. None: nowhere.
    """

    by_service: Mapping[UUID, int]
    others: int | None


def offered_from(position: Position) -> Offered:
    """How far it is to each service. Three queries at most, however many services there are."""
    zones = zone_map()
    wanted = {*map(UUID, zones.services_named())}
    if not zones.zones or zones.serves(NO_SERVICE):
        wanted.add(NO_SERVICE)
    found: dict[UUID, int] = {}
    for stations in (True, False):
        if wanted:
            _look(position, zones, stations, wanted, found)
    borders = zones.meters_to(position, wanted)
    found |= {service_id: round(meters) for service_id, meters in borders.items()}
    return Offered(others=found.pop(NO_SERVICE, None), by_service=found)


def _look(
    position: Position, zones: ZoneMap, stations: bool, wanted: set[UUID], found: dict[UUID, int]
) -> None:
    """Move from `wanted` to `found` what the nearest places offer."""
    for place in _nearest(position, stations=stations):
        offered = zones.services_at(place_position(place))
        here = wanted if offered is None else wanted & {*map(UUID, offered)}
        meters = round(straight_meters(position, place_position(place)))
        found |= dict.fromkeys(here, meters)
        wanted -= here
        if not wanted:
            return


def _nearest(position: Position, *, stations: bool) -> Iterator[Place]:
    kinds = [Place.Kind.STATION]
    places = places_known()
    outdoors = (
        places.filter(kind__in=kinds) if stations else places.exclude(kind__in=[*kinds, *INDOORS])
    )
    # As on flat ground, and round the earth: only the order is asked for.
    around = Abs(F("longitude") - Value(position.longitude), output_field=FloatField())
    east = Least(around, 360.0 - around) * cos(radians(position.latitude))
    north = F("latitude") - Value(position.latitude)
    by_distance = outdoors.order_by(Power(north, 2) + Power(east, 2), "id")
    yield from by_distance.only("latitude", "longitude")[:LOOKED_AT]
