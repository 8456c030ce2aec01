"""The product's own web server, in a process of its own, for clients that nobody here wrote."""

import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from devtools.servers.process import free_port
from tests.support.processes import process

START_SECONDS = 30


@pytest.fixture(scope="session", params=["0", "1"], ids=["by graphql-core", "lowered"])
def web_port(request: pytest.FixtureRequest, _worker_database: None) -> Iterator[int]:
    """granian serves config.wsgi on this port of 127.0.0.1, as in production; with LOWERING too."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
        *("--host", "127.0.0.1", "--blocking-threads", "2", "--no-log"),
        "config.wsgi:application",
    ]
    with process(command, LOWERING=request.param) as server:
        wait_until_up(port, server)
        yield port


def wait_until_up(port: int, server) -> None:
    """Returns once the server answers. Raises `AssertionError` when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the web server ended"
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the web server did not come up")
