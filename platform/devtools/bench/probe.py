"""What is counted instead of timed under load: SQL queries, and what binding the scope costs."""

import time
from collections.abc import Sequence
from itertools import cycle, islice
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from devtools.bench.operations import OPERATIONS, Filled, Operation
from devtools.bench.quoting import quoting
from kernel.tenancy import TenantRef, tenant_scope
from registry.resolver import resolver

BINDINGS = 2000
SLOTS_ASKED = 30
TRANSACTION = ("BEGIN", "COMMIT")


def probe(small: Filled, large: Filled, shop: Filled) -> dict[str, Any]:
    """The figures by name: `queries` by operation in the first two, `binding` in µs, `quoting`
    in ms of CPU and its statements, `slots` (the shop's, the whole request) in ms of CPU,
    `postgres`.
    """
    tenants = [_warm(small), _warm(large)]
    counted = {
        operation.name: [queries(operation, small, size=20), queries(operation, large, size=100)]
        for operation in OPERATIONS
    }
    of_tenant = [
        sql for pair in counted.values() for each in pair for sql in each if "registry_" in sql
    ]
    with tenant_scope(tenants[0]), connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    return {
        "postgres": postgres.split()[0],
        "queries": {name: [len(each) for each in pair] for name, pair in counted.items()},
        "tenant_queries": len(of_tenant),
        "binding": [_binding(tenants[:1]), _binding(tenants)],
        "quoting": quoting(tenants[0], small),
        "slots": _slots(shop),
    }


def queries(operation: Operation, filled: Filled, *, size: int) -> list[str]:
    """The SQL of one request for `size` rows, without BEGIN and COMMIT; of a read, when it is warm.

    A process compares its first lowered answer with graphql-core's (LOWERING_SHADOW), and then one
    of a thousand: the queries of that are not the answer's.
    """
    client = Client(headers=operation.headers(filled))
    body = operation.body(filled, size=size)
    for _ in range(2 if operation.is_read else 1):
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/graphql", body, content_type="application/json")
        assert operation.expected in answer.text, answer.text
    return [query["sql"] for query in captured if query["sql"] not in TRANSACTION]


def _slots(shop: Filled) -> float:
    """Milliseconds of CPU that the shop's slots take this process, the median."""
    _warm(shop)
    [operation] = (each for each in OPERATIONS if each.name == "slots")
    client = Client(headers=operation.headers(shop))
    body = operation.body(shop, size=operation.rows)
    taken = []
    for _ in range(SLOTS_ASKED):
        began = time.process_time()
        answer = client.post("/graphql", body, content_type="application/json")
        taken.append(time.process_time() - began)
        assert "startsAt" in answer.text, answer.text
    return median(taken) * 1000


def _warm(filled: Filled) -> TenantRef:
    """The tenant, once this process remembers it: the resolver must be listening first."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with CaptureQueriesContext(connection) as captured:
            tenant = resolver.by_host(filled.host)
        if not captured and tenant is not None:
            return tenant
        time.sleep(0.05)
    raise TimeoutError("the register's cache stays cold")


def _binding(tenants: Sequence[TenantRef]) -> float:
    """Microseconds that a scope adds to its first statement, the median, for `tenants` in turn."""
    first, second = [], []
    for tenant in islice(cycle(tenants), BINDINGS):
        began = time.perf_counter()
        with tenant_scope(tenant):
            _statement()
            first.append(time.perf_counter() - began)
            began = time.perf_counter()
            _statement()
            second.append(time.perf_counter() - began)
    return (median(first) - median(second)) * 1e6


def _statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT language FROM brand_settings")
        cursor.fetchone()
