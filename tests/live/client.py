"""A client of graphql-transport-ws that sends and shows exactly what goes over the wire."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.cast import Member

PATIENCE = 20.0


class Wire:
    """One websocket. What comes is JSON, or the close code as an int."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.ids = (str(number) for number in count(1))

    async def send(self, message: Any) -> None:
        """Send JSON, or a str or bytes as they are."""
        raw = message if isinstance(message, str | bytes) else json.dumps(message)
        await self.connection.send(raw)

    async def receive(self, patience: float = PATIENCE) -> Any:
        """The next message; the code if the socket was closed. Raises `TimeoutError`."""
        try:
            async with asyncio.timeout(patience):
                return json.loads(await self.connection.recv())
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    async def begin(self, token: str | None = None, **payload: Any) -> Self:
        """Say `connection_init` and hear the answer."""
        if token:
            payload["authorization"] = f"Bearer {token}"
        await self.send({"type": "connection_init", "payload": payload})
        assert await self.receive() == {"type": "connection_ack"}
        return self

    async def subscribe(self, query: str, id: str | None = None, **variables: Any) -> str:
        """Send `subscribe`; its id."""
        id = id or next(self.ids)
        payload = {"query": query, "variables": variables}
        await self.send({"type": "subscribe", "id": id, "payload": payload})
        return id

    async def ask(self, query: str, **variables: Any) -> Any:
        """A query's answer."""
        id = await self.subscribe(query, **variables)
        answer = await self.receive()
        assert (answer["type"], answer["id"]) == ("next", id), answer
        assert await self.receive() == {"type": "complete", "id": id}
        return answer["payload"]

    async def data(self, patience: float = PATIENCE) -> Any:
        """The one field of the next `next`."""
        message = await self.receive(patience)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value

    async def quiet(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for so long."""
        try:
            message = await self.receive(seconds)
        except TimeoutError:
            return True
        raise AssertionError(message)


class Live:
    """A live server on a port of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.port = port

    @asynccontextmanager
    async def open(
        self, host: str, path: str = "/graphql", protocols: Any = ("graphql-transport-ws",)
    ) -> AsyncIterator[Wire]:
        """A socket to `host`."""
        address = socket.create_connection(("127.0.0.1", self.port))
        async with connect(
            f"ws://{host}:{self.port}{path}",
            sock=address,
            subprotocols=protocols,
            compression=None,
            ping_interval=None,
            close_timeout=1,
        ) as connection:
            yield Wire(connection)

    @asynccontextmanager
    async def as_member(self, member: Member, **payload: Any) -> AsyncIterator[Wire]:
        """A socket on which `member` has signed in."""
        async with self.open(f"{member.tenant.slug}.localhost") as wire:
            yield await wire.begin(member.token, **payload)

    def wait(self, seconds: float = 20) -> Self:
        """Until it accepts connections."""
        end = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return self
