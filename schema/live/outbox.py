"""What is on its way to one client: in order, and bounded."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

MAX_FRAMES: Final = 1_000
MAX_CHARACTERS: Final = 1_000_000


class Outbox:
    """Frames are written at once while the client keeps up, and wait here when it does not.

    `send` is told one frame after another; when it raises, the client is gone and the rest is
    dropped. `overflow` is called once, when more waits than may.
    """

    def __init__(
        self, send: Callable[[str], Awaitable[object]], overflow: Callable[[], None]
    ) -> None:
        self._send = send
        self._overflow = overflow
        self._frames: deque[str] = deque()
        self._characters = 0
        self._writer: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._closed = False

    def put(self, frame: str) -> None:
        """Send `frame` after those before it."""
        if self._closed:
            return
        self._frames.append(frame)
        self._characters += len(frame)
        if self._writer is None or self._writer.done():
            # Eager: while the client reads, this writes to the socket before it returns.
            loop = asyncio.get_running_loop()
            self._writer = asyncio.Task(self._write(), loop=loop, eager_start=True)
        if len(self._frames) > MAX_FRAMES or self._characters > MAX_CHARACTERS:
            self.drop()
            self._overflow()
        elif self._is_half_full():
            self._room.clear()

    def drop(self) -> None:
        """Send nothing more, not even what waits."""
        self._closed = True
        self._frames.clear()
        self._characters = 0
        self._room.set()

    async def room(self) -> None:
        """Wait until there is room for more: whoever has much to send asks for it."""
        await self._room.wait()

    async def flushed(self) -> None:
        """Wait until all has been written, and take no more."""
        self._closed = True
        if self._writer is not None:
            await asyncio.wait((self._writer,))

    def _is_half_full(self) -> bool:
        return len(self._frames) > MAX_FRAMES // 2 or self._characters > MAX_CHARACTERS // 2

    async def _write(self) -> None:
        try:
            while self._frames:
                frame = self._frames.popleft()
                self._characters -= len(frame)
                await self._send(frame)
                if not self._is_half_full():
                    self._room.set()
        except Exception:
            self.drop()  # the client is gone; the socket's own end says so
