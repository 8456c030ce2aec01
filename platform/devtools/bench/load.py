"""Requests over kept-alive connections, each timed, from a process of its own.

As a program it reads a `Job` as JSON in each line of stdin and writes a `Round` in a line of
stdout for it, or a text that says what was wrong. It takes 8 to 15 µs
of CPU a request, and has had 39,000 a second from a server that does nothing.
"""

import asyncio
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from typing import Any, Self

import httptools
import uvloop

ROUND_SECONDS = 60.0


@dataclass(frozen=True)
class Job:
    """`requests` times one of the `messages`, in turn, on as many `connections` at once.

    An answer is right with status 200 and `expected` somewhere in it.
    """

    port: int
    messages: list[str]
    requests: int
    expected: str
    connections: int = 16


@dataclass(frozen=True)
class Round:
    """What a job took, in seconds: all of it, each request, and the load's own CPU."""

    seconds: float
    latencies: list[float]
    cpu_seconds: float


class LoadError(Exception):
    """A server answered something else than what is measured, or nothing."""


def posted(path: str, headers: dict[str, str], body: str) -> str:
    """The message of a POST of JSON."""
    length = str(len(body.encode()))
    more = {"Content-Type": "application/json", "Content-Length": length}
    return got(path, headers | more, method="POST") + body


def got(path: str, headers: dict[str, str], *, method: str = "GET") -> str:
    """The message of a request without a body."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n"


class Load:
    """The process, for as long as `with` lasts."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()

    def run(self, job: Job) -> Round:
        """Carry `job` out. Raises `LoadError` for a wrong answer, or when answers stay away."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        took = json.loads(self._process.stdout.readline() or '"it has ended"')
        if isinstance(took, str):
            raise LoadError(f"{job.messages[0].splitlines()[0]}: {took}")
        return Round(**took)


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
    messages = itertools.cycle([message.encode() for message in job.messages])
    requests = itertools.islice(messages, job.requests)
    latencies: list[float] = []
    began, cpu_began = perf_counter(), process_time()
    open_one = asyncio.get_running_loop().create_connection
    opened = await asyncio.gather(
        *(
            open_one(lambda: _Connection(job, requests, latencies), "127.0.0.1", job.port)
            for _ in range(job.connections)
        )
    )
    await asyncio.gather(*(connection.done for _, connection in opened))
    return Round(perf_counter() - began, latencies, process_time() - cpu_began)


async def _answer(line: str) -> Any:
    try:
        async with asyncio.timeout(ROUND_SECONDS):
            return asdict(await _load(Job(**json.loads(line))))
    except TimeoutError:
        return f"not done in {ROUND_SECONDS:.0f} s"
    except (LoadError, OSError) as error:
        return str(error)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(uvloop.run(_answer(line))), flush=True)
