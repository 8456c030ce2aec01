"""Coverage by service, and what is told to whoever is outside."""

import random
from math import cos, pi, sin
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.geometry import Position, position_shifted, straight_meters
from tenants.places.models import Zone
from tenants.places.selectors import zone_at
from tenants.places.services import OutsideZones, ServiceNotCovered, coverage_check
from tenants.places.zone_map import ZoneMap, zone_map
from tests.support.factories import CAMPUS, PlaceFactory, ServiceFactory, ZoneFactory, square
from tests.support.graphql import Api
from tests.support.ids import global_id

HERE = Position(*CAMPUS)
SOME, OTHER = UUID(int=1), UUID(int=2)
COVERAGE = """
query Ask($position: AddressPositionInput!, $serviceId: ID, $at: DateTime) {
  coverage(position: $position, serviceId: $serviceId, at: $at) {
    covered zone { name } nearestPlace { name } nearestZone { name } distanceMeters
    opening { open changesAt }
  }
}
"""


def away(meters: float) -> Position:
    return position_shifted(HERE, north=meters, east=0)


def outside(position: Position, service_id: UUID | None = None) -> OutsideZones:
    with pytest.raises(OutsideZones) as refused:
        coverage_check([HERE, position], service_id=service_id)
    assert refused.value.position == 1
    return refused.value


def test_a_zone_covers_the_services_that_it_names(alpha: TenantRef):
    with tenant_scope(alpha):
        small = ZoneFactory(half=0.01, priority=5, services=[str(SOME)], name={"en": "Some"})
        large = ZoneFactory(half=0.02, name={"en": "All"})
        between = Position(CAMPUS[0] + 0.015, CAMPUS[1])
        assert zone_at(HERE) == zone_at(HERE, service_id=SOME) == small
        assert zone_at(HERE, service_id=OTHER) == large
        assert zone_at(between, service_id=SOME) == large
        coverage_check([HERE, between], service_id=SOME)
        coverage_check([HERE, between], service_id=OTHER)
        Zone.objects.filter(id=large.id).update(services=[str(OTHER)])
        refused = outside(between, SOME)
        assert (refused.nearest_zone, refused.position) == ({"en": "Some"}, 1)
        coverage_check([HERE, between], service_id=OTHER)
        coverage_check([HERE, between])
        with pytest.raises(ServiceNotCovered):
            coverage_check([HERE], service_id=uuid4())


