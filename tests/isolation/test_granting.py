"""A new tenant's role is taken by every session, however it came about while roles were granted."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from psycopg import sql

from kernel.tenancy import MAIN, platform_scope, tenant_scope
from registry.database import APP_ROLE
from registry.fleet import nobody
from tests.support.database import admin_connection

ROUNDS = 60
"""Without the care that this is about, one in three to ten failed."""


class Granting(threading.Thread):
    """Makes one role after the other, granted to the application; `newest` is committed."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self.go_on = True
        self.some = threading.Event()

    def run(self) -> None:
        with admin_connection() as admin:
            while self.go_on:
                name = f"granted_{len(self.made)}"  # of no tenant: others look after those
                role, app = sql.Identifier(name), sql.Identifier(APP_ROLE)
                with admin.transaction():
                    admin.execute(sql.SQL("CREATE ROLE {}").format(role))
                    grant = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
                    admin.execute(grant.format(role, app))
                self.made.append(name)
                self.some.set()
                self.go_on = self.go_on and len(self.made) < 20_000

    def stop(self) -> None:
        self.go_on = False
        self.join()
        with admin_connection() as admin:
            for name in self.made:
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def granting(only_one_about_roles: None) -> Iterator[Granting]:
    thread = Granting()
    thread.start()
    assert thread.some.wait(10)
    yield thread
    thread.stop()


@pytest.mark.parametrize("within_a_transaction", [False, True])
def test_a_session_that_began_meanwhile_takes_a_new_role(
    granting: Granting, within_a_transaction: bool
):
    for _ in range(ROUNDS):
        connection.close()
        connection.close_pool()  # a new session, which gathers the roles now
        with platform_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        newest = granting.made[-1]
        with tenant_scope(nobody(newest, MAIN)):
            if within_a_transaction:
                with transaction.atomic():
                    assert taken() == newest
                    assert connection.connection.info.transaction_status.name == "INTRANS"
            assert taken() == newest


def taken() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]
