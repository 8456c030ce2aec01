"""The search: found by word, pinyin, initials and mistyped; nothing that is not on sale."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import Line, Service
from tenants.catalog.search.words import MAX_WORDS, asked, document, folded
from tests.support.factories import (
    CAMPUS,
    CategoryFactory,
    PlaceFactory,
    ServiceFactory,
    ZoneFactory,
)
from tests.support.graphql import Api
from tests.support.ids import global_id

ALPHA = Api("alpha.localhost")
SEARCH = """
query ($text: String! = "", $filters: CatalogFiltersInput, $sort: CatalogSort! = RELEVANCE,
       $first: Int = 50, $after: String) {
  catalogSearch(text: $text, filters: $filters, sort: $sort, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node { id name media { url } category { name } priceFrom { amount } line { key } } }
  }
}
"""
SERVICES = [
    ("Parcel pick-up", "取快递", "From any station", "任意驿站代取"),
    ("Document printing", "文件打印", "A4, black and white", "A4 黑白"),
    ("Deep cleaning", "深度保洁", "Kitchens and bathrooms", "厨房与卫生间"),
    ("Window cleaning", "擦玻璃", "Inside and outside", "内外双面"),
    ("Laundry", "洗衣", "Washed, dried and folded", "洗净烘干叠好"),
    ("Möbel aufbauen", "家具安装", "Furniture assembly", "柜子床架"),
    ("Bank errand", "重庆银行跑腿", "Queueing for you", "代排队"),
    ("50% off_day", "半价日", "A bargain", "特惠"),
]


@pytest.fixture
def shop(alpha: TenantRef, beta: TenantRef) -> None:
    """Alpha's services; beta's, the hidden and the delisted all match as well."""
    with tenant_scope(alpha):
        shelf = CategoryFactory(name={"en": "Everyday", "zh-Hans": "日常"})
        for position, (english, chinese, summary, more) in enumerate(SERVICES):
            ServiceFactory(
                published=True,
                category=shelf,
                position=position,
                name={"en": english, "zh-Hans": chinese},
                summary={"en": summary, "zh-Hans": more},
            )
        everything = {"en": " ".join(row[0] for row in SERVICES), "zh-Hans": "取快递洗衣"}
        ServiceFactory(category=shelf, name=everything)
        ServiceFactory(delisted=True, category=shelf, name=everything)
        ServiceFactory(published=True, category=CategoryFactory(active=False), name=everything)
    with tenant_scope(beta):
        ServiceFactory(published=True, name=everything)


def found(text: str = "", **given: Any) -> list[str]:
    answer = ALPHA.run(SEARCH, {"text": text, **given})["catalogSearch"]
    names = [edge["node"]["name"] for edge in answer["edges"]]
    assert answer["totalCount"] == len(names)
    return names


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("parcel", "Parcel pick-up"),
        ("PARCEL", "Parcel pick-up"),
        ("parcels", "Parcel pick-up"),
        ("pick up parcel", "Parcel pick-up"),
        ("ｐａｒｃｅｌ", "Parcel pick-up"),
        ("🚚 parcel 🚚", "Parcel pick-up"),
        ("parsel", "Parcel pick-up"),
        ("pracel", "Parcel pick-up"),
        ("prining", "Document printing"),
        ("claening windows", "Window cleaning"),
        ("laudry", "Laundry"),
        ("快递", "Parcel pick-up"),
        ("取快递", "Parcel pick-up"),
        ("取快弟", "Parcel pick-up"),
        ("快遞", "Parcel pick-up"),
        ("我要取快递", "Parcel pick-up"),
        ("代取快递", "Parcel pick-up"),
        ("kuaidi", "Parcel pick-up"),
        ("qukuaidi", "Parcel pick-up"),
        ("qu kuai di", "Parcel pick-up"),
        ("qukuadi", "Parcel pick-up"),
        ("qkd", "Parcel pick-up"),
        ("kd", "Parcel pick-up"),
        ("xiyi", "Laundry"),
        ("A4打印", "Document printing"),
        ("Ａ４", "Document printing"),
        ("moebel", "Möbel aufbauen"),
        ("mobel", "Möbel aufbauen"),
        ("MÖBEL", "Möbel aufbauen"),
        ("chongqing", "Bank errand"),
        ("cqyh", "Bank errand"),
        ("驿站", "Parcel pick-up"),
        ("bathroom", "Deep cleaning"),
        ("off_day", "50% off_day"),
        ("半價日", "50% off_day"),
        ("深度保潔", "Deep cleaning"),
        ("洗淨", "Laundry"),
        ("重慶銀行", "Bank errand"),
    ],
)
def test_a_service_is_found_by(shop: None, text: str, first: str):
    assert found(text)[0] == first


@pytest.mark.parametrize(
    "text",
    ["🚗", "%", "_", "%%%", "\\", "'", "--", "。,!", "zzzzqqq", "龘龘龘", "‍", "*", "(("],
)
def test_what_no_service_has_finds_nothing(shop: None, text: str):
    assert found(text) == []


def test_words_of_sql_and_regular_expressions_are_words(shop: None):
    for text in ("'; DROP TABLE catalog_service; --", "select * from", ".*", "1=1 OR TRUE"):
        assert "Laundry" not in found(text)
    assert len(found()) == len(SERVICES)


def test_no_words_find_all_in_the_operators_order(shop: None):
    everything = [row[0] for row in SERVICES]
    for text in ("", " ", "\t\n", "　"):
        assert found(text) == everything


def test_a_shelf_and_a_line_find_what_is_on_them(shop: None):
    assert len(found("everyday")) == len(SERVICES)
    assert len(found("richang")) == len(SERVICES)


def test_what_is_written_so_is_not_diluted_by_what_is_alike(shop: None):
    assert found("cleaning") == ["Deep cleaning", "Window cleaning"]
    assert found("deep") == ["Deep cleaning"]


def test_of_three_words_one_may_be_missing_and_of_two_none(shop: None):
    assert found("window cleaning tomorrow") == ["Window cleaning"]
    assert found("window zebra") == []


def test_one_letter_begins_a_word(shop: None):
    assert "Laundry" in found("l")
    assert found("洗")[0] == "Laundry"
    assert "Parcel pick-up" in found("q")


@pytest.mark.parametrize("text", ["parcel " * 1000, "快递" * 3000, "a" * 50_000, "é" * 999])
def test_a_question_as_long_as_a_book_is_answered(shop: None, text: str):
    assert len(found(text)) <= len(SERVICES)


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_cut_into_few_words(text: str):
    words = asked(text)
    assert len(words) <= MAX_WORDS
    assert all(word.text and " " not in word.text and "\x00" not in word.text for word in words)
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet="取快递洗衣打印保洁abcxyz Éü12", min_size=1, max_size=20))
@settings(max_examples=200, deadline=None)
def test_every_word_of_a_text_is_in_its_document(text: str):
    kept = document(text, sounds=True)
    for word in asked(text):
        assert word.text in kept
        assert not word.sound or f" {word.sound}" in kept


def test_what_is_renamed_is_found_by_its_new_name_once_it_is_published(alpha: TenantRef):
    from tenants.catalog.services import service_publish
    from tests.support.cast import cast

    ines = cast(alpha).ines.actor
    with tenant_scope(alpha):
        service = ServiceFactory(published=True, name={"en": "Old", "zh-Hans": "旧"})
        Service.objects.filter(id=service.id).update(name={"en": "Fresh", "zh-Hans": "新"})
    assert found("old") and not found("fresh")
    with tenant_scope(alpha):
        service_publish(actor=ines, service_id=service.id, at=clock.now())
    assert found("fresh") and not found("old")


def test_filters_hold_together(alpha: TenantRef):
    with tenant_scope(alpha):
        top = CategoryFactory()
        below = CategoryFactory(parent=top)
        line = Line.objects.create(key="pets", name={"en": "Pets"}, kind="on_site")
        ServiceFactory(published=True, name={"en": "one"}, category=below, price_from=1000)
        ServiceFactory(
            published=True, name={"en": "two"}, kind="on_site", line=line, price_from=2000
        )
        ServiceFactory(published=True, name={"en": "three"}, price_from=None, price_currency="")
        rated = ServiceFactory(published=True, name={"en": "four"}, price_from=3000)
        Service.objects.filter(id=rated.id).update(rating_sum=9, rating_count=2)

    def by(**filters: Any) -> set[str]:
        return set(found(filters=filters))

    assert by(categoryId=global_id("Category", top.id)) == {"one"}
    assert by(kind="ON_SITE") == by(lineId=global_id("Line", line.id)) == {"two"}
    assert by(priceAtLeast=1000, priceAtMost=2000) == {"one", "two"}
    assert by(priceAtMost=0) == set()
    assert by(ratingAtLeast=4.5) == {"four"}
    assert by(ratingAtLeast=4.6) == set()
    assert by(kind="ON_SITE", priceAtMost=1500) == set()
    assert by(lineId=global_id("Line", uuid4())) == set()
    wrong = {"filters": {"priceAtLeast": 2, "priceAtMost": 1}}
    assert ALPHA.error_code(SEARCH, wrong) == "INVALID_INPUT"
    assert found("pets") == ["two"]


def test_a_free_slot_and_who_may_come(alpha: TenantRef):
    now = clock.now()
    with tenant_scope(alpha):
        soon, late, past = ServiceFactory.create_batch(3, published=True)
        for service, hours in ((soon, 2), (late, 50), (past, -1)):
            Service.objects.filter(id=service.id).update(
                next_slot_at=now + timedelta(hours=hours), name={"en": "x"}
            )
        Service.objects.filter(id=late.id).update(staff_gender="female")
        names = {service.id: service.version.name["en"] for service in (soon, late, past)}
    assert found(filters={"slotBy": (now + timedelta(days=1)).isoformat()}) == [names[soon.id]]
    assert len(found(filters={"slotBy": (now + timedelta(days=9)).isoformat()})) == 2
    assert names[late.id] not in found(filters={"gender": "MALE"})
    assert names[late.id] in found(filters={"gender": "FEMALE"})


def test_open_now_is_by_the_hours_of_the_line(alpha: TenantRef):
    never: dict[str, Any] = {"week": [[]] * 7, "exceptions": {}}
    always = {"week": [[["00:00", "24:00"]]] * 7, "exceptions": {}}
    with tenant_scope(alpha):
        for key, hours in (("never", never), ("always", always), ("unsaid", None)):
            line = Line.objects.create(key=key, name={"en": key}, kind="pick_up", hours=hours)
            ServiceFactory(published=True, line=line, name={"en": key})
        ServiceFactory(published=True, name={"en": "without"})
    assert set(found(filters={"openNow": True})) == {"always", "unsaid", "without"}


def test_what_is_served_at_a_point(alpha: TenantRef):
    here = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}
    with tenant_scope(alpha):
        some = ServiceFactory(published=True, name={"en": "some"})
        ServiceFactory(published=True, name={"en": "other"})
    assert set(found(filters={"servedAt": here})) == {"some", "other"}  # without any zone
    with tenant_scope(alpha):
        ZoneFactory(services=[str(some.id)])
        ZoneFactory(around=(10.0, 10.0))
    assert found(filters={"servedAt": here}) == ["some"]
    there = {"latitude": 10.0, "longitude": 10.0}
    assert set(found(filters={"servedAt": there})) == {"some", "other"}
    assert found(filters={"servedAt": {"latitude": 50.0, "longitude": 50.0}}) == []
    nowhere = {"filters": {"servedAt": {"latitude": 91.0, "longitude": 0.0}}}
    assert ALPHA.error_code(SEARCH, nowhere) == "INVALID_INPUT"


def test_orders(alpha: TenantRef):
    with tenant_scope(alpha):
        for number, (price, stars, count, chosen) in enumerate(
            [(300, 5, 1, 0), (100, 147, 30, 7), (None, 0, 0, 2), (200, 3, 1, 9)]
        ):
            service = ServiceFactory(
                published=True, name={"en": str(number)}, price_from=price, position=number
            )
            Service.objects.filter(id=service.id).update(
                rating_sum=stars,
                rating_count=count,
                chosen_count=chosen,
                on_sale_since=datetime(2026, 1, 1 + number, tzinfo=UTC),
            )
    assert found(sort="PRICE_UP") == ["1", "3", "0", "2"]
    assert found(sort="PRICE_DOWN") == ["0", "3", "1", "2"]
    assert found(sort="RATING") == ["1", "0", "2", "3"]
    assert found(sort="POPULAR") == ["3", "1", "2", "0"]
    assert found(sort="NEWEST") == ["3", "2", "1", "0"]
    assert found(sort="RELEVANCE") == ["0", "1", "2", "3"]


@pytest.mark.parametrize("sort", ["RELEVANCE", "PRICE_UP", "RATING", "POPULAR", "NEWEST"])
def test_pages_have_each_service_once_whatever_comes_between(alpha: TenantRef, sort: str):
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        for number in range(9):
            ServiceFactory(
                published=True,
                category=shelf,
                name={"en": f"Cleaning {number % 3}"},
                price_from=None if number == 4 else 100 * (number % 2 + 1),
            )
    seen, after = [], None
    while True:
        page = ALPHA.run(SEARCH, {"text": "cleaning", "sort": sort, "first": 2, "after": after})[
            "catalogSearch"
        ]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 9


def test_a_cursor_that_is_none_is_refused(shop: None):
    import base64

    for inside in ("orderedcursor:[1]", "orderedcursor:x", 'orderedcursor:["a","b","c"]', "x:1"):
        after = base64.b64encode(inside.encode()).decode()
        assert ALPHA.error_code(SEARCH, {"first": 2, "after": after}) == "INVALID_INPUT"
    assert ALPHA.error_code(SEARCH, {"first": None}) == "INVALID_INPUT"


def test_queries_do_not_grow(alpha: TenantRef, django_assert_num_queries):
    ALPHA.run("{ __typename }")
    for more in (3, 17):
        with tenant_scope(alpha):
            for _ in range(more):
                ServiceFactory(published=True, name={"en": "Cleaning", "zh-Hans": "保洁"})
        # The services, their pictures, their shelves, their count.
        for text in ("", "cleaning", "claening", "baojie deep clean", "保洁 保结"):
            with django_assert_num_queries(4):
                ALPHA.run(SEARCH, {"text": text})


def test_traditional_and_simplified_find_each_other_as_the_word_itself(alpha: TenantRef):
    with tenant_scope(alpha):
        ServiceFactory(published=True, name={"zh-Hant": "冷氣機乾洗"}, position=2)
        ServiceFactory(published=True, name={"zh-Hans": "冷气机维修"}, position=1)
        ServiceFactory(published=True, name={"zh-Hans": "乾隆瓷器"}, position=3)
    answer = ALPHA.run(SEARCH, {"text": "冷氣機"})["catalogSearch"]
    assert answer["totalCount"] == 2
    assert found("冷气机干洗") == found("冷氣機乾洗") == ["冷氣機乾洗"]
    assert found("乾隆") == ["乾隆瓷器"]  # of a phrase that is so in both
    assert folded("頭髮護理") == "头发护理" and folded("皇后後面") == "皇后后面"


def test_what_was_on_sale_before_becomes_searchable(shop: None, alpha: TenantRef):
    release = import_module("tenants.catalog.migrations.0011_search_documents")
    with tenant_scope(alpha):
        Service.objects.update(search_name="", search_text="", on_sale_since=None)
    assert found("laundry") == []
    with tenant_scope(alpha):
        release.fill(apps, SimpleNamespace(connection=connection))
        assert not Service.objects.filter(state="published", on_sale_since=None).exists()
    assert found("xiyi") == ["Laundry"]


NEAR = """
query ($near: PointInput, $filters: CatalogFiltersInput, $first: Int = 50, $after: String,
       $sort: CatalogSort! = DISTANCE) {
  catalogSearch(near: $near, filters: $filters, sort: $sort, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { name distanceMeters } }
  }
}
"""
HERE = {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}


@pytest.fixture
def scattered(alpha: TenantRef) -> None:
    """Services near, far and nowhere, and two that are offered wherever there is a zone."""
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        rows = {
            name: ServiceFactory(
                published=True, category=shelf, name={"en": name}, position=position
            )
            for position, name in enumerate(("far", "everywhere", "near", "too"))
        }
        for name, north in (("far", 0.05), ("near", 0.001), ("everywhere", 0.02), ("too", 0.02)):
            around = (CAMPUS[0] + north, CAMPUS[1])
            ZoneFactory(around=around, half=0.0005, services=[str(rows[name].id)])
            PlaceFactory(kind="station", latitude=around[0], longitude=around[1])
        nowhere = ServiceFactory(published=True, category=shelf, name={"en": "nowhere"})
        assert nowhere


def by_distance(**given: Any) -> Any:
    return ALPHA.run(NEAR, {"near": HERE, **given})["catalogSearch"]


def test_the_nearest_first_and_nowhere_last(scattered: None):
    found = [edge["node"] for edge in by_distance()["edges"]]
    assert [each["name"] for each in found] == ["near", "everywhere", "too", "far", "nowhere"]
    assert [each["distanceMeters"] for each in found] == [111, 2224, 2224, 5560, None]
    close = by_distance(filters={"withinMeters": 2224})
    assert [edge["node"]["name"] for edge in close["edges"]] == ["near", "everywhere", "too"]
    assert close["totalCount"] == 3
    assert by_distance(filters={"withinMeters": 110})["edges"] == []
    plain = by_distance(sort="NEWEST")["edges"]
    assert {edge["node"]["distanceMeters"] for edge in plain} == {111, 2224, 5560, None}


def test_pages_by_distance_leave_nothing_out(scattered: None):
    names, after = [], None
    for _ in range(5):
        page = by_distance(first=1, after=after)
        names += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert names == ["near", "everywhere", "too", "far", "nowhere"]
    assert not page["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    "given",
    [
        {"near": None},
        {"near": None, "sort": "NEWEST", "filters": {"withinMeters": 10}},
        {"near": {"latitude": 91, "longitude": 0}},
        {"filters": {"withinMeters": -1}},
        {"filters": {"withinMeters": 50_001}},
    ],
)
def test_a_distance_from_nowhere_is_no_question(scattered: None, given: dict[str, Any]):
    assert ALPHA.error_code(NEAR, {"near": HERE, **given}) == "INVALID_INPUT"
