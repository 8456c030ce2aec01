"""Addresses found and positions named: by the own places, and by maps that may do anything."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from tenants.places.geometry import Position, position_shifted, straight_meters
from tenants.places.maps import MapUnavailable
from tenants.places.maps.gcj02 import from_gcj02, to_gcj02
from tenants.places.models import Place
from tenants.places.services import AddressesFound, address_at, address_search
from tests.fakes.maps import KEY, FakeMap, Mood
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.factories import CAMPUS, PlaceFactory
from tests.support.graphql import Api

HERE = Position(*CAMPUS)
AMAP, NOMINATIM = "tenants.places.maps.amap.Amap", "tenants.places.maps.nominatim.Nominatim"
BAD = [mood for mood in Mood if mood is not Mood.WELL]


@pytest.fixture
def fake() -> Iterator[FakeMap]:
    with FakeMap() as running:
        yield running


@pytest.fixture(params=[AMAP, NOMINATIM])
def remote(request: pytest.FixtureRequest, fake: FakeMap, settings: Settings) -> FakeMap:
    """Each of the maps that are somebody else's."""
    point_at(settings, fake, request.param)
    return fake


def point_at(settings: Settings, fake: FakeMap, gateway: str) -> None:
    settings.MAP_GATEWAY, settings.MAP_URL = gateway, fake.url
    settings.MAP_KEY, settings.MAP_SECONDS = KEY, 1.0


def search(text: str, *, seconds: float = 0, **options: Any) -> AddressesFound:
    return address_search(
        text=text,
        **{"near": None, "language": "en", "at": SOME_DAY + timedelta(seconds=seconds), **options},
    )


def names(answer: AddressesFound) -> list[str]:
    return [found.name for found in answer.found]


# -- the own places --------------------------------------------------------------------------------


