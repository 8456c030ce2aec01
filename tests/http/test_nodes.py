"""`node(id)`: through the scoping of its type, and null for whatever is not there."""

import pytest
from django.test import Client
from strawberry.relay import to_base64

from kernel.ids import new_id
from kernel.tenancy import tenant_scope
from tests.http.shop import Category
from tests.http.test_endpoint import post
from tests.support.database import fixed_id
from tests.support.factories import CategoryFactory

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on Category { name } } }"


def test_a_node_is_found_in_its_own_tenant_only(client, alpha, beta):
    with tenant_scope(alpha):
        CategoryFactory(id=fixed_id(1), name={"en": "Alpha's"})
        CategoryFactory(id=fixed_id(2), name={"en": "Alpha's own"})
    with tenant_scope(beta):
        CategoryFactory(id=fixed_id(1), name={"en": "Beta's"})
    other = Client(headers={"host": "beta.localhost", "accept-language": "en"})
    for asking, name in ((client, "Alpha's"), (other, "Beta's")):
        id = to_base64("Category", fixed_id(1))
        answer = post(asking, {"query": NODE, "variables": {"id": id}}).json()
        assert answer == {"data": {"node": {"id": id, "__typename": "Category", "name": name}}}
    unknown, foreign = (
        post(other, {"query": NODE, "variables": {"id": to_base64("Category", id)}})
        for id in (new_id(), fixed_id(2))
    )
    assert unknown.content == foreign.content == b'{"data":{"node":null}}'


def test_scoping_of_the_type_holds(client, alpha, monkeypatch):
    with tenant_scope(alpha):
        CategoryFactory(id=fixed_id(1))
    ask = {"query": NODE, "variables": {"id": to_base64("Category", fixed_id(1))}}
    assert post(client, ask).json()["data"]["node"]
    monkeypatch.setattr(
        Category, "get_queryset", classmethod(lambda cls, rows, *_, **__: rows.none())
    )
    assert post(client, ask).json() == {"data": {"node": None}}


@pytest.mark.parametrize(
    "id",
    [
        "",
        "x",
        "\N{SNOWMAN}",
        to_base64("Category", "1"),
        to_base64("Category", ""),
        to_base64("Category", f"{fixed_id(1)} or 1=1"),
        to_base64("Node", fixed_id(1)),
        to_base64("Money", fixed_id(1)),
        to_base64("Query", fixed_id(1)),
        to_base64("String", fixed_id(1)),
        to_base64("Nothing", fixed_id(1)),
        to_base64("", fixed_id(1)),
        "QQ==",
        "A" * 5000,
    ],
)
def test_a_malformed_id_reads_like_an_unknown_one(client, id):
    answer = post(client, {"query": NODE, "variables": {"id": id}}).content
    assert answer == b'{"data":{"node":null}}'


def test_a_tenants_node_is_nowhere_on_the_platforms_host(alpha):
    with tenant_scope(alpha):
        CategoryFactory(id=fixed_id(1))
    platform = Client(headers={"host": "platform.localhost"})
    ask = {"query": NODE, "variables": {"id": to_base64("Category", fixed_id(1))}}
    assert post(platform, ask).json() == {"data": {"node": None}}
