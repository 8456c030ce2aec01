"""What customers browse: scoped, in order, in few queries."""

from uuid import uuid4

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.services import service_rate
from tests.catalog.documents import CATEGORIES, SERVICE, STOREFRONT
from tests.support.cast import cast
from tests.support.factories import CategoryFactory, MediaFactory, ServiceFactory
from tests.support.graphql import Api
from tests.support.ids import global_id

ALPHA = Api("alpha.localhost")


def names(answer: dict) -> list[str]:
    return [edge["node"]["name"] for edge in answer["services"]["edges"]]


def test_anybody_sees_what_is_on_sale_in_order(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        ServiceFactory(category=shelf, published=True, position=2, name={"zh-Hans": "二"})
        ServiceFactory(category=shelf, published=True, position=1, name={"zh-Hans": "一"})
        ServiceFactory(category=shelf, name={"zh-Hans": "草稿"})
        ServiceFactory(category=shelf, delisted=True, name={"zh-Hans": "下架"})
        hidden = CategoryFactory(active=False)
        ServiceFactory(category=hidden, published=True, name={"zh-Hans": "隐藏"})
    with tenant_scope(beta):
        ServiceFactory(published=True, name={"en": "Cleaning"})
    assert names(ALPHA.run(STOREFRONT)) == ["一", "二"]
    assert names(cast(alpha).ines.api.run(STOREFRONT)) == ["一", "二"]
    assert names(Api("beta.localhost").run(STOREFRONT)) == ["Cleaning"]


def test_by_kind_and_by_shelf_with_all_below_it(alpha: TenantRef):
    with tenant_scope(alpha):
        top, other = CategoryFactory(), CategoryFactory()
        bottom = top
        for _ in range(4):
            bottom = CategoryFactory(parent=bottom)
        ServiceFactory(category=bottom, published=True, name={"en": "deep"})
        ServiceFactory(category=top, published=True, kind="on_site", name={"en": "high"})
        ServiceFactory(category=other, published=True, name={"en": "other"})

    def on(category_id: str, **given) -> set[str]:
        return set(names(ALPHA.run(STOREFRONT, {"categoryId": category_id, **given})))

    assert on(global_id("Category", top.id)) == {"deep", "high"}
    assert on(global_id("Category", top.id), kind="ON_SITE") == {"high"}
    assert on(global_id("Category", bottom.id)) == {"deep"}
    assert on(global_id("Category", uuid4())) == set()
    assert set(names(ALPHA.run(STOREFRONT, {"kind": "PICK_UP"}))) == {"deep", "other"}
    wrong = {"categoryId": global_id("Service", top.id)}
    assert ALPHA.error_code(STOREFRONT, wrong) == "NOT_FOUND"


def test_services_by_their_ids(alpha: TenantRef):
    asked = """query ($ids: [ID!], $first: Int) {
      services(ids: $ids, first: $first) { edges { node { name } } } }"""
    drafts = """query ($ids: [ID!]) { draftServices(ids: $ids) { totalCount } }"""
    with tenant_scope(alpha):
        shelf = CategoryFactory()
        sold = [
            ServiceFactory(category=shelf, published=True, position=9 - at, name={"en": f"{at}"})
            for at in range(3)
        ]
        draft = ServiceFactory(category=shelf, name={"en": "draft"})
    ids = [global_id("Service", each.id) for each in (sold[0], sold[2], draft)]
    assert names(ALPHA.run(asked, {"ids": [*ids, global_id("Service", uuid4())]})) == ["2", "0"]
    assert names(ALPHA.run(asked, {"ids": []})) == []
    assert names(ALPHA.run(asked, {"ids": None})) == ["2", "1", "0"]
    ines = cast(alpha).ines.api
    assert ines.run(drafts, {"ids": ids})["draftServices"]["totalCount"] == 3
    assert ALPHA.error_code(asked, {"ids": [global_id("Category", shelf.id)]}) == "NOT_FOUND"
    many = {"ids": [global_id("Service", uuid4()) for _ in range(101)]}
    assert ALPHA.error_code(asked, many) == "INVALID_INPUT"
    assert ines.error_code(drafts, many) == "INVALID_INPUT"


def test_a_service_as_customers_read_it(alpha: TenantRef):
    with tenant_scope(alpha):
        service = ServiceFactory(
            published=True, price_from=1250, summary={"zh-Hans": "简介"}, duration_minutes=60
        )
        MediaFactory(service=service)
        for score in (5, 4, 4):
            service_rate(service_id=service.id, score=score)
    [edge] = ALPHA.run(STOREFRONT)["services"]["edges"]
    node = edge["node"]
    assert node["priceFrom"] == {"amount": 1250, "currency": "CNY", "formatted": "CN¥12.50"}
    assert node["rating"] == {"average": 13 / 3, "count": 3}
    assert (node["summary"], node["durationMinutes"]) == ("简介", 60)
    assert node["media"][0]["url"].startswith("/files/")
    assert node["stops"][0] == {"kind": "PICK_UP", "photo": "REQUIRED", "pin": "OFF"}
    assert node["asked"]["parcelCode"] == "OPTIONAL"
    chinese = ALPHA.run(STOREFRONT, language="zh-Hans")["services"]["edges"][0]["node"]
    assert chinese["name"] == service.name["zh-Hans"]
    assert chinese["priceFrom"]["formatted"] == "¥12.50"


def test_an_unrated_unpriced_service_says_so(alpha: TenantRef):
    with tenant_scope(alpha):
        ServiceFactory(published=True, price_from=None)
    node = ALPHA.run(STOREFRONT)["services"]["edges"][0]["node"]
    assert node["priceFrom"] is None
    assert node["rating"] == {"average": None, "count": 0}


def test_the_storefront_takes_three_queries(alpha: TenantRef, django_assert_num_queries):
    ALPHA.run("{ __typename }")  # the host is known from here on
    for more in (2, 18):
        with tenant_scope(alpha):
            for _ in range(more):
                service = ServiceFactory(published=True)
                MediaFactory.create_batch(2, service=service)
        # The services with their versions and their count, the shelves, the pictures.
        with django_assert_num_queries(3):
            answer = ALPHA.run(STOREFRONT, {"first": 100})
    assert answer["services"]["totalCount"] == len(answer["services"]["edges"]) == 20


def test_the_tree_takes_a_query_a_level(alpha: TenantRef, django_assert_num_queries):
    ALPHA.run("{ __typename }")  # the host is known from here on
    for _ in range(2):
        with tenant_scope(alpha):
            for _ in range(3):
                top = CategoryFactory()
                for middle in CategoryFactory.create_batch(2, parent=top):
                    CategoryFactory(parent=middle)
        with django_assert_num_queries(3):
            tree = ALPHA.run(CATEGORIES)["categories"]
    assert len(tree) == 6
    assert all(len(node["children"]) == 2 for node in tree)


def test_another_tenants_service_reads_like_none(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(beta):
        theirs = ServiceFactory(published=True)
    for document in (SERVICE, "query ($id: ID!) { node(id: $id) { id } }"):
        answers = [
            ALPHA.post(document, {"id": global_id("Service", key)}) for key in (theirs.id, uuid4())
        ]
        assert answers[0] == answers[1]
        assert set(answers[0]) == {"data"}


HOME = """{ categories { id name services(first: 2) {
  totalCount pageInfo { hasNextPage endCursor }
  edges { node { name priceFrom { amount } media { url } rating { count } } }
} } }"""


def test_shelves_with_their_first_services_take_three_queries(
    alpha: TenantRef, django_assert_num_queries
):
    ALPHA.run("{ __typename }")  # the host is known from here on
    for number in range(2):
        with tenant_scope(alpha):
            shelf = CategoryFactory(position=number)
            CategoryFactory(active=False)
            for place in (3, 1, 2):
                named = {"en": f"{number}-{place}"}
                service = ServiceFactory(category=shelf, published=True, position=place, name=named)
                MediaFactory(service=service)
            ServiceFactory(category=shelf, position=0)  # a draft
        # The shelves, the first services of them all, the pictures.
        with django_assert_num_queries(3):
            shelves = ALPHA.run(HOME)["categories"]
    assert [[edge["node"]["name"] for edge in shelf["services"]["edges"]] for shelf in shelves] == [
        ["0-1", "0-2"],
        ["1-1", "1-2"],
    ]
    first = shelves[0]["services"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    assert first["edges"][0]["node"]["priceFrom"]
