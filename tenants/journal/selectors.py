"""Reading the log without losing or doubling an event: the snapshot cursor.

Transactions commit in another order than they draw their ids, so `id > last` loses what commits
late. A cursor therefore holds a PostgreSQL snapshot, which says of every transaction whether it
had ended; the next read is whatever that snapshot could not see. Its text is

    epoch.snapshot              everything that the snapshot sees has been read
    epoch.base/this/id          `base` has been read, and of what `this` adds, all up to `id`

where the epoch changes with the server, its timeline, the database and the schema, since a
transaction id means nothing outside of them. Never read on a hot standby: its snapshots differ.
A log that is restored into another database must get its `xid` column rewritten.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

import orjson
from django.db import connection

from kernel.pipeline import Rows
from kernel.refusals import Refusal
from kernel.statements import Query, rows_by_sql

_NUMBER = r"(?:0|[1-9]\d{0,18})"
_SNAPSHOT = rf"{_NUMBER}:{_NUMBER}:(?:{_NUMBER}(?:,{_NUMBER})*)?"
_CURSOR = re.compile(
    rf"(?P<epoch>[0-9a-f]{{8}})\.(?:(?P<base>{_SNAPSHOT})/(?P<this>{_SNAPSHOT})/(?P<id>{_NUMBER})"
    rf"|(?P<whole>{_SNAPSHOT}))",
    re.ASCII,
)
_MAX_LENGTH = 4_000

_POSITION = """
    pg_current_snapshot()::text,
    left(md5(concat_ws(
        ':',
        (SELECT system_identifier FROM pg_control_system()),
        (SELECT timeline_id FROM pg_control_checkpoint()),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    )), 8)
"""


CURSOR_QUERY: Final[Query] = (f"SELECT {_POSITION}", ())
"""What is asked for where the log ends now."""


class InvalidCursor(Refusal):
    """This is no cursor of this operator's log, or one from before a restore: start afresh."""


@dataclass(eq=False)
class CursorTooOld(Refusal):
    """Too much was missed to be replayed. Read the present state, then follow from `cursor`."""

    cursor: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """PostgreSQL's `pg_snapshot`: which transactions had ended when it was taken."""

    text: str
    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `xmin:xmax:running,…`. Raises `InvalidCursor` unless PostgreSQL would accept it."""
        low, high, rest = text.split(":")
        xmin, xmax = int(low), int(high)
        running = [int(xid) for xid in rest.split(",")] if rest else []
        if not 0 < xmin <= xmax or any(
            not xmin <= xid < xmax or xid <= before
            for before, xid in zip([0, *running], running, strict=False)
        ):
            raise InvalidCursor
        return cls(text, xmin, xmax, frozenset(running))

    def sees(self, xid: int) -> bool:
        """Whether transaction `xid` had ended."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)

    def covers(self, other: "Snapshot") -> bool:
        """Whether this sees everything that `other` sees."""
        return other.xmax <= self.xmax and not any(other.sees(xid) for xid in self.running)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a reader stands; see the module's text. `base` is None outside of a batch."""

    epoch: str
    snapshot: Snapshot
    base: Snapshot | None = None
    last_id: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its text. Raises `InvalidCursor` for anything else."""
        match = _CURSOR.fullmatch(text) if len(text) <= _MAX_LENGTH else None
        if match is None:
            raise InvalidCursor
        if match["whole"] is not None:
            return cls(match["epoch"], Snapshot.parse(match["whole"]))
        base, this = Snapshot.parse(match["base"]), Snapshot.parse(match["this"])
        return cls(match["epoch"], this, base, int(match["id"]))

    def __str__(self) -> str:
        if self.base is None:
            return f"{self.epoch}.{self.snapshot.text}"
        return f"{self.epoch}.{self.base.text}/{self.snapshot.text}/{self.last_id}"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """A row of the log as readers get it."""

    id: int
    xid: int
    stream: str
    seq: int
    kind: str
    actor_id: UUID | None
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What one read found. `end` is the cursor to go on from; with `more` there is more now."""

    events: list[LoggedEvent]
    base: Snapshot
    end: Cursor
    more: bool

    def after(self, event: LoggedEvent, base: Snapshot) -> Cursor:
        """The cursor just after `event`, for a reader who had read all of `base` before."""
        return Cursor(self.end.epoch, self.end.snapshot, base, event.id)


def event_cursor() -> Cursor:
    """Where the log ends now. Read it before the data that a subscription is to follow on from."""
    return cursor_of_rows(rows_by_sql(*CURSOR_QUERY))


def cursor_of_rows(rows: Rows) -> Cursor:
    """The cursor that the rows of `CURSOR_QUERY` tell of."""
    [(snapshot, epoch)] = rows
    return Cursor(epoch, Snapshot.parse(snapshot))


def events_after(cursor: Cursor, *, limit: int, kinds: str = "", stream: str | None = None) -> Page:
    """The next events after `cursor`, at most `limit`, in the order of their ids.

    `kinds` is a prefix of their kind, `stream` their one stream. Raises `InvalidCursor` for a
    cursor of another epoch, or of the future.
    """
    base = cursor.base or cursor.snapshot
    conditions = [
        "xid >= pg_snapshot_xmin(%(base)s::pg_snapshot)",
        "NOT pg_visible_in_snapshot(xid, %(base)s::pg_snapshot)",
        "starts_with(kind, %(kinds)s)",
    ]
    if cursor.base is not None:
        conditions += ["pg_visible_in_snapshot(xid, %(this)s::pg_snapshot)", "id > %(last_id)s"]
    if stream is not None:
        conditions.append("stream = %(stream)s")
    with connection.cursor() as db:
        # One statement: its own snapshot is exactly what its rows were read under.
        db.execute(
            f"""SELECT {_POSITION}, event.* FROM (SELECT) AS one LEFT JOIN LATERAL (
                SELECT id, xid::text::bigint, stream, seq, kind, actor_id, at, data::text
                FROM journal_event WHERE {" AND ".join(conditions)} ORDER BY id LIMIT %(limit)s
            ) AS event ON true ORDER BY event.id""",  # noqa: S608
            {
                "base": base.text,
                "this": cursor.snapshot.text,
                "last_id": cursor.last_id,
                "kinds": kinds,
                "stream": stream,
                "limit": limit + 1,
            },
        )
        rows: Sequence[Any] = db.fetchall()
    now, epoch = Snapshot.parse(rows[0][0]), rows[0][1]
    if epoch != cursor.epoch or cursor.snapshot.xmax > now.xmax:
        raise InvalidCursor
    found = [
        LoggedEvent(*(*row[2:-1], orjson.loads(row[-1]))) for row in rows if row[2] is not None
    ]
    this = cursor.snapshot if cursor.base is not None else now
    if len(found) > limit:
        return Page(found[:limit], base, Cursor(epoch, this, base, found[limit - 1].id), more=True)
    return Page(found, base, Cursor(epoch, this), more=cursor.base is not None)


def events_missed(
    cursor: Cursor, *, at_most: int, kinds: str = "", stream: str | None = None
) -> list[Page]:
    """Everything after `cursor` up to now, a batch a page; the last page's `end` is where now is.

    Raises `CursorTooOld` when that is more than `at_most` events, and `InvalidCursor`.
    """
    pages: list[Page] = []
    while not pages or pages[-1].more:
        page = events_after(cursor, limit=at_most, kinds=kinds, stream=stream)
        pages.append(page)
        cursor = page.end
        if (page.more and cursor.base is not None) or sum(len(p.events) for p in pages) > at_most:
            raise CursorTooOld(cursor=str(event_cursor()))
    return pages
