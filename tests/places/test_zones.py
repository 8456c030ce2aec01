"""Zones: drawn as GeoJSON that may be nonsense, and asked whether they cover a position."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import cos, pi, radians, sin
from typing import Any
from uuid import uuid4

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.rights import DISPATCHER
from tenants.places.geometry import Position
from tenants.places.models import Zone
from tenants.places.selectors import zone_at
from tenants.places.services import MAX_ZONES, OutsideZones, TooMany, coverage_check, zone_save
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.factories import CAMPUS, ZoneFactory, square
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.threads import at_once

SAVE = """
mutation Save($input: ZoneSaveInput!) {
  zoneSave(input: $input) {
    ... on ZoneSaveSuccess { zone { id name names { language } polygon priority } }
    ... on InvalidInputError { field reason }
    ... on NotFoundError { what }
    ... on TooManyError { limit }
    ... on UserError { code }
  }
}
"""
REMOVE = """
mutation Remove($id: ID!) {
  zoneRemove(input: {zoneId: $id}) {
    ... on ZoneRemoveSuccess { zoneId }
    ... on UserError { code }
  }
}
"""
ZONES = "{ zones { id name polygon priority } }"
NAME = [{"language": "zh-Hans", "text": "北区"}, {"language": "en", "text": "North"}]
HERE = Position(*CAMPUS)


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


@contextmanager
def unchanged(tenant: TenantRef) -> Iterator[None]:
    def rows() -> list[dict]:
        with tenant_scope(tenant):
            return list(Zone.objects.order_by("id").values())

    before = rows()
    yield
    assert rows() == before


def save(by: Member, polygon: Any = None, **changes: Any) -> dict:
    given = {"name": NAME, "polygon": polygon or square(CAMPUS), **changes}
    return by.api.run(SAVE, {"input": given})["zoneSave"]


def polygon(*rings: list) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def circle(points: int, radius: float = 0.01) -> list:
    angles = [2 * pi * number / (points - 1) for number in range(points - 1)]
    ring = [[CAMPUS[1] + radius * cos(a), CAMPUS[0] + radius * sin(a)] for a in angles]
    return [*ring, ring[0]]


OUTER = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]


def test_a_zone_is_drawn_redrawn_and_removed(alpha: TenantRef, ines: Member):
    zone = save(ines, priority=3)["zone"]
    assert zone["name"] == "North" and zone["priority"] == 3
    assert zone["polygon"] == square(CAMPUS)
    everybody = Api("alpha.localhost").run(ZONES, language="zh-Hans")["zones"]
    assert [found["name"] for found in everybody] == ["北区"]
    again = save(ines, polygon(OUTER), id=zone["id"], name=NAME[:1])["zone"]
    assert again["id"] == zone["id"] and again["names"] == [{"language": "zh-Hans"}]
    assert again["polygon"] == polygon([[float(x), float(y)] for x, y in OUTER])
    assert ines.api.run(REMOVE, {"id": zone["id"]})["zoneRemove"] == {"zoneId": zone["id"]}
    assert Api("alpha.localhost").run(ZONES) == {"zones": []}
    with unchanged(alpha):
        assert ines.api.run(REMOVE, {"id": zone["id"]})["zoneRemove"]["code"] == "NOT_FOUND"
        assert save(ines, id=zone["id"])["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("text", "GeoJSON"),
        (7, "GeoJSON"),
        ([], "GeoJSON"),
        ({"type": "Polygon"}, "rings"),
        ({"type": "polygon", "coordinates": [OUTER]}, "GeoJSON"),
        ({"type": "MultiPolygon", "coordinates": [OUTER]}, "ring 0, point 0"),
        ({"type": "MultiPolygon", "coordinates": []}, "polygons"),
        ({"type": "LineString", "coordinates": OUTER}, "GeoJSON"),
        ({"type": "GeometryCollection", "geometries": []}, "GeoJSON"),
        (polygon(), "rings"),
        (polygon("abc"), "rings"),
        (polygon([]), "fewer than 4"),
        (polygon([[0, 0], [1, 0], [0, 0]]), "fewer than 4"),
        (polygon(OUTER[:-1]), "not closed"),
        (polygon([[0, 0], [1, 0], [2, 0], [0, 0]]), ""),
        (polygon([[0, 0]] * 4), ""),
        (polygon([[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]), "Self-intersection[5 5]"),
        (polygon(OUTER, [[20, 20], [21, 20], [21, 21], [20, 20]]), "outside shell"),
        (polygon(OUTER, [[9, 9], [11, 9], [11, 11], [9, 11], [9, 9]]), ""),
        (polygon([[0, 0], [200, 0], [200, 10], [0, 0]]), "point 1 is not on the earth"),
        (polygon([[0, 0], [10, 91], [10, 10], [0, 0]]), "point 1 is not on the earth"),
        (polygon([[0, 0, 5], [10, 0, 5], [10, 10, 5], [0, 0, 5]]), "[longitude, latitude]"),
        (polygon([["0", "0"], [10, 0], [10, 10], ["0", "0"]]), "[longitude, latitude]"),
        (polygon([[True, 0], [10, 0], [10, 10], [True, 0]]), "[longitude, latitude]"),
        (polygon([[None, None], [10, 0], [10, 10], [None, None]]), "[longitude, latitude]"),
        (polygon([[1e300, 0], [10, 0], [10, 10], [1e300, 0]]), "[longitude, latitude]"),
        (polygon([[10**400, 0], [10, 0], [10, 10], [10**400, 0]]), ""),
        (polygon([OUTER]), "[longitude, latitude]"),
        (polygon(circle(501)), "500 points"),
        (polygon(*[OUTER] * 101), "500 points"),
    ],
)
def test_nonsense_is_refused_where_it_is(alpha: TenantRef, ines: Member, bad: Any, says: str):
    with unchanged(alpha):
        given = {"input": {"name": NAME, "polygon": bad}}
        answer = ines.api.post(SAVE, given, **{"Accept-Language": "en"})
        if "errors" in answer:  # numbers that no JSON reader takes
            assert answer["errors"][0]["extensions"]["code"] != "INTERNAL"
        else:
            refused = answer["data"]["zoneSave"]
            assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "polygon")
            assert says in refused["reason"]


def test_five_hundred_points_and_a_hole_are_fine(ines: Member):
    hole = [[CAMPUS[1] + dx, CAMPUS[0] + dy] for dx, dy in ((0, 0), (0.001, 0), (0, 0.001), (0, 0))]
    assert "zone" in save(ines, polygon(circle(496), hole))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": []}, "name"),
        ({"name": NAME[1:]}, "name"),
        ({"name": [{"language": "zh-Hans", "text": "x" * 61}]}, "name"),
    ],
)
def test_bad_names(alpha: TenantRef, ines: Member, changes: dict, field: str):
    with unchanged(alpha):
        assert save(ines, **changes)["field"] == field


def test_whose_zone_it_is(alpha: TenantRef, beta: TenantRef, ines: Member):
    with tenant_scope(beta):
        foreign = ZoneFactory()
    ids = [global_id("Zone", foreign.id), global_id("Zone", uuid4()), global_id("Place", uuid4())]
    with unchanged(alpha), unchanged(beta):
        for zone_id in ids:
            assert save(ines, id=zone_id)["what"] == "Zone"
            assert ines.api.run(REMOVE, {"id": zone_id})["zoneRemove"]["code"] == "NOT_FOUND"
    node = "query ($id: ID!) { node(id: $id) { ... on Zone { name } } }"
    assert ines.api.run(node, {"id": ids[0]}) == {"node": None}


def test_nobody_else_may(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        zone = ZoneFactory()
    people = cast(alpha)
    dora = people.person(10, "Dora", DISPATCHER, email="dora@example.test")
    given = {"input": {"name": NAME, "polygon": square(CAMPUS)}}
    with unchanged(alpha):
        for document, variables in ((SAVE, given), (REMOVE, {"id": global_id("Zone", zone.id)})):
            assert Api("alpha.localhost").error_code(document, variables) == "UNAUTHENTICATED"
            for member in (people.maya, people.tomas, dora):
                assert member.api.error_code(document, variables) == "FORBIDDEN"
            foreign = Api("alpha.localhost").error_code(
                document, variables, token=cast(beta).ines.token
            )
            assert foreign == "UNAUTHENTICATED"


def test_where_no_zone_is_drawn_everywhere_is_served(alpha: TenantRef):
    with tenant_scope(alpha):
        coverage_check([HERE, Position(-89.0, 179.0)])
        assert zone_at(HERE) is None


def test_coverage_names_the_first_position_outside_and_the_nearest_zone(alpha: TenantRef):
    north, south = (CAMPUS[0] + 1, CAMPUS[1]), (CAMPUS[0] - 1, CAMPUS[1])
    with tenant_scope(alpha):
        ZoneFactory(around=CAMPUS)
        ZoneFactory(around=north, name={"en": "North"})
        ZoneFactory(around=south, name={"en": "Gone"}, active=False)
        coverage_check([HERE, Position(*north)])
        coverage_check([Position(CAMPUS[0] + 0.01, CAMPUS[1])])  # a border belongs to its zone
        with pytest.raises(OutsideZones) as refused:
            coverage_check([HERE, Position(north[0] + 0.2, north[1]), Position(*south)])
        assert (refused.value.position, refused.value.nearest_zone) == (1, {"en": "North"})
        with pytest.raises(OutsideZones) as refused:
            coverage_check([Position(*south)])
        assert refused.value.position == 0


def test_the_nearest_is_measured_on_the_earth_not_in_degrees(alpha: TenantRef):
    """At 70° north a degree of longitude is a third of one of latitude."""
    with tenant_scope(alpha):
        ZoneFactory(around=(71.0, 25.0), half=0.1, name={"en": "North"})
        ZoneFactory(around=(70.0, 27.0), half=0.1, name={"en": "East"})
        with pytest.raises(OutsideZones) as refused:
            coverage_check([Position(70.0, 25.0)])
    assert refused.value.nearest_zone == {"en": "East"}
    assert 2 * cos(radians(70)) < 1


def test_the_highest_priority_wins_an_overlap(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        ZoneFactory(half=0.05)
        first = ZoneFactory(half=0.02, priority=5)
        ZoneFactory(half=0.03, priority=5)
        with django_assert_num_queries(1):
            assert zone_at(HERE) == first
        with django_assert_num_queries(1):
            coverage_check([HERE] * 5)


@pytest.mark.parametrize("number", [1, 9])
def test_the_list_takes_the_same_queries_for_any_number(
    alpha: TenantRef, number: int, django_assert_num_queries
):
    with tenant_scope(alpha):
        ZoneFactory.create_batch(number)
    # The zones.
    with django_assert_num_queries(1):
        assert len(Api("alpha.localhost").run(ZONES)["zones"]) == number


def test_there_is_an_end_to_zones_even_at_once(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        ZoneFactory.create_batch(MAX_ZONES - 1)

    def draw() -> None:
        with tenant_scope(alpha):
            zone_save(
                actor=ines.actor,
                zone_id=None,
                name={"zh-Hans": "区"},
                polygon=square(CAMPUS),
                priority=0,
                service_ids=[],
                at=SOME_DAY,
            )

    answers = at_once(draw, draw, draw)
    assert sum(isinstance(answer, TooMany) for answer in answers) == 2
    with tenant_scope(alpha):
        assert Zone.objects.count() == MAX_ZONES
    assert save(ines)["limit"] == MAX_ZONES
