"""Positions and distances on the earth, WGS-84."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, pi, radians, sin, sqrt
from typing import Final

from kernel.refusals import InvalidInput

EARTH_RADIUS_METERS: Final = 6_371_008.8
"""Mean radius of the WGS-84 ellipsoid, (2a + b) / 3 (IUGG)."""

_METERS_A_DEGREE: Final = EARTH_RADIUS_METERS * pi / 180
"""Of latitude."""

DETOUR_FACTOR: Final = 1.3
"""How much longer a way through streets is than the straight line; a common figure for towns."""

DISTANCE_METHOD: Final = "great_circle_x1.3"
"""How `way_meters` measures, as quotes state it."""


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS-84 degrees."""

    latitude: float
    longitude: float


def position_checked(*, latitude: float, longitude: float, field: str) -> Position:
    """The position, when it is on the earth. Raises `InvalidInput(field)`; NaN is not on it."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidInput(
            field=field, reason="latitude is between -90 and 90, longitude between -180 and 180"
        )
    return Position(latitude=latitude, longitude=longitude)


def straight_meters(a: Position, b: Position) -> float:
    """The great-circle distance in metres, by the haversine formula (0.6 % off a geodesic)."""
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lon = radians(b.longitude - a.longitude) / 2
    h = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_METERS * asin(sqrt(min(1.0, h)))


def way_meters(positions: Sequence[Position]) -> int:
    """The way through `positions` in order, in whole metres: straight legs times the detour.

    Fewer than two positions are no way: 0.
    """
    straight = sum(straight_meters(a, b) for a, b in pairwise(positions))
    return round(straight * DETOUR_FACTOR)


def position_shifted(center: Position, *, north: float, east: float) -> Position:
    """The position `north` and `east` metres from `center`, as if the earth were flat there.

    Within 50 km that is off by less than a per cent, away from the poles.
    """
    latitude = center.latitude + north / _METERS_A_DEGREE
    longitude = center.longitude + east / _meters_a_degree_east(center)
    if not -180 <= longitude <= 180:
        longitude = (longitude + 180) % 360 - 180
    return Position(latitude=max(-90.0, min(90.0, latitude)), longitude=longitude)


def shift_between(center: Position, position: Position) -> tuple[int, int]:
    """The inverse of `position_shifted`: whole metres north and east."""
    east = (position.longitude - center.longitude + 180) % 360 - 180
    return (
        round((position.latitude - center.latitude) * _METERS_A_DEGREE),
        round(east * _meters_a_degree_east(center)),
    )


def _meters_a_degree_east(center: Position) -> float:
    # At the poles there is no east: any figure but 0 will do.
    return _METERS_A_DEGREE * max(cos(radians(center.latitude)), 1e-6)
