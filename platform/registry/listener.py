"""One thread that hears what a database server announces, on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any, Final

import psycopg
import structlog

from kernel.tenancy import MAIN
from registry.servers import login

RECONNECT_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


class Listener:
    """Listens to `channel` of `server` from when it is first asked, for as long as it can.

    `heard` is called with each payload, and with None whenever something may have been missed:
    before it listens, and when it has stopped to. It runs in the listener's thread.
    """

    def __init__(
        self, channel: str, heard: Callable[[str | None], None], *, server: str = MAIN
    ) -> None:
        self._channel = channel
        self._heard = heard
        self._server = server
        self._listens = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def listens(self) -> bool:
        """Whether nothing can be missed now."""
        self._start()
        return self._listens.is_set()

    def wait(self, seconds: float) -> bool:
        """Block until it listens; False when time runs out."""
        self._start()
        return self._listens.wait(seconds)

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._follow, name=self._channel, daemon=True
                )
                self._thread.start()

    def _follow(self) -> None:
        """Listen for ever. Uses a bare connection: it reads no table and needs no scope."""
        known: dict[str, Any] = {"channel": self._channel, "server": self._server}
        while True:
            try:
                with psycopg.connect(**login(self._server), autocommit=True) as connection:
                    connection.execute(f"LISTEN {self._channel}")
                    self._heard(None)
                    self._listens.set()
                    for notice in connection.notifies():
                        self._heard(notice.payload)
            except psycopg.Error as error:
                log.warning("a listener lost its connection", error=type(error).__name__, **known)
            self._listens.clear()
            self._heard(None)
            threading.Event().wait(RECONNECT_SECONDS)
