"""Servers, and processes that start them."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from devtools.servers.postgres import PostgresServer
from devtools.servers.process import Account, Server
from devtools.servers.valkey import ValkeyServer
from tests.devtools.serving import (
    PARENT,
    PLATFORM,
    ROOT,
    children,
)


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


@pytest.fixture
def spawned() -> Callable[[], set[int]]:
    """Returns the processes that the test started."""
    before = children(os.getpid())
    return lambda: children(os.getpid()) - before


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
