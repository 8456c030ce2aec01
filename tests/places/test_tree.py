"""What may lie in what, moving and closing what is full, and filling buildings with rooms."""

from itertools import product
from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.models import Place
from tenants.places.services import MAX_PLACES
from tenants.places.states import MAY_LIE_IN
from tests.support.cast import Member, cast
from tests.support.factories import CAMPUS, PlaceFactory
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes
from tests.support.threads import at_once

NAME = [{"language": "zh-Hans", "text": "楼"}]
POINT = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}
Kind = Place.Kind


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


def save(by: Member, **changes: Any) -> dict:
    given = {"kind": "GATE", "name": NAME, "point": POINT, **changes}
    answer: dict = mutate(by.api, "placeSave", given, "place { id kind parent { id } }")
    return answer


def place_id(place: Place) -> str:
    return global_id("Place", place.id)


FILL = {
    "floors": {"first": 1, "last": 3},
    "floorName": [
        {"language": "zh-Hans", "text": "{floor}层"},
        {"language": "en", "text": "Floor {floor}"},
    ],
    "rooms": {"first": 1, "last": 12},
    "roomName": [{"language": "zh-Hans", "text": "{floor}{room}"}],
}


def fill(by: Member, building: Place, **changes: Any) -> dict:
    given = {"buildingId": place_id(building), **FILL, **changes}
    answer: dict = mutate(by.api, "placesFill", given, "added")
    return answer


