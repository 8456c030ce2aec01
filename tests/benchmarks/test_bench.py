"""The bench compares like with like: every server's answer to the same request is the same JSON."""

import json
import os
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from psycopg.conninfo import make_conninfo

from devtools.bench import bare
from devtools.bench.fill import fill
from devtools.bench.operations import OPERATIONS, Filled, Operation
from devtools.bench.probe import queries
from kernel.tenancy import TenantRef
from tests.support.database import ALPHA_HOST

READS = [operation for operation in OPERATIONS if operation.is_read]


@pytest.fixture
def filled(alpha: TenantRef) -> Filled:
    """Alpha with fewer services than a page, and more orders."""
    return fill(alpha, host=ALPHA_HOST, services=9, orders=25, parts=3, quotes=1)


def served(operation: Operation, filled: Filled) -> Any:
    """What Django answers to `operation`, without errors."""
    client = Client(headers=operation.headers(filled))
    response = client.post(
        "/graphql", operation.body(filled, size=20), content_type="application/json"
    )
    answer = response.json()
    assert operation.expected in response.text and "errors" not in answer, answer
    return answer


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_the_bare_application_answers_the_same(operation: Operation, filled: Filled) -> None:
    conninfo = make_conninfo(os.environ["DATABASE_URL"], dbname=django_settings.WORKER_DATABASE)
    variables = operation.variables(filled, 0, 20)
    authorization = operation.headers(filled).get("Authorization", "")
    with bare.connect(conninfo, filled) as connection:
        answer = bare.answer(connection, filled, operation.name, variables, authorization)
    assert json.loads(answer) == served(operation, filled)


def test_stock_answers_the_same(filled: Filled, settings: Any) -> None:
    ours = served(OPERATIONS[0], filled)
    settings.ROOT_URLCONF = "devtools.bench.stock"
    assert served(OPERATIONS[0], filled) == ours


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_runs_and_its_queries_are_counted(
    operation: Operation, filled: Filled
) -> None:
    assert queries(operation, filled, size=20)
