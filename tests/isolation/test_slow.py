"""A statement that takes too long ends, says so, and leaves a session that is as it should be."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from pytest_django import Settings

from config.serving import statements_bound
from kernel.statements import rows_by_sql
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from kernel.tenancy.unavailable import is_too_slow, is_unavailable
from tests.support.database import ALPHA_HOST, admin_connection


def anew() -> None:
    for login in ("default", "owner"):
        connections[login].close()
    connections["default"].close_pool()


@pytest.fixture
def _bound(settings: Settings) -> Iterator[None]:
    """As in a web process, which has less time."""
    options = settings.DATABASES["default"]["OPTIONS"]
    before = dict(options)
    settings.STATEMENT_SECONDS = 0.3
    statements_bound()
    anew()
    yield
    options.clear()
    options.update(before)
    anew()


def by_cursor(statement: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def by_rows(statement: str) -> list:
    return rows_by_sql(statement, [])


WHO = "SELECT current_user::text, current_schemas(false)::text[]"


@pytest.mark.parametrize("ask", [by_cursor, by_rows])
@pytest.mark.parametrize("in_transaction", [False, True])
@pytest.mark.usefixtures("_bound")
def test_it_ends_and_the_session_goes_on(ask, in_transaction, alpha: TenantRef, beta: TenantRef):
    for tenant in (alpha, beta, alpha):
        with tenant_scope(tenant):
            before = ask(WHO)
            with pytest.raises(OperationalError) as slow:
                if in_transaction:
                    with transaction.atomic():
                        ask("SELECT pg_sleep(20)")
                else:
                    ask("SELECT pg_sleep(20)")
            assert is_too_slow(slow.value) and not is_unavailable(slow.value)
            assert ask(WHO) == before and before[0][0] == tenant.schema
            with pytest.raises(OperationalError):  # the bound has stayed
                ask("SELECT pg_sleep(20)")


@pytest.mark.usefixtures("_bound")
def test_the_owner_has_all_the_time_it_wants():
    with platform_scope(), connections["owner"].cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    with platform_scope(), connections["default"].cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("300ms",)


@pytest.mark.usefixtures("_bound")
@pytest.mark.parametrize("lowering", [False, True])
def test_a_caller_is_told_and_the_next_one_is_answered(alpha: TenantRef, settings, lowering: bool):
    settings.LOWERING = lowering

    def services():
        return Client().post(
            "/graphql",
            {"query": "{ services(first: 1) { edges { node { id } } } }"},
            content_type="application/json",
            headers={"host": ALPHA_HOST},
        )

    assert services().status_code == 200
    with admin_connection() as admin, admin.transaction():
        admin.execute(f'LOCK TABLE "{alpha.schema}".catalog_service IN ACCESS EXCLUSIVE MODE')
        answer = services()
    assert answer.status_code == 504
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "TOO_SLOW"}
    assert services().status_code == 200
