"""What onboarding leaves in the database, besides rows, is removed after each test."""

from collections.abc import Iterator

import pytest

from registry.resolver import resolver
from registry.schemas import schema_drop
from tests.support.database import admin_connection


def catalog() -> set[str]:
    """The tenants' schemas, and their roles as `role:…`, of which there should be one each."""
    with admin_connection() as admin:
        rows = admin.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'"
            " UNION ALL SELECT 'role:' || rolname FROM pg_roles WHERE rolname LIKE 't\\_%'"
        ).fetchall()
    return {row[0] for row in rows}


@pytest.fixture(autouse=True)
def before() -> Iterator[set[str]]:
    """The catalog as the test found it."""
    found = catalog()
    yield found
    for name in catalog() - found:
        schema_drop(name.removeprefix("role:"))
    resolver.clear()
