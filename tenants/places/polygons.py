"""A zone's area, as typed in or imported: GeoJSON (RFC 7946) that may be nonsense of any shape."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, radians, sin
from typing import Any, Final

from shapely.geometry import shape
from shapely.validation import explain_validity

from kernel.refusals import InvalidInput
from tenants.places.geometry import EARTH_RADIUS_METERS, Position, straight_meters

MAX_POINTS: Final = 500
MIN_SQUARE_METERS: Final = 10
MAX_SQUARE_METERS: Final = 2_000_000_000_000
"""Two million km²: no operator works on half a continent, so it is a slip of the hand."""

FAR_METERS: Final = 500_000
NEAR_METERS: Final = 100_000
FIELD: Final = "polygon"


def polygon_checked(value: Any, *, field: str = FIELD) -> dict[str, Any]:
    """`value` as a bare GeoJSON Polygon or MultiPolygon, longitude before latitude.

    Each polygon is its exterior ring, counterclockwise, then its holes, clockwise, as RFC 7946
    (3.1.6) has it; one that runs the other way round is turned. Raises `InvalidInput(field)`,
    saying where, unless each ring is closed and crosses neither itself nor another, holes lie
    inside, parts do not overlap, all of it is on the earth, and the area is neither next to nothing
    nor half a continent. An area over the antimeridian comes as two that meet there (3.1.9): drawn
    in one, it could not be told from its complement.
    """
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _invalid(
            field, 'a GeoJSON object with "type": "Polygon" or "MultiPolygon" is expected'
        )
    coordinates = value.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise _invalid(field, "coordinates are a list of polygons")
    for rings in polygons:
        if not isinstance(rings, list) or not rings or not all(isinstance(r, list) for r in rings):
            raise _invalid(field, "coordinates are a list of rings, the exterior one first")
    if sum(len(ring) for rings in polygons for ring in rings) > MAX_POINTS:
        raise _invalid(field, f"at most {MAX_POINTS} points")
    checked = []
    for number, rings in enumerate(polygons):
        part = f"polygon {number}, " if kind == "MultiPolygon" else ""
        checked.append([_ring(r, f"{part}ring {n}", n == 0, field) for n, r in enumerate(rings)])
    area = {"type": kind, "coordinates": checked[0] if kind == "Polygon" else checked}
    drawn = shape(area)
    if not drawn.is_valid:
        raise _invalid(field, explain_validity(drawn))
    size = square_meters(area)
    if size < MIN_SQUARE_METERS:
        raise _invalid(field, f"the area is empty, or less than {MIN_SQUARE_METERS} m²")
    if size > MAX_SQUARE_METERS:
        raise _invalid(field, f"the area is more than {MAX_SQUARE_METERS // 1_000_000} km²")
    return area


def square_meters(area: dict[str, Any]) -> float:
    """The size of a checked area on the mean sphere, holes taken off."""
    polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    return sum(
        abs(_signed_square_meters(rings[0])) - sum(map(abs, map(_signed_square_meters, rings[1:])))
        for rings in polygons
    )


def check_not_swapped(area: dict[str, Any], known: Sequence[Position], *, field: str) -> None:
    """Raises `InvalidInput(field)` for an area that is far from every `known` position, and would
    be near one if its latitude and longitude changed places."""
    middle = shape(area).centroid
    if not known or abs(middle.x) > 90:
        return
    here = Position(latitude=middle.y, longitude=middle.x)
    there = Position(latitude=middle.x, longitude=middle.y)
    if (
        min(straight_meters(here, place) for place in known) > FAR_METERS
        and min(straight_meters(there, place) for place in known) < NEAR_METERS
    ):
        raise _invalid(
            field, "latitude and longitude seem to have changed places: longitude comes first"
        )


def _ring(points: list[Any], name: str, is_exterior: bool, field: str) -> list[list[float]]:
    ring = [_point(point, f"{name}, point {index}", field) for index, point in enumerate(points)]
    if len(ring) < 4:
        raise _invalid(field, f"{name} has fewer than 4 points")
    if ring[0] != ring[-1]:
        raise _invalid(field, f"{name} is not closed: its last point must be its first")
    for index, (before, after) in enumerate(pairwise(ring)):
        if abs(after[0] - before[0]) > 180:
            raise _invalid(
                field,
                f"{name}, point {index + 1} is more than 180° of longitude from the one before:"
                " cut the area in two at the antimeridian, as a MultiPolygon",
            )
    turns_left = _signed_square_meters(ring) > 0
    return ring if turns_left == is_exterior else ring[::-1]


def _signed_square_meters(ring: Sequence[Sequence[float]]) -> float:
    """Positive for a ring that runs counterclockwise. By Chamberlain and Duquette, "Some Algorithms
    for Polygons on a Sphere" (JPL 07-03), whose edges bend a little: 1 % off for 10° of them."""
    total = sum(
        radians(a[0] - b[0]) * (2 + sin(radians(a[1])) + sin(radians(b[1])))
        for a, b in pairwise(ring)
    )
    return total * EARTH_RADIUS_METERS**2 / 2


def _point(point: Any, at: str, field: str) -> list[float]:
    if not isinstance(point, list) or len(point) != 2 or not all(map(_is_degree, point)):
        raise _invalid(field, f"{at}: a point is [longitude, latitude] in degrees")
    longitude, latitude = map(float, point)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _invalid(field, f"{at} is not on the earth (longitude comes first)")
    return [longitude, latitude]


def _is_degree(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= 360 and isfinite(value)


def _invalid(field: str, reason: str) -> InvalidInput:
    return InvalidInput(field=field, reason=reason)
