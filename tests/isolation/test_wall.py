"""PostgreSQL itself keeps tenants apart, whatever SQL a query carries."""

import pytest
from django.db import ProgrammingError, connection

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
