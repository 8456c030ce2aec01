"""Connections to one server by one login, which says soon when there are none to be had.

psycopg's pool waits out its whole timeout while a server refuses, holding a thread of ours for
each caller; after that it comes back only with its own back-off, minutes later. Here whoever asks
a refusing server is told at once, and each who asks has it tried again, one at a time.
"""

import logging
import select
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import psycopg
import structlog
from psycopg_pool import ConnectionPool, PoolTimeout

from kernel.tenancy.unavailable import ServerUnavailable

SCHEMAS_PER_BACKEND = 100
"""Distinct schemas after which a connection is given up: a backend keeps 1 to 4 MB of each."""

LOOK_SECONDS: Final = 0.5
"""How often a caller who waits looks whether the server refuses. It then queues up anew."""

LOOK_AGAIN_SECONDS: Final = 0.05
"""The same, of a server that did refuse when it was last asked."""

FRESH_SECONDS: Final = 1.0
"""How long a connection that worked is taken to work: to ask is a round trip of its own."""

REFUSED_SECONDS: Final = 0.25
"""How long a caller waits at most for such a server: enough for it to have come back."""

log = structlog.get_logger(__name__)
# It has three lines for each caller of a server that is down; we say once that it is.
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


class ServerPool(ConnectionPool[Any]):
    """The pool of one login on the server called `server`; `options` are psycopg's."""

    def __init__(
        self,
        *,
        server: str,
        kwargs: dict[str, Any],
        configure: Callable[[Any], Any],
        **options: Any,
    ) -> None:
        self.server = server
        self._refused = False
        self._refusals = 0

        def configured(connection: Any) -> None:
            if self._refused:
                log.warning("a database server answers again", server=server)
            self._refused = False
            connection.left_at = monotonic()
            configure(connection)

        super().__init__(
            kwargs=kwargs,
            configure=configured,
            open=False,
            name=server,
            reconnect_timeout=0,
            num_workers=1,  # they only connect, and no server is asked twice at a time
            **options,
        )

    def reconnect_failed(self) -> None:
        """The pool tried twice and was refused."""
        if not self._refused:
            log.warning("a database server refuses connections", server=self.server)
        self._refused = True
        self._refusals += 1

    def getconn(self, timeout: float | None = None) -> Any:
        """A connection that works. Raises `ServerUnavailable` when there is none to be had."""
        began, refusals = monotonic(), self._refusals
        deadline = began + (self.timeout if timeout is None else timeout)
        while True:
            patience = LOOK_AGAIN_SECONDS if self._refused else LOOK_SECONDS
            try:
                connection = super().getconn(min(patience, deadline - monotonic()))
            except PoolTimeout as none_free:
                now = monotonic()
                if self._refusals > refusals or (self._refused and now - began > REFUSED_SECONDS):
                    raise ServerUnavailable(f"{self.server} refuses connections") from none_free
                if now >= deadline:
                    raise ServerUnavailable(f"all of {self.server}'s are in use") from none_free
                continue
            if not self._refused and _is_fresh(connection):
                return connection
            try:
                self.check_connection(connection)
            except psycopg.Error:
                self.putconn(connection)  # it is closed, and the pool opens another
            else:
                return connection

    def putconn(self, conn: Any) -> None:
        """Take a connection back. One that has seen too many schemas is replaced."""
        if len(getattr(conn, "seen", ())) > SCHEMAS_PER_BACKEND:
            retire(conn)
        conn.left_at = monotonic()
        super().putconn(conn)


def _is_fresh(connection: Any) -> bool:
    """Whether it was used a moment ago, and the server has said nothing since, as when it ends."""
    if monotonic() - connection.left_at > FRESH_SECONDS:
        return False
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)  # hanging up is told in any case
    return not waiting.poll(0)


def retire(connection: Any) -> None:
    """Have its pool replace this connection, once it is put back."""
    connection._expire_at = 0.0  # how the pool itself knows one
