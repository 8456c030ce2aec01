"""The bench compares like with like: every server's answer to the same request is the same JSON."""

import json
import os
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from psycopg.conninfo import make_conninfo

from devtools.bench import bare, sql
from devtools.bench.fill import fill
from devtools.bench.operations import OPERATIONS, SCREENS, SHOP, SMALL, Filled, Operation
from devtools.bench.probe import queries
from devtools.bench.storefront import shop_fill
from kernel.tenancy import TenantRef
from tests.support.database import ALPHA_HOST, BETA_HOST

READS = [operation for operation in (*OPERATIONS, *SCREENS) if operation.name in sql.READS]
TENANTS = {SMALL: "filled", SHOP: "shop"}
"""By number; any other is as broad as it is to be."""


@pytest.fixture
def filled(alpha: TenantRef) -> Filled:
    """Alpha with fewer services than a page, and more orders."""
    return fill(alpha, host=ALPHA_HOST, services=9, orders=25, parts=3, quotes=1)


@pytest.fixture
def broad(alpha: TenantRef) -> Filled:
    """Alpha with as many shelves as the bench's large tenant."""
    return fill(alpha, host=ALPHA_HOST, services=45, shelves=20, orders=2, parts=1, quotes=1)


@pytest.fixture
def shop(beta: TenantRef) -> Filled:
    """Beta as a shop with more services than a page, and diaries with gaps."""
    return shop_fill(beta, host=BETA_HOST, services=130, couriers=2, bookings=40)


def served(operation: Operation, filled: Filled, number: int = 0) -> Any:
    """What Django answers to `operation`, without errors."""
    client = Client(headers=operation.headers(filled))
    body = operation.body(filled, number=number, size=20)
    response = client.post("/graphql", body, content_type="application/json")
    answer = response.json()
    assert operation.expected in response.text and "errors" not in answer, answer
    return answer


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_the_bare_application_answers_the_same(
    operation: Operation, request: pytest.FixtureRequest
) -> None:
    conninfo = make_conninfo(os.environ["DATABASE_URL"], dbname=django_settings.WORKER_DATABASE)
    filled = request.getfixturevalue(TENANTS.get(operation.tenant, "broad"))
    authorization = operation.headers(filled).get("Authorization", "")
    with bare.connect(conninfo, filled) as connection:
        for number in range(operation.variants):
            variables = operation.variables(filled, number, 20)
            answer = bare.answer(connection, filled, operation.name, variables, authorization)
            assert json.loads(answer) == served(operation, filled, number)


def test_the_shop_has_shelves_pictures_ratings_and_slots(shop: Filled) -> None:
    home, slots = (each for each in OPERATIONS if each.name in ("home", "slots"))
    data = served(home, shop)["data"]
    assert len(data["categories"]) == 8
    first = data["categories"][0]
    assert len(first["children"]) == 4 and len(first["services"]["edges"]) == 4
    card = first["services"]["edges"][0]["node"]
    assert card["media"] and card["rating"]["count"] and card["priceFrom"]["amount"] == 500
    assert len(data["recommendations"]) == 12
    free = {slot["couriersFree"] for slot in served(slots, shop)["data"]["slots"]}
    assert free == {1, 2}


def test_stock_answers_the_same(filled: Filled, settings: Any) -> None:
    ours = served(OPERATIONS[0], filled)
    settings.ROOT_URLCONF = "devtools.bench.stock"
    assert served(OPERATIONS[0], filled) == ours


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_runs_and_its_queries_are_counted(
    operation: Operation, filled: Filled
) -> None:
    assert queries(operation, filled, size=20)
