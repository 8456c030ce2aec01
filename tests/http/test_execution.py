"""One way to run a document: the same answers as Strawberry's own, in as few queries, cheaper."""

import asyncio
import json
import threading

import pytest
from django.db import connections
from graphql import OperationType
from strawberry.django.views import GraphQLView
from strawberry_django.optimizer import DjangoOptimizerExtension

from kernel.tenancy import TenantRef, in_tenant, tenant_scope
from schema.core.build import stock_schema
from schema.core.context import Context
from schema.core.execution import OperationNotAllowed, execute_request, prepare
from schema.http.context import context_of
from tests.http import shop
from tests.http.shop import STOREFRONT, schema
from tests.http.test_endpoint import PROPER, post
from tests.support.factories import CategoryFactory, MediaFactory, ServiceFactory

QUERIES = (OperationType.QUERY,)


def fill(tenant: TenantRef, services: int) -> None:
    """A shelf in a shelf, and services with two pictures each on it."""
    with tenant_scope(tenant):
        top = CategoryFactory()
        shelf = CategoryFactory(parent=top)
        for number in range(services):
            service = ServiceFactory(
                category=(top, shelf)[number % 2],
                name={"en": f"Service {number}", "zh-Hans": f"服务{number}"},
                position=number,
                price_from=None if number == 3 else 1000 + number,
            )
            MediaFactory.create_batch(2, service=service)


DOCUMENTS = [
    STOREFRONT,
    "{ categories { id name parent { id } children { id name parent { name } children { id } } } }",
    "{ services(first: 3) { edges { node { a: id __typename category { parent { name } } } } } }",
    "{ services(last: 2) { totalCount edges { cursor node { name } } } }",
    "{ services(first: 0) { edges { node { name } } } }",
    "query ($no: Boolean = false) { services { edges { node { name @include(if: $no) id } } } }",
]


def test_answers_are_those_of_stock_strawberry(alpha, rf):
    """Each column, relation, id and small function without its wrapper gives the same value."""

    class Stock(GraphQLView):
        def get_context(self, request, response):
            return context_of(request)

    stock = Stock.as_view(schema=stock_schema(shop.Query, extensions=(DjangoOptimizerExtension,)))
    fill(alpha, 8)
    with tenant_scope(alpha):
        for document in DOCUMENTS:
            request = rf.post("/graphql", {"query": document}, content_type="application/json")
            expected = json.loads(stock(request).content)
            assert "errors" not in expected
            assert run(document) == expected


def run(document: str, **variables: object) -> dict:
    answer = execute_request(
        schema,
        document=document,
        variables=variables,
        operation_name=None,
        context=Context(token=None, accept_language=""),
        allowed_operations=QUERIES,
    )
    return json.loads(json.dumps(answer.body()))


@pytest.mark.parametrize("services", [2, 9])
def test_the_number_of_queries_does_not_grow(alpha, services, django_assert_num_queries):
    fill(alpha, services)
    with tenant_scope(alpha), django_assert_num_queries(4):
        # services, their categories, their pictures; the operator's language
        assert len(run(STOREFRONT)["data"]["services"]["edges"]) == services


def test_a_document_is_parsed_and_validated_once(alpha):
    prepare.cache_clear()
    with tenant_scope(alpha):
        for _ in range(3):
            run("{ hello }")
    assert (prepare.cache_info().misses, prepare.cache_info().hits) == (1, 2)
    for number in range(prepare.cache_info().maxsize + 5):
        prepare(schema, f"{{ a{number}: hello }}")
    assert prepare.cache_info().currsize == prepare.cache_info().maxsize


