"""The connection follows the tenant to its server; no server's trouble is another's."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pytest
from django.db import OperationalError, ProgrammingError, connection, connections, transaction
from pytest_django import Settings

from kernel.tenancy import (
    NoScope,
    TenantRef,
    in_platform,
    in_tenant,
    platform_scope,
    tenant_scope,
)
from kernel.tenancy.postgresql.base import ScopeChanged
from kernel.tenancy.postgresql.pool import SCHEMAS_PER_BACKEND
from kernel.tenancy.unavailable import (
    ServerUnavailable,
    TenantElsewhere,
    Unavailable,
    is_unavailable,
)
from registry.fleet import nobody
from registry.resolver import resolver
from registry.schemas import schema_create, schema_drop
from tests.support.second import Second

_numbers = count(1)


def ask(statement: str, alias: str = "default") -> tuple:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def where(alias: str = "default") -> tuple:
    """Role, schema and port: who speaks, to what, and on which server."""
    return ask("SELECT current_user, current_schema(), inet_server_port()", alias)


def schema_made(second: Second, name: str, *, row: str = "") -> None:
    """A schema with its role and one table, as the owner makes them."""
    with second.admin() as admin:
        admin.execute(f"CREATE ROLE {name} NOLOGIN")
        admin.execute(f"GRANT {name} TO daiqu_app WITH INHERIT FALSE, SET TRUE")
        admin.execute(f"CREATE SCHEMA {name} AUTHORIZATION daiqu_owner")
        admin.execute(f"GRANT USAGE ON SCHEMA {name} TO {name}")
        admin.execute(f"CREATE TABLE {name}.word AS SELECT '{row}'::text AS word")
        admin.execute(f"GRANT SELECT, INSERT ON {name}.word TO {name}")


@pytest.fixture
def gamma(second: Second, alpha: TenantRef) -> Iterator[TenantRef]:
    """A tenant of the second server, as the connection knows it."""
    schema = f"t_servers_{next(_numbers)}"
    schema_made(second, schema, row="gamma")
    yield replace(alpha, slug="gamma", schema=schema, server=second.name)
    connections.close_all()


@contextmanager
def stopped(second: Second) -> Iterator[None]:
    second.server.stop()
    try:
        yield
    finally:
        second.start()


def test_the_scope_says_on_which_server_a_statement_runs(
    second: Second, alpha: TenantRef, gamma: TenantRef
):
    main = connections.settings["default"]["PORT"]
    for _ in range(3):
        with tenant_scope(gamma):
            assert where() == (gamma.schema, gamma.schema, second.server.port)
            assert ask("SELECT word FROM word") == ("gamma",)
            assert where("owner") == ("daiqu_owner", gamma.schema, second.server.port)
        with tenant_scope(alpha):
            assert where() == (alpha.schema, alpha.schema, main)
            assert ask("SELECT currency FROM brand_settings") == ("CNY",)
        with platform_scope():
            assert where() == ("daiqu_platform", "public", main)
            assert where("owner") == ("daiqu_owner", "public", main)


def test_the_wall_stands_on_every_server(second: Second, gamma: TenantRef):
    schema_made(second, "t_neighbour", row="secret")
    with tenant_scope(gamma):
        for statement in (
            "SELECT * FROM t_neighbour.word",
            "SELECT * FROM queue.procrastinate_jobs",
            "SELECT set_config('role', 'none', false)",
            "CREATE TABLE mine (id int)",
            "DO $$ BEGIN RESET ROLE; END $$",
        ):
            with pytest.raises(Exception, match=r"denied|permission"):
                ask(statement)
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        assert where()[:2] == (gamma.schema, gamma.schema)


def test_a_transaction_belongs_to_one_server(gamma: TenantRef, alpha: TenantRef):
    for first, other in ((gamma, alpha), (alpha, gamma)):
        with tenant_scope(first), transaction.atomic():
            # Before its first statement too: the transaction is open already, over there.
            with pytest.raises(ScopeChanged), tenant_scope(other):
                where()
            assert where()[0] == first.schema
    with tenant_scope(gamma):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO word VALUES ('undone')")
            raise ZeroDivisionError
        assert ask("SELECT count(*) FROM word") == (1,)


def test_no_scope_is_an_error_wherever_the_connection_stands(gamma: TenantRef):
    with tenant_scope(gamma):
        where()
        where("owner")
    with pytest.raises(NoScope):
        where()
    # Commands of django-tenants' work on the owner's alias without a scope: on the main server.
    assert where("owner")[2] == connections.settings["owner"]["PORT"]


def test_the_owners_session_is_kept_while_it_works_on_another_server(gamma: TenantRef):
    """Commands hold advisory locks, which last as long as their session."""
    with platform_scope():
        mine = ask("SELECT pg_backend_pid()", "owner")
    with tenant_scope(gamma):
        there = ask("SELECT pg_backend_pid()", "owner")
    with platform_scope():
        assert ask("SELECT pg_backend_pid()", "owner") == mine
    with tenant_scope(gamma):
        assert ask("SELECT pg_backend_pid()", "owner") == there
    connections["owner"].close()
    with tenant_scope(gamma):
        assert ask("SELECT pg_backend_pid()", "owner") != there


def test_threads_and_tasks_on_two_servers_at_once(
    second: Second, alpha: TenantRef, gamma: TenantRef
):
    def one(number: int) -> bool:
        tenant = (alpha, gamma)[number % 2]
        try:
            with tenant_scope(tenant):
                return where()[0] == tenant.schema
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(one, range(400)))

    async def tasks() -> list[tuple]:
        return await asyncio.gather(*(in_tenant((alpha, gamma)[n % 2], where) for n in range(60)))

    answers = asyncio.run(tasks())
    assert [answer[0] for answer in answers] == [alpha.schema, gamma.schema] * 30
    assert asyncio.run(in_platform(where))[1] == "public"


def test_a_server_that_is_down_is_its_own_tenants_trouble(
    second: Second, alpha: TenantRef, gamma: TenantRef
):
    with tenant_scope(gamma):
        where()
    with stopped(second):
        connections.close_all()
        with tenant_scope(gamma):
            for _ in range(3):
                with pytest.raises(ServerUnavailable, match="second"):
                    where()
                with pytest.raises(ServerUnavailable, match="second"):
                    where("owner")
            with pytest.raises(ServerUnavailable), transaction.atomic():
                where()
        with tenant_scope(alpha):
            assert where()[0] == alpha.schema
            with transaction.atomic():
                assert ask("SELECT currency FROM brand_settings") == ("CNY",)
    with tenant_scope(gamma):
        assert where()[2] == second.server.port  # at once, no back-off to wait for
        assert where("owner")[2] == second.server.port


def test_callers_of_a_server_that_is_down_are_told_and_do_not_wait_for_a_turn(
    second: Second, gamma: TenantRef
):
    """More at a time than the pool has connections: none of them is told that all are in use."""

    def told(_: int) -> str:
        try:
            with tenant_scope(gamma):
                where()
        except ServerUnavailable as error:
            return str(error)
        finally:
            connections.close_all()
        return "answered"

    with tenant_scope(gamma):
        where()
    with stopped(second), ThreadPoolExecutor(32) as threads:
        assert set(threads.map(told, range(160))) == {"second refuses connections"}


def test_a_restart_between_two_requests_is_not_noticed(second: Second, gamma: TenantRef):
    """The pool is full of connections that are dead by now; none of them is handed out."""
    barrier = threading.Barrier(8, timeout=10)

    def hold(_: int) -> None:
        with tenant_scope(gamma):
            where()
            barrier.wait()
        connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hold, range(8)))
    with stopped(second):
        pass
    for _ in range(10):
        with tenant_scope(gamma):
            assert where()[0] == gamma.schema
        connections.close_all()


def test_a_connection_that_breaks_in_use_is_known_for_what_it_is(
    second: Second, alpha: TenantRef, gamma: TenantRef
):
    with tenant_scope(gamma):
        (pid,) = ask("SELECT pg_backend_pid()")
        with second.admin() as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with pytest.raises(OperationalError) as broken:
            where()
        assert is_unavailable(broken.value)
        connections.close_all()
        assert where()[0] == gamma.schema
        with pytest.raises(OperationalError) as slow, transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO 1")
                cursor.execute("SELECT pg_sleep(1)")
        assert not is_unavailable(slow.value)


def test_a_role_that_was_dropped_and_made_again_is_taken_anew(second: Second, gamma: TenantRef):
    """As after a move away and back, while this process's sessions still have the old one."""

    def made_again() -> None:
        with second.admin() as admin:
            admin.execute(f"DROP SCHEMA {gamma.schema} CASCADE")
            admin.execute(f"DROP ROLE {gamma.schema}")
        schema_made(second, gamma.schema, row="again")

    with tenant_scope(gamma):
        assert ask("SELECT word FROM word") == ("gamma",)
        made_again()
        resolver.clear()  # which a change of the register does
        assert ask("SELECT word FROM word") == ("again",)
        made_again()
        with pytest.raises(ProgrammingError) as unheard:
            where()
        assert is_unavailable(unheard.value)
        assert where()[0] == gamma.schema


