"""The channels adapter of `kernel.events.Publisher`."""

import asyncio
import threading

import structlog

from schema.live.hints import hint_group, hint_message, remote_layer, wakers

SEND_SECONDS = 5.0
ATTEMPTS = 2

log = structlog.get_logger(__name__)


class ChannelsPublisher:
    """Wakes this process's readers at once, and those of others through the channel layer.

    The layer is used from one thread with a loop of its own, so that nobody waits for it: not a
    WSGI worker's request, nor a socket's loop. Hints that meet while one is being sent merge.
    """

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, bool] = {}
        self._sending: asyncio.Task[None] | None = None

    def publish(self, scope_label: str, *, log_only: bool) -> None:
        """See the port."""
        try:
            for wake in wakers:
                wake(scope_label, log_only=log_only)
            self._running_loop().call_soon_threadsafe(self._enqueue, scope_label, log_only)
        except Exception as error:
            log.warning("a hint was not sent", error=type(error).__name__)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="hints", daemon=True).start()
            return self._loop

    def _enqueue(self, scope_label: str, log_only: bool) -> None:
        self._waiting[scope_label] = log_only and self._waiting.get(scope_label, True)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        layer = remote_layer()  # the first call imports it, for half a second: only here
        if layer is None:
            self._waiting.clear()
        while self._waiting:
            scope_label, log_only = self._waiting.popitem()
            hint = hint_message(scope_label, log_only=log_only)
            for attempts_left in reversed(range(ATTEMPTS)):  # a connection may just have gone stale
                try:
                    async with asyncio.timeout(SEND_SECONDS):
                        await layer.group_send(hint_group(scope_label), hint)
                    break
                except Exception as error:
                    if not attempts_left:
                        self._waiting.clear()  # whoever misses them polls
                        log.warning("a hint was not sent", error=type(error).__name__)