def test_every_kind_in_every_other(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        outer = {kind: PlaceFactory(kind=kind) for kind in Kind}
    for kind, within in product(Kind, [None, *Kind]):
        parent = {"parentId": place_id(outer[within])} if within else {}
        may = within in MAY_LIE_IN[kind]
        answer = save(ines, kind=kind.name, **parent)
        assert (answer["__typename"] == "PlaceSaveSuccess") is may, (kind, within)
        assert may or "cannot lie" in answer["message"]


def test_a_building_with_floors_stays_one(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
        floor = PlaceFactory(kind=Kind.FLOOR, parent=building)
    with nothing_changes(alpha):
        answer = save(ines, id=place_id(building), kind="GATE")
        assert answer["code"] == "INVALID_INPUT" and "floor lies in it" in answer["message"]
    with tenant_scope(alpha):
        Place.objects.filter(id=floor.id).update(active=False)
    assert save(ines, id=place_id(building), kind="GATE")["place"]["kind"] == "GATE"


def test_a_tree_moves_whole_or_not_at_all(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        deep = [PlaceFactory()]
        for _ in range(3):
            deep.append(PlaceFactory(parent=deep[-1]))
        moved = PlaceFactory()
        PlaceFactory(parent=PlaceFactory(parent=moved))
    with nothing_changes(alpha):  # four levels above and three of its own
        answer = save(ines, id=place_id(moved), parentId=place_id(deep[3]))
        assert answer["code"] == "INVALID_INPUT" and "6 deep" in answer["message"]
    done = save(ines, id=place_id(moved), parentId=place_id(deep[2]))
    assert done["place"]["parent"] == {"id": place_id(deep[2])}


def test_closing_takes_along_what_lies_in_it(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
        floor = PlaceFactory(kind=Kind.FLOOR, parent=building)
        PlaceFactory(kind=Kind.ROOM, parent=floor)
        other = PlaceFactory()
    save(ines, id=place_id(building), kind="BUILDING", active=False)
    with tenant_scope(alpha):
        assert list(Place.objects.filter(active=True)) == [other]
    save(ines, id=place_id(building), kind="BUILDING")
    with tenant_scope(alpha):  # what closed with it opens by itself
        assert Place.objects.filter(active=True).count() == 2
    with nothing_changes(alpha):
        refused = save(ines, kind="ROOM", parentId=place_id(floor))
        assert refused["code"] == "NOT_FOUND"


def test_a_building_is_filled_and_filled_again(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING, latitude=39.5)
    assert fill(ines, building)["added"] == 3 + 36
    with tenant_scope(alpha):
        floors = Place.objects.filter(parent=building)
        assert [f.name for f in floors.order_by("id")] == [
            {"zh-Hans": f"{n}层", "en": f"Floor {n}"} for n in (1, 2, 3)
        ]
        rooms = Place.objects.filter(parent__in=floors)
        assert {room.kind for room in rooms} == {"room"} and {r.latitude for r in rooms} == {39.5}
        assert {"101", "112", "312"} <= {room.name["zh-Hans"] for room in rooms}
    with nothing_changes(alpha):
        assert fill(ines, building)["added"] == 0
    assert fill(ines, building, floors={"first": -1, "last": 4})["added"] == 3 * 13
    listed = "query ($id: ID) { places(parentId: $id, first: 50) { totalCount } }"
    answer = Api("alpha.localhost").run(listed, {"id": place_id(building)})
    assert answer["places"]["totalCount"] == 6


def test_a_place_is_found_by_its_name_in_any_language(alpha: TenantRef):
    with tenant_scope(alpha):
        PlaceFactory(name={"zh-Hans": "北门", "en": "North Gate"})
        PlaceFactory(name={"zh-Hans": "50%店"})
    asked = "query ($text: String!) { places(text: $text, first: 9) { edges { node { name } } } }"

    def found(text: str) -> list[str]:
        edges = Api("alpha.localhost").run(asked, {"text": text}, language="en")["places"]["edges"]
        return [edge["node"]["name"] for edge in edges]

    assert found("") == ["North Gate", "50%店"]
    assert found("北") == found(" gATE ") == ["North Gate"]
    assert found("%") == ["50%店"]
    assert found("_") == []


def test_two_who_fill_at_once_fill_once(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
    answers = at_once(*[lambda: fill(ines, building)] * 3)
    assert sorted(answer["added"] for answer in answers) == [0, 0, 39]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"floors": {"first": 3, "last": 1}}, "floors"),
        ({"floors": {"first": 1, "last": 201}}, "floors"),
        ({"floors": {"first": -2147483648, "last": -2147483648}}, "floors"),
        ({"rooms": {"first": 0, "last": 200}}, "rooms"),
        ({"floorName": [{"language": "zh-Hans", "text": "层"}]}, "floorName: {floor} is missing"),
        ({"floorName": [{"language": "en", "text": "{floor}"}]}, "floorName"),
        ({"roomName": []}, "roomName"),
        ({"roomName": [{"language": "zh-Hans", "text": "{floor}"}]}, "roomName"),
        ({"roomName": [{"language": "zh-Hans", "text": "{room}" + "x" * 54}]}, None),
        ({"roomName": [{"language": "zh-Hans", "text": "{room}" * 11}]}, "roomName"),
        ({"roomName": [{"language": "zh-Hans", "text": "{room}{0.__class__}"}]}, None),
    ],
)
def test_what_cannot_be_filled(alpha: TenantRef, ines: Member, changes: dict, says: str | None):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
        gate = PlaceFactory()
    if says is None:  # odd and fine
        assert fill(ines, building, **changes)["added"] == 39
        return
    with nothing_changes(alpha):
        answer = fill(ines, building, **changes)
        assert answer["code"] == "INVALID_INPUT" and says in answer["message"]
        assert "buildingId" in fill(ines, gate)["message"]


def test_there_is_an_end_to_places(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
        some = {"kind": Kind.ROOM, "parent": building, "name": {"en": "x"}}
        Place.objects.bulk_create(
            Place(**some, latitude=1, longitude=1) for _ in range(MAX_PLACES - 40)
        )
    assert fill(ines, building)["added"] == 39
    with nothing_changes(alpha):
        refused = save(ines), fill(ines, building, floors={"first": 4, "last": 4})
        assert {answer["code"] for answer in refused} == {"TOO_MANY"}
    assert save(ines, id=place_id(building), kind="BUILDING")["__typename"] == "PlaceSaveSuccess"


def test_filling_takes_the_same_queries_for_any_number(
    alpha: TenantRef, ines: Member, django_assert_num_queries
):
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
    # The session with its rights; BEGIN; the lock; the building; the operator's language; what it
    # has; how many there are; the new ones; COMMIT.
    for last in (1, 9):
        with django_assert_num_queries(9):
            fill(ines, building, floors={"first": last, "last": last})


def test_nobody_else_may(alpha: TenantRef):
    people = cast(alpha)
    with tenant_scope(alpha):
        building = PlaceFactory(kind=Kind.BUILDING)
    given = {"input": {"buildingId": place_id(building), **FILL}}
    maya, tomas = people.maya, people.tomas
    document = "mutation ($input: PlacesFillInput!) { placesFill(input: $input) { __typename } }"
    with nothing_changes(alpha):
        assert Api("alpha.localhost").error_code(document, given) == "UNAUTHENTICATED"
        for member in (maya, tomas):
            assert member.api.error_code(document, given) == "FORBIDDEN"
