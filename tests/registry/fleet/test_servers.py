"""Servers are prepared, listed and looked at; a tenant's moves are for its owner's eyes."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from kernel.jobs import defer
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.fleet import move as moving
from registry.models import Tenant
from registry.servers import ServerLook, login, server_look, servers
from tests.support.cast import cast, olga
from tests.support.moving import move, row
from tests.support.second import Second, another_server


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    try:
        call_command("fleet", "servers", "--json")
    finally:
        said = {one["server"]: one for one in json.loads(capsys.readouterr().out)}
    return said


def test_a_server_is_prepared_by_the_command_and_again_without_harm(
    second: Second, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with second.admin() as admin:
        admin.execute("DROP SCHEMA queue CASCADE")
    look = server_look("second")
    assert look.problem == "schema queue absent; run: manage.py database prepare --server second"
    with pytest.raises(CommandError, match="set DATABASE_ADMIN_URL_SECOND"):
        call_command("database", "prepare", "--server", "second")
    monkeypatch.setenv("DATABASE_ADMIN_URL_SECOND", second.server.url)
    monkeypatch.setenv("DATABASE_ADMIN_URL_THIRD", second.server.url)
    with pytest.raises(CommandError, match="no database server is called third"):
        call_command("database", "prepare", "--server", "third")
    for _ in range(2):
        call_command("database", "prepare", "--server", "second")
    assert "Next: manage.py fleet servers" in capsys.readouterr().out
    assert server_look("second").problem is None
    with second.admin() as admin:  # nothing of the register is there
        assert admin.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        ).fetchone() == (0,)


def test_servers_are_listed_with_who_lives_there(
    second: Second, gamma: TenantRef, capsys: pytest.CaptureFixture[str]
):
    found = listed(capsys)
    assert list(found) == ["main", "second"] == servers()
    assert [one["problem"] for one in found.values()] == [None, None]
    assert (found["main"]["operators"], found["second"]["operators"]) == (3, 0)
    assert {"btree_gist", "pg_trgm"} <= found["second"]["extensions"].keys()
    with platform_scope():
        Tenant.objects.filter(id=gamma.id).update(server="gone")
    with pytest.raises(CommandError, match="look after gone"):
        call_command("fleet", "servers")
    assert "not among DATABASE_SERVERS" in " ".join(capsys.readouterr().out.split())
    with platform_scope():
        Tenant.objects.filter(id=gamma.id).update(server="main")


def test_a_server_that_is_down_is_named(capsys: pytest.CaptureFixture[str]):
    with another_server("third") as third:
        third.server.stop()
        with pytest.raises(CommandError, match="look after third"):
            call_command("fleet", "servers")
        look = server_look("third")
        assert isinstance(look, ServerLook) and look.version is None
        assert look.problem is not None and look.problem.startswith("cannot be reached: ")
        # Its password is nowhere in what is said.
        assert login("third")["password"] not in look.problem


def test_the_owner_sees_where_a_tenant_lives_and_how_it_came_there(
    second: Second, gamma: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(moving, "GRACE_SECONDS", 0.0)
    ines = cast(gamma).ines
    done = move(gamma, "second")
    tenants = """{ tenants(first: 10) { edges { node { slug server
        serverMoves { source target state readOnlySeconds digest error finishedAt }
    } } } }"""
    nodes = {
        edge["node"]["slug"]: edge["node"] for edge in olga().api.run(tenants)["tenants"]["edges"]
    }
    assert nodes["alpha"] == {"slug": "alpha", "server": "main", "serverMoves": []}
    (told,) = nodes["gamma"]["serverMoves"]
    assert told.pop("finishedAt") is not None
    assert told == {
        "source": "main",
        "target": "second",
        "state": "DONE",
        "readOnlySeconds": done.read_only_seconds,
        "digest": done.proof["digest"],
        "error": "",
    }
    assert ines.api.error_code(tenants) == "WRONG_HOST"


def test_a_tenants_job_is_deferred_with_its_rows(
    second: Second, gamma: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    """On another server too, a rolled back transaction takes its jobs along."""

    monkeypatch.setattr(moving, "GRACE_SECONDS", 0.0)
    move(gamma, "second")
    there = row(gamma).ref()
    with tenant_scope(there):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            defer("tests.note", stream="undone")
            raise ZeroDivisionError
        defer("tests.note", stream="kept")
    with second.admin() as admin:
        assert admin.execute(
            "SELECT args ->> 'stream' FROM queue.procrastinate_jobs WHERE task_name = 'tests.note'"
        ).fetchall() == [("kept",)]
