"""The product as a browser has it: a demo with both apps built, and a Chromium."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

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
    """The ready-file of a demo with its apps: DEMO_READY_FILE names it, or it is one of ours."""
    webapps_build(print)
    running = os.environ.get("DEMO_READY_FILE")
    if running:
        yield Path(running)
        return
    folder = tmp_path_factory.mktemp("web")
    file = folder / "ready.json"
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--data", str(folder / "data"), "--ready-file",
         str(file), "--port", str(free_port())],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 180
        while not file.exists():
            assert demo.poll() is None, demo.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield file
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
