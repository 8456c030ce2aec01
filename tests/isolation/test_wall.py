"""PostgreSQL itself keeps tenants apart, whatever SQL a query carries."""

from contextlib import nullcontext, suppress

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from kernel.tenancy import NoScope, TenantRef, platform_scope, tenant_scope


def run(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_no_scope_is_an_error():
    with pytest.raises(NoScope):
        run("SELECT 1")


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT * FROM "{other}".brand_settings',
        'UPDATE "{other}".brand_settings SET currency = $$XXX$$',
        "SELECT * FROM public.registry_tenant",
        "UPDATE public.registry_tenant SET state = $$erased$$",
        "SELECT * FROM queue.procrastinate_jobs",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "DELETE FROM django_migrations",
        "UPDATE journal_event SET kind = $$x$$",
        "DELETE FROM ledger_entry",
        "SELECT set_config('role', 'none', false)",
        "RESET ROLE; SELECT * FROM public.registry_tenant",
        "SELECT 1; RESET ROLE",
        "DO $$ BEGIN RESET ROLE; PERFORM * FROM public.registry_tenant; END $$",
        'DO $$ BEGIN SET ROLE "{other}"; DELETE FROM "{other}".brand_settings; END $$',
    ],
)
def test_a_tenant_reaches_only_its_own_rows(alpha: TenantRef, beta: TenantRef, statement: str):
    with tenant_scope(alpha):
        with pytest.raises(ProgrammingError):
            run(statement.format(other=beta.schema))
        assert run("SELECT current_user") == [(alpha.schema,)]
    with tenant_scope(beta):
        assert run("SELECT currency FROM brand_settings") == [("GBP",)]


def test_scopes_follow_one_another_on_one_connection(alpha: TenantRef, beta: TenantRef):
    for _ in range(3):
        for tenant, currency in ((alpha, "CNY"), (beta, "GBP")):
            with tenant_scope(tenant):
                assert run("SELECT currency FROM brand_settings") == [(currency,)]
    with platform_scope():
        assert run("SELECT count(*) FROM registry_tenant") == [(2,)]


@pytest.mark.parametrize(
    "leave",
    [
        "RESET ROLE",
        "/* /* nested */ */ ReSeT /* */ ROLE",
        'SET ROLE "{other}"',
        'SET LOCAL ROLE "{other}"',
        "SET SESSION ROLE NONE",
        "RESET ALL",
        "DISCARD ALL",
        'SET search_path TO "{other}", public',
        "SET SESSION AUTHORIZATION DEFAULT",
    ],
)
@pytest.mark.parametrize("in_transaction", [False, True])
def test_a_statement_that_leaves_the_role_leads_nowhere(
    alpha: TenantRef, beta: TenantRef, leave: str, in_transaction: bool
):
    """On the same cursor, with nothing in between: the binding is back before the next word."""
    with (
        tenant_scope(alpha),
        transaction.atomic() if in_transaction else nullcontext(),
        connection.cursor() as cursor,
    ):
        with suppress(DatabaseError), transaction.atomic():
            cursor.execute(leave.format(other=beta.schema))
        cursor.execute("SELECT current_user, current_setting('search_path')")
        assert cursor.fetchone() == (alpha.schema, f"{alpha.schema}, extensions")
        cursor.execute("SELECT currency FROM brand_settings")
        assert cursor.fetchone() == ("CNY",)
        for elsewhere in (f'"{beta.schema}".brand_settings', "public.registry_tenant"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(f"SELECT * FROM {elsewhere}")
    with tenant_scope(beta):
        assert run("SELECT currency FROM brand_settings") == [("GBP",)]
