"""Requests at a steady rate, whatever the answers take: how a tenant's customers really come.

As a program it reads `Stream`s as JSON from stdin and writes a `Taken` for each to stdout. A
latency counts from when its request was due: a server that stalls cannot hide what it made wait.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter

import httptools
import uvloop

SPARE_SECONDS = 60.0
MAX_CONNECTIONS = 64


@dataclass(frozen=True)
class Stream:
    """`rate` requests a second for `seconds`: POSTs of `body`, to /graphql."""

    port: int
    headers: dict[str, str]
    body: str
    rate: float
    seconds: float


@dataclass
class Taken:
    """The latencies of the answers with status 200, in seconds, and how many of each status."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)


def run_together(streams: Sequence[Stream]) -> list[Taken]:
    """Carry all `streams` out at once, from one process. Raises `subprocess` errors."""
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps([asdict(stream) for stream in streams]),
        capture_output=True,
        text=True,
        check=True,
        timeout=max(stream.seconds for stream in streams) + SPARE_SECONDS,
    )
    return [Taken(**each) for each in json.loads(done.stdout)]


class _Connection(asyncio.Protocol):
    """One request at a time; idle between them."""

    def __init__(self) -> None:
        self.answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    async def ask(self, request: bytes) -> int:
        """Send it; the status of the answer, 0 when the server closed the connection."""
        self.answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self.answered

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if not self.answered.done():
            self.answered.set_result(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answered.done():
            self.answered.set_result(0)


async def _carry_out(stream: Stream) -> Taken:
    loop = asyncio.get_running_loop()
    idle: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(min(MAX_CONNECTIONS, max(4, round(stream.rate / 4)))):
        _, connection = await loop.create_connection(_Connection, "127.0.0.1", stream.port)
        idle.put_nowait(connection)
    body = stream.body.encode()
    headers = {**stream.headers, "Content-Type": "application/json", "Content-Length": len(body)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST /graphql HTTP/1.1\r\n{lines}\r\n".encode() + body
    latencies: list[float] = []
    statuses: Counter[str] = Counter()

    async def one(due: float) -> None:
        connection = await idle.get()
        status = await connection.ask(request)
        if status == 200:
            latencies.append(perf_counter() - due)
        statuses[str(status)] += 1
        if status == 0:
            _, connection = await loop.create_connection(_Connection, "127.0.0.1", stream.port)
        idle.put_nowait(connection)

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(round(stream.rate * stream.seconds)):
            due = began + number / stream.rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            group.create_task(one(due))
    return Taken(latencies, dict(statuses))


async def _carry_out_all(streams: Sequence[Stream]) -> list[Taken]:
    return await asyncio.gather(*(_carry_out(stream) for stream in streams))


if __name__ == "__main__":
    wanted = [Stream(**each) for each in json.load(sys.stdin)]
    json.dump([asdict(taken) for taken in uvloop.run(_carry_out_all(wanted))], sys.stdout)
