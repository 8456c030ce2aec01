"""A zone's area, as typed in: GeoJSON (RFC 7946) that may be nonsense of any shape."""

from math import isfinite
from typing import Any, Final

from shapely.geometry import Polygon, shape
from shapely.validation import explain_validity

from kernel.refusals import InvalidInput

MAX_POINTS: Final = 500
FIELD: Final = "polygon"


def polygon_checked(value: Any) -> dict[str, Any]:
    """`value` as a bare GeoJSON Polygon: exterior ring, then holes, longitude before latitude.

    Raises `InvalidInput("polygon")`, saying where, unless each ring is closed and crosses neither
    itself nor another, holes lie inside, the area is more than none, and all of it is on the earth.
    A polygon over the antimeridian cannot be told from its complement, and is not understood.
    """
    if not isinstance(value, dict) or value.get("type") != "Polygon":
        raise _invalid('a GeoJSON object with "type": "Polygon" is expected')
    rings = value.get("coordinates")
    if not isinstance(rings, list) or not rings or not all(isinstance(r, list) for r in rings):
        raise _invalid("coordinates are a list of rings, the exterior one first")
    if sum(map(len, rings)) > MAX_POINTS:
        raise _invalid(f"at most {MAX_POINTS} points")
    checked = {"type": "Polygon", "coordinates": [_ring(r, n) for n, r in enumerate(rings)]}
    area = shape(checked)
    assert isinstance(area, Polygon)
    if not area.is_valid or area.area <= 0:
        raise _invalid(explain_validity(area) if not area.is_valid else "the area is empty")
    return checked


def _ring(points: list[Any], number: int) -> list[list[float]]:
    ring = [_point(point, number, index) for index, point in enumerate(points)]
    if len(ring) < 4:
        raise _invalid(f"ring {number} has fewer than 4 points")
    if ring[0] != ring[-1]:
        raise _invalid(f"ring {number} is not closed: its last point must be its first")
    return ring


def _point(point: Any, number: int, index: int) -> list[float]:
    at = f"ring {number}, point {index}"
    if not isinstance(point, list) or len(point) != 2 or not all(map(_is_degree, point)):
        raise _invalid(f"{at}: a point is [longitude, latitude] in degrees")
    longitude, latitude = map(float, point)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _invalid(f"{at} is not on the earth (longitude comes first)")
    return [longitude, latitude]


def _is_degree(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= 360 and isfinite(value)


def _invalid(reason: str) -> InvalidInput:
    return InvalidInput(field=FIELD, reason=reason)