def test_a_tenant_that_is_not_on_its_server_any_more(second: Second, gamma: TenantRef):
    gone = replace(gamma, schema="t_gone")
    with tenant_scope(gone), pytest.raises(TenantElsewhere):
        where()
    with tenant_scope(gamma):
        assert where()[0] == gamma.schema
    with tenant_scope(replace(gamma, server="third")), pytest.raises(Unavailable, match="third"):
        where()
    with tenant_scope(gamma):
        assert where()[0] == gamma.schema


def test_a_backend_is_given_up_before_it_remembers_too_many_schemas(
    second: Second, alpha: TenantRef
):
    """A backend keeps 1 to 4 MB of each schema for ever: it is replaced, and bounded by that."""
    count = 2 * SCHEMAS_PER_BACKEND + 20
    schemas = [f"t_many_{number}" for number in range(count)]
    with second.admin() as admin:
        for schema in schemas:
            admin.execute(f"CREATE ROLE {schema} NOLOGIN")
            admin.execute(f"GRANT {schema} TO daiqu_app WITH INHERIT FALSE, SET TRUE")
    ref = replace(alpha, server=second.name)
    connection.close_pool()  # or what others left there would take turns
    seen: dict[int, int] = {}
    for schema in schemas:
        with tenant_scope(replace(ref, schema=schema)):
            (pid,) = ask("SELECT pg_backend_pid()")
        seen[pid] = seen.get(pid, 0) + 1
        connections.close_all()  # as at the end of a request
    assert max(seen.values()) <= SCHEMAS_PER_BACKEND + 1
    worn = [pid for pid, number in seen.items() if number > SCHEMAS_PER_BACKEND]
    assert worn
    # They are gone from the server as well, once their processes have ended.
    end = time.monotonic() + 10
    while (there := second.backends(worn)) and time.monotonic() < end:
        time.sleep(0.05)
    assert there == 0


