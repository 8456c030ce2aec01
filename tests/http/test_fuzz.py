"""Whatever is sent, the endpoint answers a GraphQL response, and never 500 or a masked bug."""

import json
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.http.shop import PHOTO_UPLOAD, STOREFRONT
from tests.http.test_endpoint import JSON, PROPER

FUZZ = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

anything = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=20)
    | some.sampled_from(["{ hello }", STOREFRONT, "\0", "variables.input.file"]),
    lambda inner: (
        some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)

requests = some.fixed_dictionaries(
    {},
    optional={
        "query": anything | some.sampled_from(["{ hello }", STOREFRONT]),
        "variables": anything | some.dictionaries(some.just("first"), anything),
        "operationName": anything | some.just("Storefront"),
        "extensions": anything,
    },
)

WORDS = [
    *'{}()[]:!$@=|&.,#"\n',
    *("...", '"""', "query", "mutation", "subscription", "fragment", "on", "A", "$v", "@skip(if:"),
    *("services", "edges", "node", "hello", "take", "number", "anything", "boom_", "__schema"),
    *("first:", "after:", "1", "-1", "1e9", "true", "null", '"x"', '"\\u0000"', "ÿ", "\\"),
    *("Query", "Service", "Int", "__typename", "services(first: 3) { edges { cursor } }"),
]
documents = some.lists(some.sampled_from(WORDS), max_size=30).map(" ".join)


@pytest.fixture
def sound(client: Client):
    """Sends a request and judges the answer by what every answer must be."""

    def send(method: str, path: str, body: object = b"", kind: str = JSON, **headers: str) -> None:
        sent = {"accept": PROPER, **headers}
        if method == "GET":
            response = client.get(path, headers=sent)
        elif isinstance(body, dict):
            response = client.post(path, body, headers=sent)
        else:
            response = client.generic(method, path, body, kind, headers=sent)
        assert response.status_code < 500
        answer = response.json()
        assert answer.keys() <= {"data", "errors"}
        assert ("data" in answer) == (response.status_code == 200)
        codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
        assert "INTERNAL" not in codes

    return send


@FUZZ
@given(body=some.binary(max_size=200))
def test_bytes(sound, body):
    sound("POST", "/graphql", body)


@FUZZ
@given(body=anything | requests)
def test_json(sound, body):
    sound("POST", "/graphql", json.dumps(body).encode())


@FUZZ
@given(document=documents)
def test_documents(sound, document):
    sound("POST", "/graphql", json.dumps({"query": document}).encode())


@FUZZ
@given(
    first=some.none() | some.integers() | some.floats(),
    last=some.none() | some.integers(-5, 150),
    after=some.none() | some.text() | some.binary().map(bytes.hex),
)
def test_pages(sound, first, last, after):
    document = """query ($first: Int, $last: Int, $after: String) {
      services(first: $first, last: $last, after: $after) { edges { cursor } }
    }"""
    variables = {"first": first, "last": last, "after": after}
    sound("POST", "/graphql", json.dumps({"query": document, "variables": variables}).encode())


@FUZZ
@given(query=some.binary(max_size=60), kind=some.text(max_size=30))
def test_query_strings(sound, query, kind):
    sound("GET", "/graphql?query=" + quote(query) + "&variables=" + quote(kind))


@FUZZ
@given(
    content_type=some.text(some.characters(codec="latin-1", exclude_characters="\r\n"), max_size=40)
    | some.sampled_from(["application/json;", "multipart/form-data; boundary=x"]),
    accept=some.text(some.characters(codec="latin-1", exclude_characters="\r\n"), max_size=40),
    authorization=some.text(some.characters(codec="latin-1"), max_size=40),
    language=some.text(some.characters(codec="latin-1"), max_size=40),
)
def test_headers(client, content_type, accept, authorization, language):
    response = client.generic(
        "POST",
        "/graphql",
        b'{"query": "{ hello perhaps }"}',
        content_type,
        headers={
            "accept": accept,
            "authorization": f"Bearer {authorization}",
            "accept-language": language,
            "x-requested-with": "x",
        },
    )
    assert response.status_code in (200, 400, 406, 415)


@FUZZ
@given(
    operations=anything
    | some.just({"query": PHOTO_UPLOAD, "variables": {"input": {"file": None}}}),
    map=anything | some.dictionaries(some.sampled_from("01"), some.lists(some.text(max_size=5))),
    content=some.binary(max_size=100),
)
def test_forms(sound, operations, map, content):
    form = {
        "operations": json.dumps(operations),
        "map": json.dumps(map),
        "0": SimpleUploadedFile("x.png", content, "image/png"),
    }
    sound("POST", "/graphql", form, **{"x-requested-with": "x"})
