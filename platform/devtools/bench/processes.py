"""The processes measured: started as in production, and what each takes when it is idle."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple

import psycopg

from devtools.demo.environment import DemoError
from devtools.demo.parts import Parts
from devtools.servers.process import free_port

START_SECONDS = 60.0


class Served(NamedTuple):
    """A server that listens on a port of 127.0.0.1."""

    port: int
    process_id: int


def serve(parts: Parts, *command: str) -> Served:
    """Start `python COMMAND… --port N` and wait until it listens. Raises `DemoError`."""
    port = free_port()
    name = f"{' '.join(command[:3])} at {port}"
    process_id = parts.start(name, *command, "--port", str(port))

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait(parts, listens)
    return Served(port, process_id)


def serve_wsgi(parts: Parts, *target: str) -> Served:
    """The same for a WSGI application: one worker, 4 threads."""
    how = ("--interface", "wsgi", "--workers", "1", "--blocking-threads", "4")
    return serve(parts, "-m", "granian", *target, *how, "--no-ws", "--log-level", "warning")


def idle_processes(
    environment: dict[str, str], *, web: Served, log: IO[bytes]
) -> dict[str, list[float]]:
    """Resident MB of each kind of process, then of its children, while none has work to do.

    `web` runs already; the others are started for this and ended.
    """
    parts = Parts(environment, log=log)
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as database:

        def works() -> bool:
            found = database.execute("SELECT 1 FROM queue.procrastinate_workers").fetchone()
            return found is not None

        try:
            live = serve(parts, "manage.py", "live")
            worker = parts.start("the worker", "manage.py", "worker")
            _wait(parts, works)
            return {
                "web": _resident(web.process_id),
                "live": _resident(live.process_id),
                "worker": _resident(worker),
            }
        finally:
            parts.stop()


def cpu_seconds(process_id: int) -> float:
    """CPU that a process and its children have taken so far."""
    folder = Path(f"/proc/{process_id}")
    # After the name, which may have blanks in it: proc(5) counts user and system as 14 and 15.
    user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    own = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    children = (folder / "task" / str(process_id) / "children").read_text().split()
    return own + sum(cpu_seconds(int(child)) for child in children)


def open_files(process_id: int) -> int:
    """Files and sockets that a process and its children have open."""
    folder = Path(f"/proc/{process_id}")
    children = (folder / "task" / str(process_id) / "children").read_text().split()
    own = sum(1 for _ in (folder / "fd").iterdir())
    return own + sum(open_files(int(child)) for child in children)


def _wait(parts: Parts, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        parts.check()
        if time.monotonic() > deadline:
            raise DemoError(f"not ready after {START_SECONDS:.0f} s")
        time.sleep(0.1)


def _resident(process_id: int) -> list[float]:
    folder = Path(f"/proc/{process_id}")
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    children = (folder / "task" / str(process_id) / "children").read_text().split()
    own = int(status["VmRSS"].split()[0]) / 1024
    return [own, *(size for child in children for size in _resident(int(child)))]
