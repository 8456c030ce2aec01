"""Documents and variables that do not hold: refused before anything runs, readably."""

import json

import pytest

from tests.http.test_endpoint import JSON, PROPER, post

DEEP = "{ categories { " + "children { " * 20 + "name" + " }" * 21 + " }"
SPREAD = (
    "{ categories { ...F0 } }"
    + "".join(
        f" fragment F{n} on Category {{ children {{ ...F{n + 1} ...F{n + 1} }} }}"
        for n in range(20)
    )
    + " fragment F20 on Category { name }"
)

INVALID = {
    "syntax": ("{", "GRAPHQL_PARSE_FAILED"),
    "only a fragment": ("fragment F on Query { hello }", "GRAPHQL_VALIDATION_FAILED"),
    "type definition": ("type A { a: Int }", "GRAPHQL_VALIDATION_FAILED"),
    "unknown field": ("{ helo }", "GRAPHQL_VALIDATION_FAILED"),
    "two operations, none named": ("query A { hello } query B { hello }", "BAD_USER_INPUT"),
    "deep": (DEEP, "GRAPHQL_VALIDATION_FAILED"),
    "deep by fragments": (SPREAD, "GRAPHQL_VALIDATION_FAILED"),
    "a cycle": (
        "{ categories { ...A } } fragment A on Category { children { ...A } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "nested beyond the parser": ("{ hello" + " { a" * 5000, "GRAPHQL_PARSE_FAILED"),
    "a nested value": (
        "{ take(anything: " + "[" * 1500 + "]" * 400 + ") }",
        "GRAPHQL_PARSE_FAILED",
    ),
    "tokens": ("{" + " hello" * 2500 + "}", "GRAPHQL_PARSE_FAILED"),
    "characters": ("{ hello }" + " " * 20_000, "GRAPHQL_PARSE_FAILED"),
    "comments": ("{ hello }" + "#\n" * 600, "GRAPHQL_PARSE_FAILED"),
    "aliases": (
        "{" + " ".join(f"a{n}: hello" for n in range(900)) + "}",
        "GRAPHQL_PARSE_FAILED",
    ),
    "introspected in circles": (
        "{ __schema { types { fields { type { fields { type { fields { type { name"
        " } } } } } } } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "NUL": ('{ take(anything: "a\\u0000") }', "BAD_USER_INPUT"),
    "NUL in braces": ('{ take(anything: "a\\u{000}") }', "BAD_USER_INPUT"),
    "5000 digits": ("{ take(number: " + "9" * 5000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
    "5000 digits of BigInt": ("{ take(big: " + "9" * 5000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
    "5000 digits of a page": (
        "{ services(first: " + "9" * 5000 + ") { edges { cursor } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "text for a number": ('{ take(number: "1") }', "GRAPHQL_VALIDATION_FAILED"),
    "a number too large": ("{ take(number: 3000000000) }", "GRAPHQL_VALIDATION_FAILED"),
    "2^53": ("{ take(big: 9007199254740992) }", "GRAPHQL_VALIDATION_FAILED"),
    "a fraction": ("{ take(big: 1.5) }", "GRAPHQL_VALIDATION_FAILED"),
    "no date": ('{ take(at: "tomorrow") }', "GRAPHQL_VALIDATION_FAILED"),
}


@pytest.mark.parametrize(("query", "code"), INVALID.values(), ids=INVALID)
def test_an_invalid_document_is_refused_readably(client, query, code):
    """200 in the legacy media type, as its clients expect; 400 in the proper one."""
    for accept, status in ((PROPER, 400), (JSON, 200)):
        response = post(client, {"query": query}, accept=accept)
        answer = response.json()
        assert response.status_code == status
        assert answer.keys() == {"errors"}
        assert answer["errors"][0]["extensions"]["code"] == code
        assert len(answer["errors"]) <= 21


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("Int", "1"),
        ("Int", 1.5),
        ("Int", 2**31),
        ("Int", 10**30),
        ("Int", {"a": 1}),
        ("Int!", None),
        ("BigInt", 2**53),
        ("BigInt", True),
        ("DateTime", 5),
        ("DateTime", "2026-99-99"),
        ("[Int!]", ["x"]),
        ("[Int!]", [None]),
        ("Nonsense", 1),
    ],
)
def test_an_ill_typed_variable_is_refused_readably(client, declared, value):
    argument = {"BigInt": "big", "DateTime": "at", "[Int!]": "numbers"}.get(declared, "number")
    document = f"query ($v: {declared}) {{ take({argument}: $v) }}"
    response = post(client, {"query": document, "variables": {"v": value}}, accept=PROPER)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] in (
        "BAD_USER_INPUT",
        "GRAPHQL_VALIDATION_FAILED",
    )


@pytest.mark.parametrize(
    "value", ["9" * 30, "-" + "9" * 30, "1e400", '"\\u{1F600}"', "[[[1]]]", "{a: {b: null}}"]
)
def test_any_json_is_given_back(client, value):
    response = post(client, {"query": f"{{ take(anything: {value}) }}"})
    assert response.status_code == 200
    assert response.json().keys() == {"data"}


def test_5000_digits_of_json_are_no_500(client):
    for query, variables in (
        ("{ take(anything: " + "9" * 5000 + ") }", b"{}"),
        ("query ($v: JSON) { take(anything: $v) }", b'{"v":' + b"9" * 5000 + b"}"),
        ("query ($v: Int) { take(number: $v) }", b'{"v":' + b"9" * 5000 + b"}"),
    ):
        raw = b'{"query":' + json.dumps(query).encode() + b',"variables":' + variables + b"}"
        response = post(client, None, raw=raw, accept=PROPER)
        assert response.status_code in (200, 400)
        codes = [error["extensions"]["code"] for error in response.json().get("errors", ())]
        assert "INTERNAL" not in codes


def test_an_operation_name_that_is_not_there(client):
    asked = {"query": "query A { hello }", "operationName": "B"}
    response = post(client, asked, accept=PROPER)
    assert (response.status_code, response.json().keys()) == (400, {"errors"})
    assert post(client, {**asked, "operationName": ""}).json()["data"] == {"hello": "hello"}
