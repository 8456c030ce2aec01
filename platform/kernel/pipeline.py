"""Statements of one session, asked all at once: one round trip, however many there are.

A round trip is a thread put to sleep and woken again, which costs more than most of what is asked
in it. This speaks libpq's pipeline mode through psycopg's own binding of it; values and rows are
adapted as psycopg's cursors do. What a session is asked again it keeps prepared.
"""

import itertools
import select
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

PREPARED: Final = 40
"""Statements that one session keeps prepared."""
WORTH_PREPARING: Final = 2
"""Times that a session is asked a statement before it keeps it."""
REMEMBERED: Final = 200
"""Statements whose times are counted."""

_PLANS_GONE: Final = (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported)
"""What a kept statement comes to that somebody else has dropped, or whose table was altered."""

type Question = tuple[str, Sequence[Any]]
"""A statement with PostgreSQL's placeholders, and its values."""
type Rows = list[tuple[Any, ...]]


class Pipeline:
    """What one session is asked through. Not for two threads at once, as no session is."""

    def __init__(self, session: "psycopg.Connection[Any]") -> None:
        self._session = session
        self._pgconn = session.pgconn
        self._adapting = Transformer(session)
        self._readable, self._ready = select.poll(), select.poll()
        self._readable.register(session.fileno(), select.POLLIN)
        self._ready.register(session.fileno(), select.POLLIN | select.POLLOUT)
        self._times: OrderedDict[object, int] = OrderedDict()
        self._names: OrderedDict[object, bytes] = OrderedDict()
        self._unwanted: list[bytes] = []
        self._numbers = itertools.count()
        self.plans_once = False
        """Whether the session was told to plan what it keeps once, for all values."""

    def rows(self, questions: Sequence[Question]) -> list[Rows]:
        """The rows of each. Raises psycopg's errors: of one that fails, and none of the others."""
        found, failed = self._asked(questions)
        if isinstance(failed, _PLANS_GONE):
            self._unwanted.extend(self._names.values())
            self._names.clear()
            if self._is_idle():  # a transaction has failed, and only whoever began it ends it
                found, failed = self._asked(questions)
        if failed is not None:
            raise failed
        return found

    def _is_idle(self) -> bool:
        return bool(self._pgconn.transaction_status == pq.TransactionStatus.IDLE)

    def _asked(self, questions: Sequence[Question]) -> tuple[list[Rows], psycopg.Error | None]:
        adapted = [self._adapted(values) for _, values in questions]
        new: list[object] = []
        try:
            self._pgconn.enter_pipeline_mode()
            for name in self._unwanted:  # first, for what comes after a failure is not heard
                self._pgconn.send_close_prepared(name)
            self._unwanted.clear()
            for (sql, _), (values, types, formats) in zip(questions, adapted, strict=True):
                self._send(sql, values, types, formats, new)
            self._pgconn.pipeline_sync()
            while self._pgconn.flush():
                self._ready.poll()
                self._pgconn.consume_input()
            found, failed = self._answers()
            self._pgconn.exit_pipeline_mode()
        except BaseException:
            self._session.close()  # it stands in the middle of something
            raise
        if failed is not None:
            gone = [self._names.pop(key, None) for key in new]
            self._unwanted.extend(filter(None, gone))
        return found, failed

    def _adapted(self, values: Sequence[Any]) -> tuple[Sequence[Any], Any, Any]:
        if not values:
            return (), (), ()
        adapting = self._adapting
        said = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return said, adapting.types, adapting.formats

    def _send(
        self, sql: str, values: Sequence[Any], types: Any, formats: Any, new: list[object]
    ) -> None:
        key = (sql, types)
        name = self._names.get(key)
        if name is None and self._is_worth_preparing(key):
            name = self._names[key] = b"d_%d" % next(self._numbers)
            new.append(key)
            self._pgconn.send_prepare(name, sql.encode(), types)
            if len(self._names) > PREPARED:
                self._unwanted.append(self._names.popitem(last=False)[1])
        if name is None:
            self._pgconn.send_query_params(sql.encode(), values, types, formats)
        else:
            self._names.move_to_end(key)
            self._pgconn.send_query_prepared(name, values, formats)

    def _is_worth_preparing(self, key: object) -> bool:
        times = self._times.pop(key, 0) + 1
        if times >= WORTH_PREPARING:
            return True
        self._times[key] = times
        if len(self._times) > REMEMBERED:
            self._times.popitem(last=False)
        return False

    def _answers(self) -> tuple[list[Rows], psycopg.Error | None]:
        found: list[Rows] = []
        failed: psycopg.Error | None = None
        self._wait()
        while True:
            while self._pgconn.is_busy():
                self._wait()
            result = self._pgconn.get_result()
            if result is None:
                raise psycopg.OperationalError("the connection is lost")
            match result.status:
                case pq.ExecStatus.TUPLES_OK:
                    self._adapting.set_pgresult(result)
                    found.append(self._adapting.load_rows(0, result.ntuples, tuple))
                case pq.ExecStatus.FATAL_ERROR:
                    failed = failed or error_from_result(result)
                case pq.ExecStatus.PIPELINE_SYNC:
                    return found, failed
            self._pgconn.get_result()  # the end of one statement's, which is there with it

    def _wait(self) -> None:
        self._readable.poll()
        self._pgconn.consume_input()
