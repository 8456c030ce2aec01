"""Requests over kept-alive connections, each timed, from a process of its own.

As a program it reads a `Job` as JSON from stdin and writes a `Round` to stdout.
"""

import asyncio
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import perf_counter

import httptools
import uvloop

ROUND_SECONDS = 60.0


@dataclass(frozen=True)
class Job:
    """`requests` times a POST to `path`, the `bodies` in turn, on as many `connections` at once.

    An answer is right with status 200 and `expected` somewhere in it.
    """

    port: int
    path: str
    headers: dict[str, str]
    bodies: list[str]
    requests: int
    expected: str
    connections: int = 16


@dataclass(frozen=True)
class Round:
    """What a job took, in seconds: all of it, and each request."""

    seconds: float
    latencies: list[float]


class LoadError(Exception):
    """A server answered something else than what is measured, or nothing."""


def run(job: Job) -> Round:
    """Carry `job` out. Raises `LoadError` for a wrong answer, or when answers stay away."""
    command, text = [sys.executable, __file__], json.dumps(asdict(job))
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=True, timeout=ROUND_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"{job.path}: not done within {ROUND_SECONDS:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise LoadError(error.stderr.strip().rpartition("\n")[2]) from error
    return Round(**json.loads(done.stdout))


class _Connection(asyncio.Protocol):
    """Sends its next request when the answer to the last is complete."""

    def __init__(self, job: Job, requests: Iterator[bytes], latencies: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._expected = job.expected.encode()
        self._requests = requests
        self._latencies = latencies
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError("the server closed the connection"))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._latencies.append(perf_counter() - self._began)
        status = self._parser.get_status_code()
        if status == 200 and self._expected in self._body:
            self._send()
        else:
            self.done.set_exception(LoadError(f"{status}: {self._body[:500]!r}"))
            self._transport.abort()

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._body, self._began = b"", perf_counter()
        self._transport.write(request)


async def _load(job: Job) -> Round:
    bodies = itertools.cycle(_request(job, body.encode()) for body in job.bodies)
    requests = itertools.islice(bodies, job.requests)
    latencies: list[float] = []
    began = perf_counter()
    open_one = asyncio.get_running_loop().create_connection
    opened = await asyncio.gather(
        *(
            open_one(lambda: _Connection(job, requests, latencies), "127.0.0.1", job.port)
            for _ in range(job.connections)
        )
    )
    await asyncio.gather(*(connection.done for _, connection in opened))
    return Round(perf_counter() - began, latencies)


def _request(job: Job, body: bytes) -> bytes:
    headers = {**job.headers, "Content-Type": "application/json", "Content-Length": len(body)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {job.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


if __name__ == "__main__":
    try:
        json.dump(asdict(uvloop.run(_load(Job(**json.load(sys.stdin))))), sys.stdout)
    except (LoadError, OSError) as error:
        sys.exit(str(error))
