"""Whatever a shared root field reads tells of its changes: else strangers would see old rows."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from strawberry.schema.schema_converter import GraphQLCoreConverter

from kernel.tenancy import TenantRef, tenant_scope
from schema.core.fields import SHARED_KEY
from tests.lowering.both import outcome
from tests.lowering.documents import wide
from tests.support import walk
from tests.support.world import world

LATE = {"catalog_chosen"}
"""What many have chosen is counted, and may be a minute late."""
NAMED = re.compile(r'(?:FROM|JOIN)\s+"?([a-z]+_[a-z_]+)"?')
INSTANT = re.compile(r"\b(now\(\)|current_\w+|clock_timestamp|statement_timestamp)", re.IGNORECASE)


def shared() -> list[str]:
    """The root fields that are declared so."""
    return [
        name
        for name, field in walk.QUERIES.items()
        if (declared := field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF))
        and declared.metadata.get(SHARED_KEY)
    ]


def test_there_are_some():
    assert {"services", "service", "categories", "catalogSearch", "brand"} <= set(shared())


@pytest.mark.parametrize("lowering", [False, True], ids=["graphql-core", "sql"])
@pytest.mark.parametrize("name", shared())
def test_it_reads_nothing_that_changes_in_silence(alpha: TenantRef, name: str, lowering: bool):
    world(alpha)
    with tenant_scope(alpha), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname = 'showcase_changed' AND tgrelid::regclass::text NOT LIKE '%.%'"
        )
        told = {table for (table,) in cursor.fetchall()}
    read: set[str] = set()
    queries: list[dict[str, Any]] = []
    with override_settings(KEPT_ANSWERS_BYTES=0), CaptureQueriesContext(connection) as captured:
        for document, variables in wide(name):
            outcome(alpha, document, variables, lowering=lowering)
        queries = list(captured)
    for query in queries:
        read |= set(NAMED.findall(query["sql"]))
        assert not INSTANT.search(query["sql"]), query["sql"]
    assert read & told
    assert read <= told | LATE