def test_the_nearest_covered_place_is_named(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        ZoneFactory(name={"en": "Campus"})
        ZoneFactory(around=(CAMPUS[0] + 1, CAMPUS[1]), name={"en": "North"}, services=[str(OTHER)])
        gate = away(900)
        PlaceFactory(name={"en": "Gate"}, latitude=gate.latitude, longitude=gate.longitude)
        PlaceFactory(name={"en": "Hall"}, latitude=CAMPUS[0], longitude=CAMPUS[1])
        for meters, what in ((1_500, {}), (1_000, {"active": False}), (950, {"kind": "room"})):
            near = away(meters)  # not covered; not in use; indoors
            PlaceFactory(latitude=near.latitude, longitude=near.longitude, **what)
        far_north = Position(CAMPUS[0] + 1, CAMPUS[1])
        PlaceFactory(latitude=far_north.latitude, longitude=far_north.longitude)
        with django_assert_num_queries(2):  # the zones; the places
            refused = outside(away(1_600), SOME)
        assert refused.nearest_place == {"en": "Gate"} and refused.nearest_zone == {"en": "Campus"}
        assert refused.distance_meters == 700


def test_where_no_place_is_covered_the_nearest_zone_is(alpha: TenantRef):
    with tenant_scope(alpha):
        ZoneFactory(name={"en": "Campus"})
        refused = outside(away(1_600))
        assert refused.nearest_place == refused.nearest_zone == {"en": "Campus"}
        border = 0.01 * 111_195
        assert refused.distance_meters == pytest.approx(1_600 - border, abs=2)


def test_a_hole_is_outside(alpha: TenantRef):
    ring, hole = (square(CAMPUS, half)["coordinates"][0] for half in (0.02, 0.01))
    with tenant_scope(alpha):
        Zone.objects.create(
            name={"en": "Ring"}, polygon={"type": "Polygon", "coordinates": [ring, hole]}
        )
        with pytest.raises(OutsideZones) as refused:
            coverage_check([HERE])
        assert refused.value.distance_meters == pytest.approx(0.01 * 111_195 * cos(0.698), rel=0.01)
        coverage_check([Position(CAMPUS[0] + 0.01, CAMPUS[1])])  # the hole's border


def test_asking_before_ordering(alpha: TenantRef):
    api = Api("alpha.localhost")
    point = {"point": {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}}
    anywhere = api.run(COVERAGE, {"position": point})["coverage"]
    assert anywhere["covered"] and anywhere["zone"] is None
    with tenant_scope(alpha):
        service = ServiceFactory()
        ZoneFactory(name={"en": "Campus"}, services=[str(service.id)])
        station = PlaceFactory(
            kind="station",
            name={"en": "Parcels"},
            latitude=CAMPUS[0],
            longitude=CAMPUS[1],
            hours={"week": [[["08:00", "20:00"]]] * 7, "exceptions": {}},
        )
    at = {"position": {"placeId": global_id("Place", station.id)}}
    late = api.run(COVERAGE, {**at, "at": "2026-03-02T13:00:00Z"})["coverage"]  # 21:00
    assert late["covered"] and late["zone"] == {"name": "Campus"}
    assert late["opening"] == {"open": False, "changesAt": "2026-03-03T00:00:00+00:00"}
    early = api.run(COVERAGE, {**at, "at": "2026-03-02T11:00:00Z"})["coverage"]
    assert early["opening"] == {"open": True, "changesAt": "2026-03-02T12:00:00+00:00"}
    own = {**at, "serviceId": global_id("Service", service.id)}
    assert api.run(COVERAGE, own)["coverage"]["covered"]
    other = api.run(COVERAGE, {**at, "serviceId": global_id("Service", uuid4())})["coverage"]
    assert (other["covered"], other["nearestZone"]) == (False, None)
    north = {"point": {"latitude": CAMPUS[0] + 0.02, "longitude": CAMPUS[1]}}
    far = api.run(COVERAGE, {"position": north})["coverage"]
    assert (far["covered"], far["zone"], far["opening"]) == (False, None, None)
    assert (far["nearestPlace"], far["nearestZone"]) == ({"name": "Parcels"}, {"name": "Campus"})
    assert far["distanceMeters"] == pytest.approx(0.02 * 111_195, abs=2)
    for wrong in (
        {**at, "at": "1999-03-02T13:00:00Z"},
        {**at, "at": "9999-12-31T23:59:59-12:00"},
        {"position": {"point": {"latitude": 91, "longitude": 0}}},
    ):
        assert api.error_code(COVERAGE, wrong) == "INVALID_INPUT"
    gone = {"position": {"placeId": global_id("Place", uuid4())}}
    assert api.error_code(COVERAGE, gone) == "NOT_FOUND"
    assert api.error_code(COVERAGE, {"position": {}}) == "BAD_USER_INPUT"


def test_whatever_changes_a_zone_is_seen_at_once(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        zone = ZoneFactory(name={"en": "One"})
        assert zone_at(HERE) == zone
        with transaction.atomic():  # twice in one transaction, straight in the table
            for name in ("Two", "Three"):
                Zone.objects.filter(id=zone.id).update(name={"en": name})
                found = zone_at(HERE)
                assert found is not None and found.name == {"en": name}
        before = zone_map()
        assert zone_map() is before  # and kept while nothing changes
        with transaction.atomic():
            Zone.objects.filter(id=zone.id).update(active=False)
            assert zone_at(HERE) is None
            transaction.set_rollback(True)
        assert zone_at(HERE) == zone
    with tenant_scope(beta):
        assert zone_at(HERE) is None
    with tenant_scope(alpha):
        Zone.objects.all().delete()
        assert zone_at(HERE) is None


def test_nobody_changes_the_kept_zones_by_accident(alpha: TenantRef):
    with tenant_scope(alpha):
        ZoneFactory(name={"en": "One"}, priority=1)
        found = zone_at(HERE)
        assert found is not None
        found.priority = 99
        again = zone_at(HERE)
        assert again is not None and again.priority == 1


def some_zones(number: int, points: int, seed: int) -> list[Zone]:
    chance = random.Random(seed)  # noqa: S311
    zones = []
    for count in range(number):
        x, y, r = chance.uniform(116, 117), chance.uniform(39, 40), chance.uniform(0.005, 0.05)
        angles = [2 * pi * n / points for n in range(points)]
        ring = [[x + r * cos(a), y + r * sin(a)] for a in angles]
        zones.append(
            Zone(
                name={"en": str(count)},
                polygon={"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
                priority=chance.randrange(3),
                services=chance.choice([[], [str(SOME)], [str(OTHER)]]),
            )
        )
    return zones


MAP = some_zones(60, 12, seed=7)


def area_of(zone: Zone) -> BaseGeometry:
    return shape(zone.polygon)


@given(
    latitude=st.floats(38.9, 40.1),
    longitude=st.floats(115.9, 117.1),
    service_id=st.sampled_from([None, SOME, OTHER]),
)
def test_the_tree_finds_what_looking_at_each_finds(
    latitude: float, longitude: float, service_id: UUID | None
):
    position, tree = Position(latitude, longitude), ZoneMap(MAP)
    expected = [
        zone
        for zone in sorted(MAP, key=lambda zone: (-zone.priority, zone.id))
        if area_of(zone).covers(Point(longitude, latitude))
        and (service_id is None or not zone.services or str(service_id) in zone.services)
    ]
    assert tree.zone_at(position, service_id=service_id) == (expected[0] if expected else None)
    everywhere = [zone.services for zone in MAP if area_of(zone).covers(Point(longitude, latitude))]
    served = tree.services_at(position)
    if not all(everywhere):
        assert served is None
    else:
        assert served == {service for services in everywhere for service in services}
    nearest, meters = tree.nearest(position, service_id=service_id)
    if not expected:
        assert meters > 0
        corners = [Position(y, x) for x, y in nearest.polygon["coordinates"][0]]
        assert meters <= min(straight_meters(position, corner) for corner in corners) + 1
