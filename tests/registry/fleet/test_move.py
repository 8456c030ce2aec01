"""A tenant moves to another server and back, whole, and whatever stops it loses nothing."""

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from psycopg.errors import InsufficientPrivilege

from kernel.jobs import defer
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from kernel.tenancy.unavailable import Unavailable, is_unavailable
from registry.archives.dump import migrations_of
from registry.archives.locks import ArchiveBusy, archive_lock
from registry.archives.shapes import schema_shaped
from registry.fleet import move as moving
from registry.fleet.freeze import freeze_lift
from registry.fleet.move import MoveFailed, MoveRefused, MoveUnfinished
from registry.fleet.transfer import TransferFailed, rows_transfer
from registry.models import Backup, Move, OwnerAction, Restoration
from registry.resolver import resolver
from tenants.journal.models import Event
from tests.registry.archives.business import business, event_write, sums
from tests.support.cast import cast
from tests.support.database import SOME_DAY, admin_connection
from tests.support.graphql import Api
from tests.support.moving import Heard, move, row
from tests.support.processes import manage
from tests.support.second import Second, another_server

ADDRESS = """mutation ($id: ID) { addressSave(input: {
  id: $id, position: {point: {latitude: 53.5, longitude: -1.5}},
  contactName: "Maya", phone: "+447946009300", text: "3 Lake Road"
}) { __typename ... on AddressSaveSuccess { address { id } } } }"""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is under way at the source here, whom the end of a move would wait for."""
    monkeypatch.setattr(moving, "GRACE_SECONDS", 0.0)


def schemas_on_main(tenant: TenantRef) -> list[str]:
    """Its schema and its role there, if they are."""
    with admin_connection() as admin:
        rows = admin.execute(
            "SELECT 'schema' FROM pg_namespace WHERE nspname = %(name)s"
            " UNION ALL SELECT 'role' FROM pg_roles WHERE rolname = %(name)s",
            {"name": tenant.schema},
        )
        return [what for (what,) in rows]


def moves(tenant: TenantRef) -> list[tuple[str, str]]:
    with platform_scope():
        return list(Move.objects.filter(tenant_id=tenant.id).values_list("target", "state"))


def jobs(connect: Callable[[], Any], tenant: TenantRef) -> list[tuple]:
    with connect() as admin:
        return admin.execute(
            "SELECT task_name, queueing_lock, args, attempts, scheduled_at"
            " FROM queue.procrastinate_jobs WHERE args ->> '_scope' = %s AND status = 'todo'"
            " ORDER BY id",
            [tenant.schema],
        ).fetchall()


def is_writable(tenant: TenantRef) -> bool:
    """By the role itself, and by the register."""
    now = row(tenant).ref()
    with tenant_scope(now), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_table_privilege(quote_ident(relname), 'INSERT'))"
            " FROM pg_class WHERE relkind = 'r' AND relname <> 'django_migrations'"
            " AND relnamespace = current_schema()::regnamespace"
        )
        return cursor.fetchone() == (True,) and not now.moving


# -- the good way ----------------------------------------------------------------------------------


def test_a_tenant_moves_there_and_back_whole(second: Second, gamma: TenantRef):
    shop = business(gamma)
    maya = shop.people.maya
    with tenant_scope(gamma):
        defer("tests.note", run_at=SOME_DAY, once="key", stream="x")
    before, waiting = sums(gamma), jobs(admin_connection, gamma)
    assert ("tests.note", f"{gamma.schema}:key") in [job[:2] for job in waiting]
    order = "{ orders(first: 5) { edges { node { number state stops { pin } } } } }"
    answer = maya.api.run(order)

    heard = Heard()
    done = move(gamma, "second", heard)
    there = row(gamma).ref()
    assert (there.server, there.moving, done.state) == ("second", False, Move.State.DONE)
    assert sums(there) == before == done.proof["tables"]
    assert {table.name: table.rows for table in heard.tables} == {
        name: table["rows"] for name, table in before.items()
    }
    assert done.read_only_seconds is not None and done.read_only_seconds > 0
    assert schemas_on_main(gamma) == [] and second.schemas() == {gamma.schema}
    assert jobs(second.admin, gamma) == waiting and jobs(admin_connection, gamma) == []
    # Its people notice nothing: same session, same orders, and what they write is kept.
    assert maya.api.run(order) == answer
    assert is_writable(gamma)
    number = Api("gamma.localhost").run("{ brand { currency } }")
    assert number == {"brand": {"currency": "GBP"}}

    back = move(gamma, "main")
    assert row(gamma).server == "main" and sums(gamma) == before
    assert second.schemas() == set() and schemas_on_main(gamma) == ["schema", "role"]
    assert jobs(admin_connection, gamma) == waiting and jobs(second.admin, gamma) == []
    assert maya.api.run(order) == answer and is_writable(gamma)
    with platform_scope():
        lines = OwnerAction.objects.filter(action="tenantMove", tenant_id=gamma.id)
        assert [line.data for line in lines.order_by("id")] == [
            {"from": "main", "to": "second", "digest": done.proof["digest"]},
            {"from": "second", "to": "main", "digest": back.proof["digest"]},
        ]


def test_identities_and_the_log_go_on_where_they_stood(second: Second, gamma: TenantRef):
    for number in (1, 2, 3):
        event_write(gamma, number)
    with tenant_scope(gamma), connections["default"].cursor() as cursor:
        cursor.execute("SELECT max(id) FROM journal_event")
        (last,) = cursor.fetchone()
    move(gamma, "second")
    event_write(row(gamma).ref(), 4)
    with tenant_scope(row(gamma).ref()), connections["default"].cursor() as cursor:
        cursor.execute("SELECT id FROM journal_event WHERE stream = 'x' AND seq = 4")
        assert cursor.fetchone() == (last + 1,)
        # Transaction ids are of the server that wrote them last.
        cursor.execute(
            "SELECT max(xid::text::bigint) <= pg_snapshot_xmax(pg_current_snapshot())"
            "::text::bigint FROM journal_event"
        )
        assert cursor.fetchone() == (True,)


def test_what_was_written_is_there_after_the_move_and_the_rest_was_refused(
    second: Second, gamma: TenantRef
):
    """Some write by the API and some straight into a table, all the time, there and back."""
    maya = cast(gamma).maya
    address = maya.api.run(ADDRESS, {"id": None})["addressSave"]["address"]["id"]
    answers: Counter[str] = Counter()
    written: list[int] = []
    refused: list[BaseException] = []
    numbers = count(1)
    stopping = threading.Event()

    def by_api() -> None:
        while not stopping.is_set():
            answer = maya.api.post(ADDRESS, {"id": address})
            errors = answer.get("errors")
            answers[errors[0]["extensions"]["code"] if errors else "written"] += 1
        connections.close_all()

    def by_row() -> None:
        while not stopping.is_set():
            number = next(numbers)
            tenant = resolver.by_schema(gamma.schema)
            assert tenant is not None
            try:
                event_write(tenant, number)
            except DatabaseError as error:
                refused.append(error)
            else:
                written.append(number)
        connections.close_all()

    threads = [threading.Thread(target=by) for by in (by_api, by_row) * 3]
    for thread in threads:
        thread.start()
    try:
        move(gamma, "second")
        move(gamma, "main")
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert set(answers) == {"written", "TENANT_MOVING"}
    assert written and refused
    for error in refused:
        assert isinstance(error.__cause__, InsufficientPrivilege) or is_unavailable(error)
    with tenant_scope(row(gamma).ref()):
        there = set(Event.objects.filter(stream="x").values_list("seq", flat=True))
    assert there == set(written)


# -- refused ---------------------------------------------------------------------------------------


@contextmanager
def nothing_happens(tenant: TenantRef, second: Second) -> Iterator[None]:
    before = (sums(tenant), moves(tenant), second.schemas(), row(tenant).server)
    yield
    assert (sums(tenant), moves(tenant), second.schemas(), row(tenant).server) == before
    assert is_writable(tenant)


def test_a_move_that_cannot_be_is_refused_in_a_line(second: Second, gamma: TenantRef):
    with nothing_happens(gamma, second):
        for slug, to, says in (
            ("nobody", "second", "no operator called nobody"),
            ("gamma", "third", "no database server is called third"),
            ("gamma", "main", "lives on main already"),
        ):
            with pytest.raises(MoveRefused, match=says):
                move(replace(gamma, slug=slug), to)
        with archive_lock(gamma.id), pytest.raises(MoveRefused, match="under way"):
            move(gamma, "second")
        with second.admin() as admin:
            admin.execute("DROP EXTENSION pg_trgm")
        with pytest.raises(MoveRefused, match="lacks the extensions pg_trgm"):
            move(gamma, "second")
        with second.admin() as admin:
            admin.execute("CREATE EXTENSION pg_trgm SCHEMA extensions")


def test_a_server_that_is_down_or_not_prepared_is_refused(second: Second, gamma: TenantRef):
    with nothing_happens(gamma, second), another_server("third") as third:
        with third.admin() as admin:
            admin.execute("DROP SCHEMA queue CASCADE")
        with pytest.raises(MoveRefused, match=r"schema queue absent; .* --server third"):
            move(gamma, "third")
        third.server.stop()
        with pytest.raises(MoveRefused, match="third: cannot be reached"):
            move(gamma, "third")


def test_a_schema_of_unknown_origin_is_left_alone(second: Second, gamma: TenantRef):
    with second.admin() as admin:
        admin.execute(f"CREATE SCHEMA {gamma.schema} AUTHORIZATION daiqu_owner")
        admin.execute(f"CREATE TABLE {gamma.schema}.precious AS SELECT 1 AS one")
    with nothing_happens(gamma, second), pytest.raises(MoveRefused, match="unknown origin"):
        move(gamma, "second")
    with second.admin() as admin:
        assert admin.execute(f"SELECT one FROM {gamma.schema}.precious").fetchone() == (1,)


def test_a_tenant_with_a_restored_schema_beside_its_own_stays(second: Second, gamma: TenantRef):
    with platform_scope():
        backup = Backup.objects.create(tenant_id=gamma.id, kind="on_demand", started_at=SOME_DAY)
        Restoration.objects.create(
            tenant_id=gamma.id, backup=backup, schema_name="t_beside", started_at=SOME_DAY
        )
    with nothing_happens(gamma, second), pytest.raises(MoveRefused, match="restored schema"):
        move(gamma, "second")


# -- stopped half-way ------------------------------------------------------------------------------


def test_checksums_that_differ_stop_it_and_nothing_stays_there(second: Second, gamma: TenantRef):
    """A column that keeps the same text in another form: the sums are of what was kept."""
    target = replace(gamma, server="second")
    with tenant_scope(gamma), connections["owner"].cursor() as cursor:
        migrations = migrations_of(cursor, gamma.schema)
    schema_shaped(target, migrations)
    with second.admin() as admin:
        admin.execute(f"ALTER TABLE {gamma.schema}.access_role ALTER COLUMN name TYPE char(200)")
    with pytest.raises(TransferFailed, match="checksums differ: access_role"):
        rows_transfer(gamma, target, migrations=migrations, watch=Heard())
    assert all(table["rows"] == 0 for table in sums(target).values())
    with pytest.raises(TransferFailed, match="another release"):
        rows_transfer(gamma, target, migrations=migrations[1:], watch=Heard())


def test_a_target_that_dies_half_way_leaves_everything_as_it_was(second: Second, gamma: TenantRef):
    shop = business(gamma)
    before, waiting = sums(gamma), jobs(admin_connection, gamma)
    with another_server("third") as third:
        for dying in ("Making its schema", "access_person", "The same rows"):

            def die(said: str, dying: str = dying) -> None:
                if said.startswith(dying):
                    third.kill()

            with pytest.raises((MoveFailed, MoveUnfinished), match="went away") as stopped:
                move(gamma, "third", Heard(die))
            third.start()
            if isinstance(stopped.value, MoveUnfinished):
                break
            assert row(gamma).server == "main" and is_writable(gamma)
            assert sums(gamma) == before and jobs(admin_connection, gamma) == waiting
            assert shop.people.maya.api.run("{ brand { currency } }")
            assert moves(gamma)[0] == ("third", "failed")
        # What was left over there is thrown away, and the next run ends well.
        done = move(gamma, "third")
        assert done.state == Move.State.DONE and sums(row(gamma).ref()) == before
        move(gamma, "main")
        assert sums(gamma) == before and third.schemas() == set()


def test_a_source_that_dies_half_way_is_writable_after_the_next_run(
    second: Second, gamma: TenantRef
):
    move(gamma, "second")
    before = sums(row(gamma).ref())

    def die(said: str) -> None:
        if said == "access_person":
            second.kill()

    with pytest.raises(MoveFailed, match="read-only until"):
        move(gamma, "main", Heard(die))
    assert row(gamma).server == "second" and schemas_on_main(gamma) == []
    # The tenant is unreachable, and says so.
    response = Api("gamma.localhost").client.post(
        "/graphql", {"query": "{ brand { currency } }"}, content_type="application/json"
    )
    assert response.status_code == 503 and response.headers["Retry-After"] == "5"
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE", "retryAfterSeconds": 5}
    assert Api("alpha.localhost").run("{ brand { currency } }")
    with pytest.raises(Unavailable):
        freeze_lift(gamma.id)
    second.start()
    assert row(gamma).ref().moving
    freeze_lift(gamma.id)
    assert is_writable(gamma) and sums(row(gamma).ref()) == before
    move(gamma, "main")
    assert sums(gamma) == before and second.schemas() == set()


def test_a_source_that_cannot_be_cleaned_is_cleaned_by_the_next_run(
    second: Second, gamma: TenantRef
):
    move(gamma, "second")

    def die(said: str) -> None:
        if said.startswith("Cleaning"):
            second.kill()

    with pytest.raises(MoveUnfinished, match="second could not be cleaned"):
        move(gamma, "main", Heard(die))
    assert row(gamma).server == "main" and is_writable(gamma)
    second.start()
    assert second.schemas() == {gamma.schema}
    done = move(gamma, "main")
    assert done.state == Move.State.DONE and second.schemas() == set()


@pytest.mark.parametrize(
    "step", ["Freezing", "  access_person", "Switching", "Writable again", "Cleaning"]
)
def test_a_move_killed_at_any_step_goes_on_when_run_again(
    second: Second, gamma: TenantRef, step: str
):
    shop = business(gamma)
    before, waiting = sums(gamma), jobs(admin_connection, gamma)
    killed(gamma, step, **second.environment)
    # Whatever it was at: its people can read, and there is one truth.
    assert shop.people.maya.api.run("{ brand { currency } }")
    assert sums(row(gamma).ref()) == before
    done = move(gamma, "second")
    assert done.state == Move.State.DONE
    assert sums(row(gamma).ref()) == before and is_writable(gamma)
    assert schemas_on_main(gamma) == [] and jobs(admin_connection, gamma) == []
    assert jobs(second.admin, gamma) == waiting
    assert all(state in ("done", "failed") for _, state in moves(gamma))


def test_what_a_killed_move_left_frozen_can_be_lifted_alone(second: Second, gamma: TenantRef):
    """As `fleet doctor --mend` does."""
    maya = cast(gamma).maya
    killed(gamma, "  ", **second.environment)
    assert row(gamma).ref().moving
    answer = maya.api.post(ADDRESS, {})
    assert answer["errors"][0]["extensions"]["code"] == "TENANT_MOVING"
    with archive_lock(gamma.id):  # nobody is at work on it
        freeze_lift(gamma.id)
    assert is_writable(gamma)
    assert maya.api.run(ADDRESS, {})["addressSave"]["__typename"] == "AddressSaveSuccess"


def killed(tenant: TenantRef, step: str, **environment: str) -> None:
    """Run the command, and kill it without a warning once it says `step`."""
    command = ("fleet", "move", tenant.slug, "--to", "second")
    with manage(*command, output=subprocess.PIPE, **environment) as process:
        assert process.stdout is not None
        said = next((line for line in process.stdout if line.decode().startswith(step)), None)
        assert said is not None
        process.kill()
        process.wait()
    # The server needs a moment to find out, and then lets go of the process's lock.
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with suppress(ArchiveBusy), archive_lock(tenant.id):
            return


def test_the_command_says_what_it_does_and_what_to_do_next(
    second: Second, gamma: TenantRef, capsys: pytest.CaptureFixture[str]
):
    business(gamma)
    call_command("fleet", "move", "gamma", "--to", "second")
    said = capsys.readouterr().out
    for part in (
        "Checking second",
        "Freezing gamma",
        "  access_person: ",
        "The same rows on both sides: ",
        "Writable again, on second, after ",
        "gamma lives on second. Proof: ",
    ):
        assert part in said
    with pytest.raises(CommandError, match="gamma lives on second already"):
        call_command("fleet", "move", "gamma", "--to", "second")