def test_own_places_by_name_in_any_language(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        campus = PlaceFactory(kind="campus", name={"en": "Main campus", "zh-Hans": "主校区"})
        inside = {"parent": campus}
        PlaceFactory(name={"en": "East gate", "zh-Hans": "东门"}, **inside)
        PlaceFactory(name={"en": "Gate house", "zh-Hans": "门房"}, **inside)
        PlaceFactory(name={"en": "Northgate", "zh-Hans": "北门"}, **inside)
        PlaceFactory(name={"en": "Old gate", "zh-Hans": "旧门"}, active=False)
        with django_assert_num_queries(1):
            assert names(search("GATE ")) == ["Gate house", "East gate", "Northgate"]
        assert names(search("东门")) == ["East gate"]
        assert names(search("门", language="zh-Hans"))[0] == "门房"
        assert names(search("ｅａｓｔ　gate")) == ["East gate"]
        (east,) = search("east").found
        assert (east.address, east.position) == ("Main campus", HERE)
        for nothing in ("%", "_", "zh-Hans", "en", '"', "\\", "[", "nowhere"):
            assert names(search(nothing)) == []
    for text in ("", " ", "x" * 81, "a\nb"):
        with pytest.raises(InvalidInput), tenant_scope(alpha):
            search(text)


def test_a_room_by_its_building_and_number(alpha: TenantRef):
    with tenant_scope(alpha):
        for hall in ("North hall", "South hall"):
            building = PlaceFactory(kind="building", name={"en": hall})
            floor = PlaceFactory(kind="floor", name={"en": "Floor 18"}, parent=building)
            PlaceFactory(kind="room", name={"en": "1806"}, parent=floor)
        (room,) = search("south 1806").found
        assert (room.name, room.address) == ("1806", "Floor 18, South hall")
        assert names(search("south hall")) == ["South hall"]


def test_the_nearer_of_equals_comes_first(alpha: TenantRef):
    with tenant_scope(alpha):
        for number in range(12):
            there = position_shifted(HERE, north=1_000 * (12 - number), east=0)
            PlaceFactory(
                name={"en": f"Gate {number:02}"},
                latitude=there.latitude,
                longitude=there.longitude,
            )
        found = names(search("gate", near=HERE))
        assert found == [f"Gate {number:02}" for number in range(11, 1, -1)]


def test_what_own_place_is_there(alpha: TenantRef):
    with tenant_scope(alpha):
        PlaceFactory(name={"en": "Gate"})
        PlaceFactory(kind="room", name={"en": "Room"})
        for meters, expected in ((0, "Gate"), (190, "Gate"), (210, None)):
            there = position_shifted(HERE, north=0, east=meters)
            found = address_at(position=there, language="en", at=SOME_DAY)
            assert (found and found.name) == expected
        for pole in (90, -90):
            assert address_at(position=Position(pole, 0), language="en", at=SOME_DAY) is None


# -- GCJ-02 ----------------------------------------------------------------------------------------

PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
"""Shanghai, Shenzhen, Beijing, as googollee/eviltransform publishes them."""


@pytest.mark.parametrize(("wgs", "gcj"), PUBLISHED)
def test_published_points(wgs: tuple[float, float], gcj: tuple[float, float]):
    assert straight_meters(to_gcj02(Position(*wgs)), Position(*gcj)) < 0.1
    assert straight_meters(from_gcj02(Position(*gcj)), Position(*wgs)) < 0.1


@pytest.mark.parametrize(
    "position", [(51.45, -2.59), (35.68, 139.77), (-27.47, 153.03), (0.5, 100.0), (90, 0)]
)
def test_abroad_nothing_is_shifted(position: tuple[float, float]):
    assert to_gcj02(Position(*position)) == from_gcj02(Position(*position)) == Position(*position)


@given(latitude=st.floats(18.2, 53.5), longitude=st.floats(73.6, 134.7))
def test_there_and_back_within_a_centimetre(latitude: float, longitude: float):
    position = Position(latitude, longitude)
    shifted = to_gcj02(position)
    assert 0 < straight_meters(position, shifted) < 1_000
    assert straight_meters(from_gcj02(shifted), position) < 0.01


# -- other people's maps ---------------------------------------------------------------------------


def test_amap_is_spoken_to_in_its_own_coordinates(
    alpha: TenantRef, fake: FakeMap, settings: Settings
):
    wgs, gcj = (Position(*point) for point in PUBLISHED[0])
    point_at(settings, fake, AMAP)
    fake.put("张江站", gcj, "祖冲之路")
    with tenant_scope(alpha):
        (found,) = search("张江").found
        assert straight_meters(found.position, wgs) < 0.2  # six decimals
        assert (found.name, found.address) == ("张江站", "上海市闵行区祖冲之路")
        search("张江", near=wgs)
        path, query = fake.asked[-1]
        longitude, latitude = map(float, query["location"].split(","))
        assert path == "/v3/place/around"
        assert straight_meters(Position(latitude, longitude), gcj) < 1_500  # of the town
        at = address_at(position=wgs, language="zh-Hans", at=SOME_DAY)
        assert at is not None and at.name == "祖冲之路张江站" and at.position == wgs
        longitude, latitude = map(float, fake.asked[-1][1]["location"].split(","))
        assert straight_meters(Position(latitude, longitude), gcj) < 0.2
        search("a|b")
        assert fake.asked[-1][1]["keywords"] == "a b"
        settings.MAP_KEY = "another"
        with pytest.raises(MapUnavailable):
            search("张江")


def test_nominatim(alpha: TenantRef, fake: FakeMap, settings: Settings):
    point_at(settings, fake, NOMINATIM)
    settings.MAP_URL += "/"
    fake.put("Temple Meads", Position(51.449, -2.58), "Bristol, England")
    with tenant_scope(alpha):
        (found,) = search("Temple", near=Position(51.45, -2.59)).found
        assert (found.name, found.position) == ("Temple Meads", Position(51.449, -2.58))
        assert found.address == "Temple Meads, Bristol, England"
        assert fake.asked[-1][1]["viewbox"] == "-3.0900,51.9500,-2.0900,50.9500"
        at = address_at(position=Position(51.4491, -2.58), language="en", at=SOME_DAY)
        assert at is not None and at.name == "Temple Meads"
        assert address_at(position=Position(0, 0), language="en", at=SOME_DAY) is None


def test_own_places_come_first(alpha: TenantRef, remote: FakeMap):
    remote.put("East gate (of the map)", Position(31, 121))
    with tenant_scope(alpha):
        PlaceFactory(name={"en": "East gate"})
        assert names(search("East gate")) == ["East gate", "East gate (of the map)"]
        found = address_at(position=HERE, language="en", at=SOME_DAY)
        assert found is not None and found.name == "East gate"
    assert len(remote.asked) == 1  # for what is at the own gate nobody else was asked


@pytest.mark.parametrize("mood", BAD)
def test_a_map_that_fails(alpha: TenantRef, remote: FakeMap, mood: Mood):
    remote.mood = mood
    with tenant_scope(alpha):
        PlaceFactory(name={"en": "East gate"})
        alone = search("East gate")
        assert (names(alone), alone.complete) == (["East gate"], False)
        for seconds in (11, 12):  # the first asks again, the second lets it rest
            with pytest.raises(MapUnavailable):
                search("nowhere", seconds=seconds)
        with pytest.raises(MapUnavailable):
            address_at(position=Position(0, 0), language="en", at=SOME_DAY + timedelta(seconds=13))
        assert len(remote.asked) == 2
        remote.mood = Mood.WELL
        remote.put("nowhere", Position(1, 1))
        assert names(search("nowhere", seconds=22)) == ["nowhere"]


def test_a_map_that_is_not_there(alpha: TenantRef, settings: Settings):
    with FakeMap() as gone:
        point_at(settings, gone, NOMINATIM)
    for url in (gone.url, "ftp://127.0.0.1", "", "http://127.0.0.1:nonsense", "http://x..y"):
        settings.MAP_URL = url
        with tenant_scope(alpha), pytest.raises(MapUnavailable):
            search("nowhere")


NONSENSE: list[Any] = [
    None,
    7,
    [],
    {},
    {"lat": "NaN", "lon": "1", "name": "x", "location": "NaN,1"},
    {"lat": "91", "lon": "1", "name": "x", "location": "1,91"},
    {"lat": "1e400", "lon": "1", "name": "x", "location": "1,1e400"},
    {"lat": {}, "lon": [], "name": "x", "location": []},
    {"lat": "1", "lon": "1", "name": [], "display_name": 7, "location": "1,1"},
    {"lat": "1", "lon": "1", "name": "", "location": "1"},
    {"lat": True, "name": "x", "location": "1;1"},
]


def test_what_is_nonsense_in_a_good_answer_is_left_out(alpha: TenantRef, remote: FakeMap):
    remote.put("Good", Position(51.4, -2.5))
    long = {"lat": "1", "lon": "2", "name": "Good\n\u202e" + "x" * 999, "location": "2,1"}
    remote.extra = [*NONSENSE, long]
    with tenant_scope(alpha):
        found = search("Good").found
    assert [each.name for each in found] == ["Good", ("Good" + "x" * 999)[:200]]


def test_answers_are_kept_for_an_hour_and_for_one_tenant(
    alpha: TenantRef, beta: TenantRef, remote: FakeMap
):
    remote.put("Station", Position(51.4, -2.5))
    with tenant_scope(alpha):
        for seconds in (0, 1, 3599):
            assert names(search("Station", seconds=seconds)) == ["Station"]
        assert len(remote.asked) == 1
        search("Station", seconds=3600)
        search("Station", language="zh-Hans")
        assert len(remote.asked) == 3
    with tenant_scope(beta):
        search("Station")
    assert len(remote.asked) == 4


# -- through the API -------------------------------------------------------------------------------

SEARCH = """query ($text: String!, $near: PointInput) {
  addressSearch(text: $text, near: $near) {
    complete found { name address latitude longitude placeId }
  }
}"""
AT = """query ($point: PointInput!) { addressAt(point: $point) { name placeId } }"""


@pytest.fixture
def maya(alpha: TenantRef) -> Member:
    return cast(alpha).maya


def test_through_the_api(
    alpha: TenantRef, maya: Member, remote: FakeMap, capfd: pytest.CaptureFixture
):
    point = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}
    with tenant_scope(alpha):
        place: Place = PlaceFactory(name={"en": "East gate", "zh-Hans": "东门"})
    answer = maya.api.run(SEARCH, {"text": "east", "near": point})["addressSearch"]
    assert answer["complete"] and [each["name"] for each in answer["found"]] == ["East gate"]
    node = "query ($id: ID!) { node(id: $id) { ... on Place { name } } }"
    assert maya.api.run(node, {"id": answer["found"][0]["placeId"]}) == {
        "node": {"name": "East gate"}
    }
    assert maya.api.run(AT, {"point": point})["addressAt"]["name"] == "East gate"
    assert maya.api.run(AT, {"point": {"latitude": 0, "longitude": 0}}) == {"addressAt": None}
    remote.mood = Mood.DOWN
    secret = "12 Garden Road"
    assert maya.api.error_code(SEARCH, {"text": secret}) == "MAP_UNAVAILABLE"
    assert maya.api.error_code(AT, {"point": {"latitude": 1, "longitude": 1}}) == "MAP_UNAVAILABLE"
    alone = maya.api.run(SEARCH, {"text": "东门"})["addressSearch"]
    assert (alone["complete"], len(alone["found"])) == (False, 1)
    assert place.id is not None
    for wrong in ({"text": ""}, {"text": "x", "near": {"latitude": 91, "longitude": 0}}):
        assert maya.api.error_code(SEARCH, wrong) == "INVALID_INPUT"
    assert maya.api.error_code(AT, {"point": {"latitude": 91, "longitude": 0}}) == "INVALID_INPUT"
    assert "Garden" not in "".join(capfd.readouterr())


def test_nobody_who_is_not_signed_in(alpha: TenantRef, remote: FakeMap):
    api = Api("alpha.localhost")
    point = {"latitude": 1, "longitude": 1}
    assert api.error_code(SEARCH, {"text": "x"}) == "UNAUTHENTICATED"
    assert api.error_code(AT, {"point": point}) == "UNAUTHENTICATED"
    assert remote.asked == []
