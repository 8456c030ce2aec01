"""Which documents run, over HTTP: by id for everybody, freely for few, and within bounds."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from graphql import get_introspection_query

from kernel.tenancy import TenantRef
from schema.core.documents import trusted_documents
from schema.core.figures import LIMITS
from tests.support.cast import Cast, olga
from tests.support.database import PLATFORM_HOST
from tests.support.stage import nothing_changes

HOST = "alpha.localhost"
UNKNOWN = "sha256:" + "0" * 64
BRAND = "{ brand { currency } }"


def id_of(name: str) -> str:
    """The id of the trusted document called `name`."""
    title = re.compile(rf"\b(query|mutation|subscription) {name}\b")
    return next(id for id, text in trusted_documents().items() if title.search(text))


def send(body: dict[str, Any], token: str | None = None, host: str = HOST, **headers: str) -> Any:
    if token:
        headers["authorization"] = f"Bearer {token}"
    client = Client(headers={"host": host, **headers})
    return client.post("/graphql", json.dumps(body), content_type="application/json").json()


def code(answer: Any) -> str:
    assert "data" not in answer, answer
    return answer["errors"][0]["extensions"]["code"]


@pytest.fixture(autouse=True, params=[False, True], ids=["by graphql-core", "lowered"])
def _both_ways(request: pytest.FixtureRequest, settings: Any) -> None:
    settings.LOWERING = request.param


@pytest.fixture
def closed(settings: Any) -> None:
    settings.FREE_DOCUMENTS = False


@pytest.mark.parametrize("is_free", [True, False])
def test_a_trusted_document_runs_by_its_id(alpha: TenantRef, settings: Any, is_free: bool):
    settings.FREE_DOCUMENTS = is_free
    body = {"documentId": id_of("CustomerBrand")}
    assert send(body)["data"]["brand"]["currency"] == "CNY"
    client = Client(headers={"host": HOST})
    assert client.get("/graphql", body).json()["data"]["brand"]["currency"] == "CNY"
    assert "extensions" not in send(body)


def test_a_trusted_document_runs_by_its_text_too(alpha: TenantRef, closed: None):
    text = trusted_documents()[id_of("CustomerBrand")]
    assert send({"query": text})["data"]["brand"]["currency"] == "CNY"
    assert code(send({"query": text + " "})) == "FREE_DOCUMENT_REFUSED"


@pytest.mark.parametrize("is_free", [True, False])
def test_an_unknown_id_is_refused(alpha: TenantRef, settings: Any, is_free: bool):
    settings.FREE_DOCUMENTS = is_free
    answer = send({"documentId": UNKNOWN}, **{"accept-language": "zh-Hans"})
    assert answer["errors"][0] == {
        "message": "此处没有该编号的请求文档。",
        "extensions": {"code": "DOCUMENT_UNKNOWN", "documentId": UNKNOWN[:64]},
    }


@pytest.mark.parametrize(
    "body",
    [{"documentId": 1}, {"documentId": ""}, {"documentId": UNKNOWN, "query": BRAND}, {}],
)
def test_half_a_request_is_a_bad_one(alpha: TenantRef, body: dict[str, Any]):
    assert code(send(body)) == "BAD_REQUEST"


def test_documents_of_their_own_are_refused_to_customers_and_couriers(
    alpha: TenantRef, closed: None
):
    tokens = (None, "nonsense", Cast(alpha).maya.token, Cast(alpha).tomas.token)
    document = 'mutation { personUpdate(input: {name: "Other"}) { __typename } }'
    with nothing_changes(alpha):
        for token in tokens:
            assert code(send({"query": document}, token)) == "FREE_DOCUMENT_REFUSED"


def test_staff_and_owners_send_documents_of_their_own(alpha: TenantRef, closed: None):
    answer = send({"query": BRAND}, Cast(alpha).ines.token)
    assert answer["data"] == {"brand": {"currency": "CNY"}}
    figures = answer["extensions"]["cost"]
    assert figures == {
        "depth": 2,
        "tokens": 6,
        "aliases": 0,
        "directives": 0,
        "cost": 1,
        "limits": LIMITS,
    }
    answer = send({"query": "{ ownerSelf { name } }"}, olga().token, PLATFORM_HOST)
    assert answer["data"] == {"ownerSelf": {"name": "Olga"}}
    assert code(send({"query": "{ plans { key } }"}, host=PLATFORM_HOST)) == (
        "FREE_DOCUMENT_REFUSED"
    )


BIG_PAGES = "query($n: Int) { orders(first: $n) { edges { node { stops { proofs { kind } } } } } }"
NESTED = "{ categories { children { children { children { children { id } } } } } }"


@pytest.mark.parametrize(
    ("figure", "document", "variables"),
    [
        ("aliases", "{" + " ".join(f"a{n}: __typename" for n in range(31)) + "}", {}),
        ("directives", "{" + " ".join(["__typename @skip(if: false)"] * 31) + "}", {}),
        ("cost", NESTED, {}),
    ],
)
def test_a_free_document_is_bounded(
    alpha: TenantRef, closed: None, figure: str, document: str, variables: dict[str, Any]
):
    answer = send({"query": document, "variables": variables}, Cast(alpha).ines.token)
    assert code(answer) == "DOCUMENT_TOO_LARGE"
    assert figure in answer["errors"][0]["message"]
    assert answer["extensions"]["cost"][figure] > LIMITS[figure]


def test_a_page_costs_what_it_asks_for(alpha: TenantRef, closed: None):
    costs = [
        send({"query": BIG_PAGES, "variables": {"n": size}}, Cast(alpha).ines.token)["extensions"]
        for size in (1, 100)
    ]
    one, hundred = (each["cost"]["cost"] for each in costs)
    assert (one, hundred) == (114, 11301)


def test_fragments_that_double_are_counted_once_each(alpha: TenantRef, closed: None):
    """Thirty fragments, each spread twice by the next: a thousand million fields, written out."""
    doubling = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(30))
    document = f"{{ ...f0 }} {doubling} fragment f30 on Query {{ brand {{ name }} }}"
    answer = send({"query": document}, Cast(alpha).ines.token)
    assert answer["errors"][0]["extensions"]["code"] in (
        "DOCUMENT_TOO_LARGE",
        "GRAPHQL_VALIDATION_FAILED",
    )


def test_introspection_is_within_the_bounds(alpha: TenantRef, closed: None):
    answer = send({"query": get_introspection_query()}, Cast(alpha).ines.token)
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"