def test_citus_is_told_where_a_tenants_schema_is_made_and_nowhere_else(
    second: Second, settings: Settings
):
    """To a PostgreSQL without Citus these settings mean nothing; the schema is as any other."""
    with second.admin() as admin:
        admin.execute("CREATE SCHEMA told")
        admin.execute("GRANT USAGE ON SCHEMA told TO PUBLIC")
        admin.execute("CREATE TABLE told.made (sharding text, triggers text)")
        admin.execute("GRANT INSERT ON told.made TO PUBLIC")
        admin.execute(
            """
            CREATE FUNCTION told.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO told.made VALUES (
                    current_setting('citus.enable_schema_based_sharding', true),
                    current_setting('citus.enable_unsafe_triggers', true)
                );
            END $$
            """
        )
        admin.execute(
            "CREATE EVENT TRIGGER told ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA')"
            " EXECUTE FUNCTION told.note()"
        )
    try:
        schema_create("t_plain", "second")
        settings.CITUS_SERVERS = ["second"]
        schema_create("t_citus", "second")
        schema_create("t_elsewhere")
    finally:
        schema_drop("t_elsewhere")
        with second.admin() as admin:
            told = admin.execute("SELECT * FROM told.made").fetchall()
            roles = admin.execute(
                "SELECT rolname, rolcanlogin, rolpassword IS NULL FROM pg_authid"
                " WHERE rolname LIKE 't\\_%' ORDER BY 1"
            ).fetchall()
            admin.execute("DROP EVENT TRIGGER told")
            admin.execute("DROP SCHEMA told CASCADE")
    assert told == [(None, None), ("on", "on")]
    assert roles == [("t_citus", True, True), ("t_plain", False, True)]
    with tenant_scope(nobody("t_citus", "second")):
        assert ask("SELECT count(*) FROM ledger_entry") == (0,)
