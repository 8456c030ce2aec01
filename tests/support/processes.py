"""Server processes of a test: started with its environment, ended by the ids that were started."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def manage(
    *arguments: str, output: IO[bytes] | None = None, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py ARGUMENTS` on the worker's own database, killed on leaving if still there."""
    command = [sys.executable, "manage.py", *arguments]
    with process(command, output=output, **environment) as started:
        yield started


@contextmanager
def process(
    command: list[str], *, output: IO[bytes] | None = None, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Any command in the project's folder, with the settings of the running test.

    What it prints goes to `output`, if given. What it starts ends on leaving at the latest.
    """
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        stdout=output,
        stderr=output,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
            "TEST_WORKER_DATABASE": settings.WORKER_DATABASE,
            **environment,
        },
    )
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):  # it has ended, and all that it started
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
