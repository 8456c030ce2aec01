"""GraphQL over HTTP: what is well-formed is answered, what is not gets 4xx and a GraphQL error."""

import json
from urllib.parse import urlencode

import pytest
from django.test import Client

JSON = "application/json"
PROPER = "application/graphql-response+json"


def post(client: Client, body: object, *, raw: bytes | None = None, **headers: str):
    content_type = headers.pop("content_type", JSON)
    return client.post(
        "/graphql",
        raw if raw is not None else json.dumps(body).encode(),
        content_type=content_type,
        headers=headers,
    )


def test_a_query_is_answered(client):
    response = post(client, {"query": "{ hello }"})
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello"}})
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("application/json;charset=utf-8", JSON),
        (PROPER, PROPER),
        (f"{PROPER}; charset=utf-8, {JSON}; charset=utf-8", PROPER),
        (f"{JSON};q=0.5, {PROPER}", PROPER),
        (f"{PROPER};q=0.5, {JSON}", JSON),
        (f"{PROPER};q=x, text/plain", PROPER),
    ],
)
def test_the_media_type_is_negotiated(client, accept, answered):
    headers = {"accept": accept} if accept else {}
    response = post(client, {"query": "{ hello }"}, **headers)
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] == answered


def test_nothing_that_the_client_accepts_is_offered(client):
    for accept in ("text/plain", "application/json;q=0", "", "///"):
        response = post(client, {"query": "{ hello }"}, accept=accept)
        assert response.status_code == 406
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


NESTED = b'{"query":"{ hello }","variables":' + b"[" * 5000 + b"]" * 5000 + b"}"

MALFORMED = {
    "a blank": b" ",
    "not JSON": b'{"query"',
    "NaN": b'{"query": "{ hello }", "variables": {"a": NaN}}',
    "invalid UTF-8": b'{"query": "{ hello \xff }"}',
    "lone surrogate": b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}',
    "UTF-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "null": b"null",
    "number": b"1",
    "string": b'"{ hello }"',
    "batch": b'[{"query": "{ hello }"}]',
    "empty batch": b"[]",
    "no query": b'{"variables": {}}',
    "empty query": b'{"query": ""}',
    "query null": b'{"query": null}',
    "query number": b'{"query": 1}',
    "query object": b'{"query": {}}',
    "query list": b'{"query": ["{ hello }"]}',
    "variables text": b'{"query": "{ hello }", "variables": "{}"}',
    "variables list": b'{"query": "{ hello }", "variables": []}',
    "variables number": b'{"query": "{ hello }", "variables": 0}',
    "variables false": b'{"query": "{ hello }", "variables": false}',
    "variables with NUL": b'{"query": "{ hello }", "variables": {"a": ["x\\u0000"]}}',
    "NUL in a key": b'{"query": "{ hello }", "variables": {"a\\u0000": 1}}',
    "operationName number": b'{"query": "{ hello }", "operationName": 1}',
    "operationName list": b'{"query": "{ hello }", "operationName": []}',
    "extensions list": b'{"query": "{ hello }", "extensions": [1]}',
    "extensions text": b'{"query": "{ hello }", "extensions": "a"}',
    "nested beyond JSON": NESTED,
    "nested beyond reason": b'{"query":"{ hello }","variables":{"a":'
    + b"[" * 100
    + b"]" * 100
    + b"}}",
}


@pytest.mark.parametrize("accept", [JSON, PROPER])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_a_400_with_a_graphql_error(client, body, accept):
    response = post(client, None, raw=body, accept=accept)
    assert response.status_code == 400
    assert response["Content-Type"].partition(";")[0] == accept
    answer = response.json()
    assert answer.keys() == {"errors"}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "application/jsonx",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json; charset=\N{SNOWMAN}",
        "application/json; charset",
        "multipart/mixed",
        ";;;",
    ],
)
def test_a_body_of_another_type_is_a_415(client, content_type):
    response = post(client, {"query": "{ hello }"}, content_type=content_type)
    assert response.status_code in ((200, 415) if content_type.endswith("charset") else (415,))
    if response.status_code == 415:
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_a_huge_body_is_a_413(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert post(client, {"query": "{ hello }" + " " * 900}).status_code == 200
    response = post(client, {"query": "{ hello }" + " " * 1000})
    assert response.status_code == 413
    assert "1000 bytes" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "QUERY"])
def test_only_get_and_post(client, method):
    response = client.generic(method, "/graphql", b'{"query": "{ hello }"}', JSON)
    assert (response.status_code, response["Allow"]) == (405, "GET, POST")


def test_a_query_by_get(client):
    asked = {
        "query": "query A($n: Int) { take(number: $n) } query B { hello }",
        "variables": '{"n": 3}',
        "operationName": "A",
        "extensions": "{}",
    }
    response = client.get("/graphql", asked, headers={"accept": PROPER})
    assert response.status_code == 200
    assert response.json()["data"]["take"]["number"] == 3


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"query": ""},
        {"query": "{ hello }", "variables": "{"},
        {"query": "{ hello }", "variables": "[]"},
        {"query": "{ hello }", "variables": "1"},
        {"query": "{ hello }", "extensions": "nonsense"},
        {"query": "{ hello }", "variables": '{"a": "\x00"}'},
    ],
)
def test_a_malformed_get_is_a_400(client, asked):
    response = client.get(f"/graphql?{urlencode(asked)}", headers={"accept": PROPER})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_a_get_of_invalid_bytes_is_no_500(client):
    for query in ("query=%ff%fe", "query=%00", "%%%", "query=%E4", "&" * 2000, "a=1&" * 2000):
        response = client.get("/graphql?" + query, headers={"accept": PROPER})
        assert response.status_code == 400
        assert response.json().keys() == {"errors"}


def test_a_get_never_mutates(client):
    response = client.get("/graphql", {"query": "mutation { __typename }"})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_a_subscription_is_sent_elsewhere(client):
    response = post(client, {"query": "subscription { ticks }"})
    assert response.status_code == 400
    assert "websocket" in response.json()["errors"][0]["message"]
