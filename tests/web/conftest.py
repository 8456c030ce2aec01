"""The product as a browser has it: a demo with both apps built, and a Chromium."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from devtools.servers.process import free_port
from devtools.webapps import webapps_build

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OURS = ("DATABASE_", "REDIS_", "SECRET_", "MASTER_", "TEST_", "DJANGO_", "MEDIA_", "PYTEST_")


@pytest.fixture(scope="session")
def chromium() -> str:
    """An installed browser. Skips where there is none, unless REQUIRE_BROWSER is set."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(f"none of {', '.join(BROWSERS)} is installed")
    if found is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    return found


@pytest.fixture(scope="session")
def ready(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The ready-file of a demo with its apps: DEMO_READY_FILE names it, or it is one of ours.

    One demo for all workers of a run: the first to ask starts it, the last to leave stops it.
    """
    webapps_build(print)
    running = os.environ.get("DEMO_READY_FILE")
    if running:
        yield Path(running)
        return
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "web"
    folder.mkdir(exist_ok=True)
    visitor = folder / f"visitor-{os.getpid()}"
    with _alone(folder):
        if not any(folder.glob("visitor-*")):
            _demo_start(folder)
        visitor.touch()
    try:
        yield folder / "ready.json"
    finally:
        with _alone(folder):
            visitor.unlink()
            if not any(folder.glob("visitor-*")):
                _demo_stop(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _demo_start(folder: Path) -> None:
    """Start it and wait until it answers; its pid lies beside its ready-file."""
    file = folder / "ready.json"
    file.unlink(missing_ok=True)
    with (folder / "printed").open("wb") as printed:
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--data", str(folder / "data"), "--ready-file",
             str(file), "--port", str(free_port())],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith(OURS)},
            stdout=printed,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    (folder / "pid").write_text(str(demo.pid))
    deadline = time.monotonic() + 180
    while not file.exists():
        assert demo.poll() is None, (folder / "printed").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _demo_stop(folder: Path) -> None:
    """Stop it, whichever process has started it; a demo that has ended is gone or a zombie."""
    pid = int((folder / "pid").read_text())
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.2)
    raise AssertionError("the demo does not stop")
