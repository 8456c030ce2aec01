"""What onboarding leaves in the database, besides rows, is removed after each test."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from registry.resolver import resolver
from registry.schemas import schema_drop
from tests.support.database import admin_connection, server_lock


def catalog() -> set[str]:
    """The tenants' schemas, and their roles as `role:…`, of which there should be one each.

    Roles belong to the whole server, which other workers' databases share: here are those with
    something in this database, and those with nothing in any, which are left over from something.
    """
    with admin_connection() as admin:
        rows = admin.execute(
            """
            SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'
            UNION ALL
            SELECT 'role:' || rolname FROM pg_roles r
            LEFT JOIN LATERAL (
                SELECT array_agg(DISTINCT dbid) AS databases FROM pg_shdepend
                WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND dbid <> 0
            ) used ON true
            WHERE rolname LIKE 't\\_%' AND (
                databases IS NULL
                OR (SELECT oid FROM pg_database WHERE datname = current_database())
                    = ANY (databases)
            )
            """
        ).fetchall()
    return {row[0] for row in rows}


@pytest.fixture(autouse=True)
def before(request: pytest.FixtureRequest) -> Iterator[set[str]]:
    """The catalog as the test found it, with nobody beside it who leaves roles over on purpose."""
    is_one_of_them = "only_one_about_roles" in request.fixturenames
    if is_one_of_them:
        request.getfixturevalue("only_one_about_roles")
    with nullcontext() if is_one_of_them else server_lock("roles", shared=True):
        found = catalog()
        yield found
        for name in catalog() - found:
            schema_drop(name.removeprefix("role:"))
    resolver.clear()