def test_what_is_remembered_is_the_document_and_never_its_answer(alpha, beta):
    """One text under two tenants, two languages and other variables."""
    fill(alpha, 3)
    document = "query ($n: Int) { services(first: $n) { edges { node { name } } } }"

    def names(tenant: TenantRef, language: str, size: int) -> list[str]:
        with tenant_scope(tenant):
            answer = execute_request(
                schema,
                document=document,
                variables={"n": size},
                operation_name=None,
                context=Context(token=None, accept_language=language),
                allowed_operations=QUERIES,
            )
        assert answer.data is not None
        return [edge["node"]["name"] for edge in answer.data["services"]["edges"]]

    assert names(alpha, "en", 2) == ["Service 0", "Service 1"]
    assert names(beta, "en", 2) == []
    assert names(alpha, "zh", 1) == ["服务0"]


def test_it_runs_in_threads_of_sockets(alpha, beta):
    """In `in_tenant`, as sockets do: each in its own scope, with no connection kept."""
    fill(alpha, 2)

    def count() -> int:
        return run("{ services { totalCount } }")["data"]["services"]["totalCount"]

    async def both() -> list[int]:
        return await asyncio.gather(
            *(in_tenant(tenant, count) for tenant in (alpha, beta) for _ in range(10))
        )

    assert asyncio.run(both()) == [2] * 10 + [0] * 10


def test_it_runs_in_many_threads_at_once(alpha):
    fill(alpha, 4)
    prepare.cache_clear()
    seen: list[int] = []

    def ask() -> None:
        with tenant_scope(alpha):
            seen.append(len(run(STOREFRONT)["data"]["services"]["edges"]))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [4] * 8


def test_an_operation_of_another_kind_is_not_run(alpha):
    with tenant_scope(alpha), pytest.raises(OperationNotAllowed):
        run("mutation { __typename }")


PAGES = "query ($first: Int, $last: Int, $after: String, $before: String) { services(first: $first"
PAGES += ", last: $last, after: $after, before: $before) { edges { cursor } } }"


@pytest.mark.parametrize(
    "page",
    [
        {"first": 101},
        {"first": -1},
        {"last": 101},
        {"last": -1},
        {"first": 2**31 - 1},
        {"after": "x"},
        {"after": "YXJyYXljb25uZWN0aW9uOi01"},  # arrayconnection:-5
        {"after": "YXJyYXljb25uZWN0aW9uOjk5OTk5OTk5OTk5OTk5OTk5OTk5"},  # 9999…
        {"after": "b3RoZXI6MQ=="},  # other:1
        {"before": "YXJyYXljb25uZWN0aW9uOng="},  # arrayconnection:x
        {"before": "\u00e9"},
        {"after": "A" * 600},
    ],
)
def test_a_page_beyond_reason_is_refused_before_anything_is_read(
    client, page, django_assert_num_queries
):
    post(client, {"query": "{ hello }"})  # which looks up the host
    with django_assert_num_queries(0):
        response = post(client, {"query": PAGES, "variables": page}, accept=PROPER)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "INVALID_INPUT"}
    assert error["locations"]


def test_a_page_in_another_operation_of_the_document_does_not_matter(client):
    document = "query A { hello } query B { services(first: 500) { edges { cursor } } }"
    for name, status in (("A", 200), ("B", 400)):
        body = {"query": document, "operationName": name}
        assert post(client, body, accept=PROPER).status_code == status
    fragment = "{ ...F } fragment F on Query { services(first: 500) { edges { cursor } } }"
    assert post(client, {"query": fragment}, accept=PROPER).status_code == 400


def test_pages_without_a_size_have_the_cap_and_follow_one_another(client, alpha):
    fill(alpha, 5)
    document = (
        "query ($after: String) { services(first: 2, after: $after) { edges { node { name } }"
    )
    document += " pageInfo { hasNextPage endCursor } } }"
    seen, after = [], None
    for _ in range(3):
        page = post(client, {"query": document, "variables": {"after": after}}).json()
        services = page["data"]["services"]
        seen += [edge["node"]["name"] for edge in services["edges"]]
        after = services["pageInfo"]["endCursor"]
    assert seen == [f"Service {number}" for number in range(5)]
    assert not services["pageInfo"]["hasNextPage"]
