"""The rows of a schema, out and in again."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.db import IntegrityError, connections
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.tables import (
    checksums,
    columns_of,
    loading,
    sequence_values,
    sequences_set,
    snapshot,
    table_copy_in,
    table_copy_out,
    tables_of,
)
from registry.schemas import new_schema_name, schema_create
from tenants.journal.models import Event
from tests.support.database import SOME_DAY, admin_connection
from tests.support.world import world


@pytest.fixture
def beside(alpha: TenantRef) -> TenantRef:
    """Alpha, as if it lived in a new schema without rows."""
    schema = new_schema_name()
    schema_create(schema)
    return replace(alpha, schema=schema)


def copy(source: TenantRef, target: TenantRef, *, without: str = "", twice: str = "") -> None:
    """All rows of `source` into `target`, but for a table's; a table can come twice."""
    with tenant_scope(source), snapshot(source.schema) as cursor:
        content = {}
        for table in tables_of(source.schema):
            content[table] = BytesIO()
            rows = table_copy_out(cursor, source.schema, table, content[table].write)
            assert rows == content[table].getvalue().count(b"\n")
        sequences = sequence_values(cursor, source.schema)
    with tenant_scope(target), loading(target.schema) as cursor:
        for table in tables_of(target.schema):
            for _ in range((table != without) + (table == twice)):
                pieces = [content[table].getvalue()]
                table_copy_in(cursor, target.schema, table, pieces)
        sequences_set(cursor, target.schema, sequences)


def sums(tenant: TenantRef) -> dict:
    with tenant_scope(tenant), snapshot(tenant.schema) as cursor:
        return checksums(cursor, tenant.schema) | {
            "sequences": sequence_values(cursor, tenant.schema)
        }


def test_every_table_is_copied_and_checked(alpha: TenantRef, beside: TenantRef):
    world(alpha)
    with admin_connection() as admin:
        found = admin.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [alpha.schema]
        ).fetchall()
    with tenant_scope(alpha):
        assert {*tables_of(alpha.schema), "django_migrations"} == {name for (name,) in found}
    assert sums(beside) != sums(alpha)
    copy(alpha, beside)
    assert sums(beside) == sums(alpha)
    assert sums(alpha)["orders_order"]["rows"] == 2


def test_a_changed_row_shows(alpha: TenantRef, beside: TenantRef):
    world(alpha)
    copy(alpha, beside)
    with admin_connection() as admin:
        admin.execute(f"UPDATE {beside.schema}.talk_review SET score = 4")
    before, after = sums(alpha), sums(beside)
    assert [name for name in before if before[name] != after[name]] == ["talk_review"]


def test_the_transaction_that_loads_is_the_events_own(alpha: TenantRef, beside: TenantRef):
    world(alpha)
    copy(alpha, beside)
    with admin_connection() as admin:
        xids = [
            admin.execute(f"SELECT DISTINCT xid::text FROM {schema}.journal_event").fetchall()
            for schema in (alpha.schema, beside.schema)
        ]
    assert len(xids[1]) == 1 and xids[0] != xids[1]
    with tenant_scope(alpha), connections["owner"].cursor() as cursor:
        assert "xid" not in columns_of(cursor, alpha.schema, "journal_event")


def test_numbers_go_on_where_they_were(alpha: TenantRef, beside: TenantRef):
    world(alpha)
    copy(alpha, beside)
    newest = []
    for tenant in (alpha, beside):
        with tenant_scope(tenant):
            event = Event.objects.create(stream="x", seq=1, kind="x", at=SOME_DAY, data={})
            newest.append(event.id)
    assert newest[0] == newest[1]


def test_a_snapshot_sees_one_moment(alpha: TenantRef):
    world(alpha)
    with tenant_scope(alpha):
        with snapshot(alpha.schema) as cursor:
            before = checksums(cursor, alpha.schema)
            Event.objects.create(stream="x", seq=1, kind="x", at=SOME_DAY, data={})
            assert checksums(cursor, alpha.schema) == before
        with snapshot(alpha.schema) as cursor:
            assert checksums(cursor, alpha.schema) != before


def test_triggers_keep_still_and_fire_again_afterwards(alpha: TenantRef, beside: TenantRef):
    world(alpha)
    copy(alpha, beside)
    with admin_connection() as admin:
        states = admin.execute(
            "SELECT DISTINCT tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE c.relnamespace = %s::regnamespace AND NOT tgisinternal",
            [beside.schema],
        ).fetchall()
        assert states == [("O",)]
        (entry,) = admin.execute(
            f"SELECT posting_id, account_id FROM {beside.schema}.ledger_entry LIMIT 1"
        ).fetchall()
        with pytest.raises(Exception, match="is not balanced"):
            admin.execute(
                f"SET search_path TO {beside.schema};"
                f" INSERT INTO ledger_entry (id, posting_id, account_id, amount)"
                f" VALUES (gen_random_uuid(), '{entry[0]}', '{entry[1]}', 1)"
            )


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        # Foreign keys speak at the end, and then all of it is undone.
        ({"without": "access_person"}, (ForeignKeyViolation, IntegrityError)),
        ({"twice": "access_person"}, UniqueViolation),
    ],
)
def test_what_does_not_fit_leaves_nothing(alpha: TenantRef, beside: TenantRef, wrong, refusal):
    world(alpha)
    with pytest.raises(refusal):
        copy(alpha, beside, **wrong)
    after = sums(beside)
    del after["sequences"]  # no transaction holds them
    assert {table["rows"] for table in after.values()} == {0}
