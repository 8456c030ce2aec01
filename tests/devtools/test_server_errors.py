"""What can be wrong with a server, its place or its port, and that one line says so."""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from devtools.servers import process
from devtools.servers.postgres import PostgresServer
from devtools.servers.process import Server
from devtools.servers.valkey import ValkeyServer
from tests.devtools.serving import (
    ROOT,
    WHEELS,
    forget_wheels,
    keep,
    kept,
    line,
    refusal,
    root_only,
    small_disk,
)


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
    assert make(data_dir=Path.home() / "x").data_dir.parent == Path("/var/lib/daiqu")
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
