"""Lines of the log on their way out: those of a moment are written at once."""

import atexit
import os
import threading
import time
from collections import deque
from typing import Final

GATHER_SECONDS: Final = 0.1


class GatheredLines:
    """What a logger writes to, in front of the file with this descriptor.

    Each write to a file lets all other threads run first, which takes longer than all else about a
    line; so a thread writes, ten times a second while there is something. At the end of the process
    nothing is left; of one that is killed the last tenth of a second may be.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # what is left here is the parent's

    def _begin(self) -> None:
        self._lines: deque[bytes] = deque()
        self._wanted = threading.Event()
        self._starting, self._writing = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None

    def write(self, line: bytes) -> int:
        """Keep a line for the next time."""
        self._lines.append(line)
        return len(line)

    def flush(self) -> None:
        """Have it written soon."""
        if not self._wanted.is_set():
            self._wanted.set()
            self._start()

    def write_out(self) -> None:
        """Write what there is, now."""
        with self._writing:
            rest = b"".join([self._lines.popleft() for _ in range(len(self._lines))])
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
                atexit.register(self.write_out)

    def _run(self) -> None:
        while self._wanted.wait():
            time.sleep(GATHER_SECONDS)
            self._wanted.clear()
            self.write_out()
