"""The demo's own processes: started in order, ended in reverse, gone when the demo is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from devtools.demo.environment import DemoError

ROOT = Path(__file__).resolve().parents[3]
STOP_SECONDS = 15.0
WATCH_SECONDS = 0.5


class Parts:
    """Child processes that share an environment and the terminal, or write to a `log`."""

    def __init__(self, environment: dict[str, str], *, log: IO[bytes] | None = None) -> None:
        self._environment = environment
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> int:
        """Start `python COMMAND…` beside us, to die with us even after kill -9; answers its id."""
        # A session of its own: Ctrl-C reaches only us, and we end the parts in order.
        part = self._running[name] = subprocess.Popen(
            [sys.executable, "-m", "devtools.demo.follow", str(os.getpid()), *command],
            cwd=ROOT,
            env={**self._environment, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        return part.pid

    def run(self, name: str, *command: str) -> None:
        """Run `python COMMAND…` to its end. Raises `DemoError` when it fails."""
        self.start(name, *command)
        code = self._running.pop(name).wait()
        if code != 0:
            raise DemoError(f"{name} failed with exit code {code}; see above")

    def check(self) -> None:
        """Raises `DemoError` when a part has ended by itself."""
        for name, part in self._running.items():
            if part.poll() is not None:
                raise DemoError(f"{name} ended with exit code {part.returncode}; see above")

    def finish(self) -> Iterator[None]:
        """Wait until every part has come to its end, yielding now and then.

        Raises `DemoError` when one fails.
        """
        while self._running:
            for name, part in list(self._running.items()):
                code = part.poll()
                if code:
                    raise DemoError(f"{name} failed with exit code {code}; see above")
                if code == 0:
                    del self._running[name]
            time.sleep(WATCH_SECONDS)
            yield

    def stop(self) -> None:
        """End every part, the last started first; by force after STOP_SECONDS."""
        for part in reversed(self._running.values()):
            if part.poll() is not None:
                continue
            part.send_signal(signal.SIGTERM)
            try:
                part.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()
        self._running.clear()
