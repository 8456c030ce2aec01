"""The demo as its user has it: two commands' worth of product, and a clean end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from devtools.servers.process import free_port

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_", "REDIS_", "SECRET_", "MASTER_", "TEST_", "DJANGO_", "MEDIA_", "PYTEST_")


def environment() -> dict[str, str]:
    """Ours without what the test run set: the demo is to find its own way."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@contextmanager
def demo(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The demo on `data`, with its ready-file's path; killed on leaving if still there."""
    ready = next(p for p in data.parents if p.is_dir()) / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "manage.py", "demo", "--data", str(data), "--ready-file", str(ready)]
    running = subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield running, ready
    finally:
        running.kill()
        running.communicate()


def wait_until_ready(running: subprocess.Popen[str], ready: Path) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while not ready.exists():
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return json.loads(ready.read_text())


def ask(place: dict[str, str], document: str, token: str | None = None) -> Any:
    headers = (
        {"Host": place["host"], "Authorization": f"Bearer {token}"}
        if token
        else {"Host": place["host"]}
    )
    answer = httpx.post(
        f"http://{place['connect']}/graphql", json={"query": document}, headers=headers
    ).json()
    assert "errors" not in answer, answer
    return answer["data"]


SIGN_IN = """mutation {{
  signInWithPassword(input: {{email: "{identifier}", password: "{secret}"}}) {{
    ... on SignInSuccess {{ token }}
  }}
}}"""


BOARD = "{ orders(first: 50) { totalCount edges { node { number state } } } }"


def board(told: dict[str, Any]) -> Any:
    """What the second operator's administrator sees."""
    home = told["tenants"][1]
    (login,) = (
        login
        for login in told["logins"]
        if login["role"] == "administrator" and login["host"] == "hearth.localhost"
    )
    token = ask(home, SIGN_IN.format(**login))["signInWithPassword"]["token"]
    return ask(home, BOARD, token)


def command(data: Path, *arguments: str) -> str:
    """What a command of `manage.py` in another terminal says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**environment(), "ENV_FILE": str(data / "demo.env")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_it_serves_stops_keeps_its_data_and_leaves_nothing_behind(tmp_path: Path):
    data, port = tmp_path / "data", free_port()
    with demo(data, "--port", str(port)) as (running, ready):
        told = wait_until_ready(running, ready)
        assert told["platform"]["connect"] == f"127.0.0.1:{port}"
        assert [tenant["slug"] for tenant in told["tenants"]] == ["qinghe", "hearth"]
        campus, home = told["tenants"]
        assert ask(campus, "{ brand { currency } }") == {"brand": {"currency": "CNY"}}
        assert ask(home, "{ brand { currency } }") == {"brand": {"currency": "GBP"}}
        first = {"host": f"localhost:{port}", "connect": campus["connect"]}
        assert ask(first, "{ brand { currency } }") == {"brand": {"currency": "CNY"}}
        before = board(told)
        assert before["orders"]["totalCount"] > 5
        assert (data / "demo.env").stat().st_mode & 0o777 == 0o600
        assert "| second" in command(data, "fleet", "servers").replace("│", "|")
        assert "hearth lives on second" in command(
            data, "fleet", "move", "hearth", "--to", "second"
        )
        assert board(told) == before
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=30)
        assert running.returncode == 0, said
        assert said.strip().endswith("Stopped.")
        assert not ready.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0

    with demo(data, "--port", str(port)) as (running, ready):
        assert board(wait_until_ready(running, ready)) == before
        children = psutil.Process(running.pid).children(recursive=True)
        assert len(children) > 4
        running.kill()
        running.wait()
        _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with demo(tmp_path / "data", "--port", port) as (running, _):
            said, _ = running.communicate(timeout=60)
    assert running.returncode != 0
    assert said.strip().splitlines() == [
        f"CommandError: port {port}: Address already in use; choose another with --port"
    ]
    (tmp_path / "file").touch()
    with demo(tmp_path / "file" / "data", "--port", str(free_port())) as (running, _):
        said, _ = running.communicate(timeout=60)
    assert running.returncode != 0
    assert len(said.strip().splitlines()) == 1, said
    assert "Not a directory; choose another folder with --data" in said
