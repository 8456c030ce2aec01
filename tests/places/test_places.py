"""Places: a tree that everybody reads and whoever may, edits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.models import Place
from tests.support.cast import Member, cast
from tests.support.factories import CAMPUS, PlaceFactory
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.threads import at_once

SAVE = """
mutation Save($input: PlaceSaveInput!) {
  placeSave(input: $input) {
    ... on PlaceSaveSuccess {
      place { id kind name latitude longitude parent { name parent { name } } }
    }
    ... on InvalidInputError { field }
    ... on NotFoundError { what }
    ... on UserError { code }
  }
}
"""
PLACES = """
query Places($kind: PlaceKind) {
  places(kind: $kind) { totalCount edges { node { id kind name parent { id name } } } }
}
"""
NAME = [{"language": "zh-Hans", "text": "东门"}, {"language": "en", "text": "East gate"}]
POINT = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


@contextmanager
def unchanged(tenant: TenantRef) -> Iterator[None]:
    def rows() -> list[dict]:
        with tenant_scope(tenant):
            return list(Place.objects.order_by("id").values())

    before = rows()
    yield
    assert rows() == before


def save(by: Member, **changes: Any) -> dict:
    given = {"kind": "GATE", "name": NAME, "point": POINT, **changes}
    return by.api.run(SAVE, {"input": given})["placeSave"]


def place_id(place: Place | UUID) -> str:
    return global_id("Place", place if isinstance(place, UUID) else place.id)


def test_a_tree_is_built_changed_and_pruned(alpha: TenantRef, ines: Member):
    campus = save(ines, kind="CAMPUS")["place"]
    building = save(ines, kind="BUILDING", parentId=campus["id"])["place"]
    gate = save(ines, parentId=building["id"])["place"]
    assert gate["parent"] == {"name": "East gate", "parent": {"name": "East gate"}}
    moved = save(ines, id=gate["id"], kind="STATION", parentId=campus["id"])["place"]
    assert moved["kind"] == "STATION" and moved["parent"]["parent"] is None
    api = Api("alpha.localhost")
    assert api.run(PLACES)["places"]["totalCount"] == 3
    stations = api.run(PLACES, {"kind": "STATION"})["places"]["edges"]
    assert [edge["node"]["id"] for edge in stations] == [gate["id"]]
    save(ines, id=gate["id"], active=False)
    assert api.run(PLACES, {"kind": "STATION"})["places"]["totalCount"] == 0
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert api.run(node, {"id": gate["id"]}) == {"node": None}
    assert "place" in save(ines, id=gate["id"], active=True)
    assert Api("beta.localhost").run(PLACES)["places"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": []}, "name"),
        ({"name": [{"language": "zh-Hans", "text": "\u0007"}]}, "name"),
        ({"point": {"latitude": 90.1, "longitude": 0}}, "point"),
        ({"point": {"latitude": 0, "longitude": -180.1}}, "point"),
    ],
)
def test_bad_values(alpha: TenantRef, ines: Member, changes: dict, field: str):
    with unchanged(alpha):
        assert save(ines, **changes) == {"code": "INVALID_INPUT", "field": field}
        wrong = {"kind": "PLANET", "name": NAME, "point": POINT}
        assert ines.api.error_code(SAVE, {"input": wrong}) == "BAD_USER_INPUT"


def test_a_place_cannot_lie_within_itself_nor_too_deep(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        chain = [PlaceFactory()]
        for _ in range(5):
            chain.append(PlaceFactory(parent=chain[-1]))
    with unchanged(alpha):
        for parent in (chain[0], chain[1], chain[4]):
            given = {"id": place_id(chain[0]), "parentId": place_id(parent)}
            assert save(ines, **given)["field"] == "parentId"
        assert save(ines, parentId=place_id(chain[5]))["field"] == "parentId"
    assert "place" in save(ines, parentId=place_id(chain[4]))


def test_two_moves_at_once_cannot_close_a_circle(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        one, two = PlaceFactory(), PlaceFactory()
    answers = at_once(
        lambda: save(ines, id=place_id(one), parentId=place_id(two)),
        lambda: save(ines, id=place_id(two), parentId=place_id(one)),
    )
    assert sorted("place" in answer for answer in answers) == [False, True]


def test_whose_place_it_is(alpha: TenantRef, beta: TenantRef, ines: Member):
    with tenant_scope(beta):
        foreign = PlaceFactory()
    with tenant_scope(alpha):
        closed = PlaceFactory(active=False)
    with unchanged(alpha), unchanged(beta):
        for key in (foreign.id, uuid4()):
            assert save(ines, id=place_id(key))["what"] == "Place"
        for key in (foreign.id, uuid4(), closed.id):
            assert save(ines, parentId=place_id(key))["what"] == "Place"
        assert save(ines, parentId=global_id("Zone", closed.id))["what"] == "Place"


def test_nobody_else_may(alpha: TenantRef):
    people = cast(alpha)
    given = {"input": {"kind": "GATE", "name": NAME, "point": POINT}}
    assert Api("alpha.localhost").error_code(SAVE, given) == "UNAUTHENTICATED"
    for member in (people.maya, people.tomas):
        assert member.api.error_code(SAVE, given) == "FORBIDDEN"
    with tenant_scope(alpha):
        assert not Place.objects.exists()


@pytest.mark.parametrize("number", [1, 9])
def test_the_list_takes_the_same_queries_for_any_number(
    alpha: TenantRef, number: int, django_assert_num_queries
):
    with tenant_scope(alpha):
        PlaceFactory.create_batch(number, parent=PlaceFactory())
    # The places with their count; their parents.
    with django_assert_num_queries(2):
        answer = Api("alpha.localhost").run(PLACES)["places"]
    assert answer["totalCount"] == number + 1
