"""Areas as people and programs draw them: in parts, round the wrong way, over the date line."""

from math import cos, pi, radians, sin
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.geometry import EARTH_RADIUS_METERS, Position
from tenants.places.models import Zone
from tenants.places.polygons import MAX_POINTS, polygon_checked, square_meters
from tenants.places.selectors import zone_at
from tests.support.cast import cast
from tests.support.factories import CAMPUS, PlaceFactory, ServiceFactory, square
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes

NAME = [{"language": "zh-Hans", "text": "区"}]
OUTER = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]]


def box(west: float, south: float, east: float, north: float) -> list:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def multi(*polygons: list) -> dict:
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def refused(value: Any) -> str:
    with pytest.raises(InvalidInput) as invalid:
        polygon_checked(value)
    assert invalid.value.field == "polygon"
    return invalid.value.reason


def test_rings_that_run_the_other_way_are_turned():
    right = polygon_checked(polygon(OUTER, HOLE))
    assert right["coordinates"] == [OUTER, HOLE]
    assert polygon_checked(polygon(OUTER[::-1], HOLE[::-1])) == right
    assert polygon_checked(multi([OUTER[::-1], HOLE[::-1]]))["coordinates"] == [[OUTER, HOLE]]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (polygon(OUTER, HOLE, HOLE), "Self-intersection"),
        (polygon(OUTER, box(1, 1, 3, 3), box(2, 2, 5, 5)), "Self-intersection"),
        (polygon(OUTER, box(1, 1, 5, 5), box(2, 2, 3, 3)), "nested"),
        (polygon(OUTER, OUTER), "Self-intersection"),
        (polygon(HOLE, OUTER), "outside shell"),
        (polygon(OUTER, [[0, 5], [5, 0], [10, 5], [5, 10], [0, 5]]), "disconnected"),
        (multi([OUTER], [box(5, 5, 15, 15)]), "Self-intersection"),
        (multi([OUTER], [box(10, 0, 20, 10)]), "Self-intersection"),
        (multi([OUTER], [OUTER]), "Self-intersection"),
        (multi([OUTER], [box(2, 2, 3, 3)]), "Nested shells"),
        (multi([OUTER], [[[20, 0], [30, 10], [30, 0], [20, 10], [20, 0]]]), "intersection[25 5]"),
        (multi([OUTER], [[[20, 0], [30, 0], [30, 10], [20, 10]]]), "polygon 1, ring 0 is not clo"),
        (multi([OUTER], [[]]), "polygon 1, ring 0 has fewer"),
        (multi([OUTER], OUTER), "point 0: a point is"),
        (multi(*[[box(x, 0, x + 1, 1)] for x in range(101)]), f"{MAX_POINTS} points"),
        (polygon(box(0, 0, 0.000001, 0.000001)), "less than 10 m²"),
        (polygon(box(-170, -80, 9, 80)), "more than 2000000 km²"),
        (polygon(box(-179, 10, 179, 20)), "point 1 is more than 180°"),
        (polygon(box(-179, 10, 179, 20)), "antimeridian"),
        (polygon([[float("nan"), 0], [10, 0], [10, 10], [float("nan"), 0]]), "in degrees"),
        (polygon([[float("inf"), 0], [10, 0], [10, 10], [float("inf"), 0]]), "in degrees"),
        (polygon([[31.0, 121.4], [31.1, 121.4], [31.1, 121.5], [31.0, 121.4]]), "longitude comes"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(value: Any, says: str):
    assert says in refused(value)


@pytest.mark.parametrize(
    "value",
    [
        multi([OUTER], [box(10, 10, 15, 15)]),  # parts may touch in a point
        polygon(OUTER, [[0, 5], [2, 4], [2, 6], [0, 5]]),  # so may a hole and its ring
        polygon([[0, 0], [0, 0], [10, 0], [10, 10], [10, 10], [0, 0]]),  # a point said twice
        polygon(box(-180, -90, -170, -80)),
        polygon(box(170, 10, 180, 15)),
    ],
)
def test_what_is_odd_and_fine(value: Any):
    assert polygon_checked(value)["type"] == value["type"]


def test_over_the_antimeridian_in_two(alpha: TenantRef):
    zone = {"zh-Hans": "斐济"}
    with tenant_scope(alpha):
        area = polygon_checked(multi([box(178, -19, 180, -16)], [box(-180, -19, -178, -16)]))
        fiji = Zone.objects.create(name=zone, polygon=area)
        for longitude in (178.5, 180.0, -180.0, -178.5):
            assert zone_at(Position(-18, longitude)) == fiji
        assert zone_at(Position(-18, 177.9)) is None
        assert zone_at(Position(-18, -177.9)) is None


def test_a_zone_up_to_the_antimeridian_covers_its_other_name(alpha: TenantRef):
    with tenant_scope(alpha):
        east = Zone.objects.create(name={"en": "E"}, polygon=polygon(box(170, 10, 180, 15)))
        assert zone_at(Position(12, -180.0)) == east


def test_latitude_and_longitude_that_changed_places(alpha: TenantRef):
    ines = cast(alpha).ines
    bristol = (51.45, -2.59)
    swapped = square((bristol[1], bristol[0]))
    with tenant_scope(alpha):
        PlaceFactory(latitude=bristol[0], longitude=bristol[1])
    with nothing_changes(alpha):
        answer = mutate(ines.api, "zoneSave", {"name": NAME, "polygon": swapped})
        assert answer["code"] == "INVALID_INPUT" and "changed places" in answer["message"]
    given = {"name": NAME, "polygon": square(bristol)}
    assert mutate(ines.api, "zoneSave", given)["__typename"] == "ZoneSaveSuccess"
    # Far away, but no nearer the other way round: that may be meant.
    given = {"name": NAME, "polygon": square((48.85, 12.35))}
    assert mutate(ines.api, "zoneSave", given)["__typename"] == "ZoneSaveSuccess"


@pytest.mark.parametrize(
    ("area", "square_km"),
    [
        (box(0, 0, 1, 1), 12_363.7),  # of the mean sphere
        (box(0, 59, 1, 60), 6_275.0),
    ],
)
def test_how_large_an_area_is(area: list, square_km: float):
    assert square_meters(polygon(area)) == pytest.approx(square_km * 1e6, rel=0.002)
    holed = polygon(area, box(0.25, area[0][1] + 0.25, 0.75, area[0][1] + 0.75)[::-1])
    assert square_meters(holed) == pytest.approx(square_km * 0.75e6, rel=0.005)


@given(
    latitude=st.floats(-80, 80),
    longitude=st.floats(-175, 175),
    radius=st.floats(0.001, 2),
    points=st.integers(3, 40),
)
def test_a_circle_is_as_large_as_its_radius_says(
    latitude: float, longitude: float, radius: float, points: int
):
    angles = [2 * pi * number / points for number in range(points)]
    ring = [[longitude + radius * cos(a), latitude + radius * sin(a)] for a in angles]
    area = polygon_checked(polygon([*ring, ring[0]]))
    flat = shape(area).area * (EARTH_RADIUS_METERS * pi / 180) ** 2 * cos(radians(latitude))
    assert square_meters(area) == pytest.approx(flat, rel=0.1)


def test_which_services_a_zone_covers(alpha: TenantRef):
    ines = cast(alpha).ines
    with tenant_scope(alpha):
        service = global_id("Service", ServiceFactory().id)
    given = {"name": NAME, "polygon": square(CAMPUS), "serviceIds": [service, service]}
    zone = mutate(ines.api, "zoneSave", given, "zone { id serviceIds }")["zone"]
    assert zone["serviceIds"] == [service]
    given = {"id": zone["id"], "name": NAME, "polygon": square(CAMPUS)}
    again = mutate(ines.api, "zoneSave", given, "zone { id serviceIds }")["zone"]
    assert again == {"id": zone["id"], "serviceIds": []}
    with nothing_changes(alpha):
        for priority in (-1001, 1001):
            answer = mutate(ines.api, "zoneSave", {**given, "priority": priority})
            assert answer["code"] == "INVALID_INPUT" and "priority" in answer["message"]
