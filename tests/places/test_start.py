"""The places that a starter brings: laid out around a centre, and told where they are again."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from kernel.events import Fact
from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from registry.templates import templates_brought_along
from tenants.places.geometry import Position, position_shifted, shift_between, straight_meters
from tenants.places.hours import Hours
from tenants.places.hours_text import hours_written
from tenants.places.models import Place
from tenants.places.start import places_start
from tests.registry.test_onboarding import ONBOARD, inputs
from tests.support.cast import olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api

CAMPUS = dict(templates_brought_along())["campus_errands"]
CENTER = {"latitude": 31.0252, "longitude": 121.4337}


def start(tenant: TenantRef, template: dict, center: dict[str, float] | None) -> None:
    data = {"template": template, "center": center}
    with transaction.atomic():
        places_start(Fact("tenant.provisioned", tenant.id, SOME_DAY, data))


def test_a_campus_is_laid_out_in_one_statement(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        with django_assert_num_queries(3):  # BEGIN, the places, COMMIT
            start(alpha, CAMPUS, CENTER)
        campus = Place.objects.get(kind=Place.Kind.CAMPUS)
        assert (campus.latitude, campus.longitude) == (CENTER["latitude"], CENTER["longitude"])
        inside = Place.objects.filter(parent=campus)
        assert inside.count() == Place.objects.count() - 1 >= 15
        dormitories = [place for place in inside if place.name["en"].startswith("Dormitory ")]
        assert len(dormitories) >= 8 and {p.kind for p in inside} == {"building", "gate", "station"}
        gate = inside.get(name__en="South gate")
        center, there = Position(**CENTER), Position(gate.latitude, gate.longitude)
        assert straight_meters(center, there) == pytest.approx(420, rel=0.01)
        assert there.latitude < center.latitude


def test_a_station_brings_its_hours(alpha: TenantRef):
    station = {"kind": "station", "name": {"en": "x"}, "offset": {"north": 1, "east": 1}}
    hours = "mon,tue,wed,thu,fri 08:00-20:00; sat 18:00-01:00"
    with tenant_scope(alpha):
        start(alpha, {"places": [{**station, "hours": hours}]}, CENTER)
        assert hours_written(Hours.parse(Place.objects.get().hours)) == hours
        with pytest.raises(InvalidInput) as refused:
            start(alpha, {"places": [station, {**station, "hours": "mon 8-9"}]}, CENTER)
        assert refused.value.field.startswith("places.1.hours")
        assert Place.objects.count() == 1


@pytest.mark.parametrize(("template", "center"), [(CAMPUS, None), ({}, CENTER)])
def test_without_a_centre_or_places_there_are_none(
    alpha: TenantRef, template: dict, center: dict[str, float] | None
):
    with tenant_scope(alpha):
        start(alpha, template, center)
        assert not Place.objects.exists()


def test_places_nest_so_deep_and_no_deeper(alpha: TenantRef):
    def nested(levels: int) -> dict:
        place = {"kind": "gate", "name": {"en": "x"}, "offset": {"north": 1, "east": 1}}
        return place if levels == 1 else {**place, "places": [nested(levels - 1)]}

    with tenant_scope(alpha):
        start(alpha, {"places": [nested(6)]}, CENTER)
        assert Place.objects.count() == 6
        with pytest.raises(InvalidInput) as refused:
            start(alpha, {"places": [nested(7)]}, CENTER)
        assert refused.value.field == "places" + ".0.places" * 6 + ".0"
        assert Place.objects.count() == 6


@pytest.mark.parametrize(
    ("center", "field"),
    [({"latitude": 91, "longitude": 0}, "center"), ({"latitude": 0, "longitude": 181}, "center")],
)
def test_a_centre_is_on_the_earth(center: dict[str, float], field: str):
    refused = olga().api.run(ONBOARD, inputs(center=center))["tenantOnboard"]
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", field)
    assert Api("gamma.localhost").client.get("/graphql").status_code == 404


@given(
    latitude=st.floats(-85, 85),
    longitude=st.floats(-180, 180),
    north=st.integers(-50_000, 50_000),
    east=st.integers(-50_000, 50_000),
)
def test_shifting_there_and_measuring_back(
    latitude: float, longitude: float, north: int, east: int
):
    center = Position(latitude, longitude)
    there = position_shifted(center, north=north, east=east)
    assert -90 <= there.latitude <= 90 and -180 <= there.longitude <= 180
    assert shift_between(center, there) == (north, east)
