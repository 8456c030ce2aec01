"""Distances, against figures that others computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusals import InvalidInput
from tenants.places.geometry import (
    DETOUR_FACTOR,
    EARTH_RADIUS_METERS,
    Position,
    position_checked,
    straight_meters,
    way_meters,
)

BEIJING, SHANGHAI = Position(39.9042, 116.4074), Position(31.2304, 121.4737)
POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("a", "b", "meters"),
    [
        (BEIJING, SHANGHAI, 1_067_300),  # 1,067 km, as maps give it
        (Position(0, 0), Position(0, 1), 111_195),  # a degree of the equator of the mean sphere
        (Position(0, 179.5), Position(0, -179.5), 111_195),  # over the antimeridian
        (Position(90, 0), Position(-90, 0), 20_015_115),  # pole to pole
        (BEIJING, BEIJING, 0),
    ],
)
def test_straight(a: Position, b: Position, meters: int):
    assert straight_meters(a, b) == pytest.approx(meters, rel=1e-3, abs=1e-6)


@given(POSITIONS, POSITIONS, POSITIONS)
def test_straight_is_a_distance(a: Position, b: Position, c: Position):
    assert straight_meters(a, b) == straight_meters(b, a)
    assert 0 <= straight_meters(a, b) <= EARTH_RADIUS_METERS * 3.1416
    assert straight_meters(a, c) <= straight_meters(a, b) + straight_meters(b, c) + 0.01


def test_a_way_is_the_sum_of_its_legs_with_the_detour():
    leg = straight_meters(BEIJING, SHANGHAI)
    assert way_meters([BEIJING, SHANGHAI, BEIJING]) == round(2 * leg * DETOUR_FACTOR)
    assert way_meters([BEIJING]) == way_meters([]) == 0


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.01, 0), (-91, 0), (0, 180.01), (0, float("nan")), (float("inf"), 0)],
)
def test_what_is_not_on_the_earth(latitude: float, longitude: float):
    with pytest.raises(InvalidInput) as refused:
        position_checked(latitude=latitude, longitude=longitude, field="stops.0.position")
    assert refused.value.field == "stops.0.position"
