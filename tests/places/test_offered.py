"""How far it is to where services are offered: stations, places, borders, and nowhere."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.geometry import Position, position_shifted, straight_meters
from tenants.places.models import Place
from tenants.places.offered import Offered, offered_from
from tenants.places.zone_map import ZoneMap
from tests.support.factories import CAMPUS, PlaceFactory, ZoneFactory

HERE = Position(*CAMPUS)
SOME, OTHER = UUID(int=1), UUID(int=2)


def at(meters: float, kind: Place.Kind = Place.Kind.STATION, **more: object) -> Place:
    place = position_shifted(HERE, north=meters, east=0)
    return PlaceFactory(kind=kind, latitude=place.latitude, longitude=place.longitude, **more)


def test_the_nearest_station_of_the_zones_of_a_service(alpha: TenantRef):
    with tenant_scope(alpha):
        assert offered_from(HERE) == Offered({}, None)  # no zone, no place
        at(900)
        assert offered_from(HERE) == Offered({}, 900)
        at(300, Place.Kind.GATE)  # no station, and there is one
        at(200, active=False)
        at(400)
        assert offered_from(HERE) == Offered({}, 400)
        ZoneFactory(half=0.01, services=[str(SOME)])  # 1.1 km each way
        only_some = offered_from(HERE)
        assert only_some == Offered({SOME: 400}, None)
        north = position_shifted(HERE, north=5000, east=0)
        ZoneFactory(around=(north.latitude, north.longitude), half=0.01)
        at(5500)
        assert offered_from(HERE) == Offered({SOME: 400}, 5500)


def test_without_a_station_other_places_and_then_the_border(alpha: TenantRef):
    with tenant_scope(alpha):
        ZoneFactory(half=0.01, services=[str(SOME)])
        north = position_shifted(HERE, north=5000, east=0)
        ZoneFactory(around=(north.latitude, north.longitude), half=0.01, services=[str(OTHER)])
        assert offered_from(HERE).by_service[SOME] == 0
        assert abs(offered_from(HERE).by_service[OTHER] - (5000 - 1112)) < 5
        building = at(300, Place.Kind.BUILDING)
        at(10, Place.Kind.FLOOR, parent=building)
        assert offered_from(HERE).by_service[SOME] == 300
        at(700)
        assert offered_from(HERE).by_service[SOME] == 700
        assert offered_from(HERE).others is None


def test_over_the_antimeridian(alpha: TenantRef):
    with tenant_scope(alpha):
        for longitude in (179.9, -179.9, 0):
            PlaceFactory(kind=Place.Kind.STATION, latitude=0.0, longitude=longitude)
        found = offered_from(Position(0.0, -179.99)).others
        assert found == round(straight_meters(Position(0.0, -179.99), Position(0.0, -179.9)))


def test_a_few_queries_however_much_there_is(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        for number in range(1, 30):
            ZoneFactory(services=[str(UUID(int=number))])
            at(number * 10)
        with django_assert_num_queries(2):  # the zones, the stations
            assert set(offered_from(HERE).by_service.values()) == {10}


@given(st.floats(-8000, 8000), st.floats(-8000, 8000))
def test_a_border_is_as_far_as_the_zone_says(north: float, east: float):
    zones = ZoneMap([ZoneFactory.build(services=[str(SOME)]), ZoneFactory.build(half=0.02)])
    here = position_shifted(HERE, north=north, east=east)
    found = zones.meters_to(here, [SOME, OTHER])
    for service, meters in found.items():
        assert abs(zones.nearest(here, service_id=service)[1] - meters) < 1e-6
        if zones.covers(here, service_id=service):
            assert meters < 0.01
