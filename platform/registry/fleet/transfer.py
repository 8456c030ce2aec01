"""A tenant's rows from one server straight to another: one snapshot there, one transaction here.

Two threads, because each has its own connection as the owner: one reads the source, the other
fills the target. Both then add up what they have, and the target keeps its rows only if the sums
are the same.
"""

import hashlib
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from django.db import connections
from psycopg import sql

from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.dump import migrations_of
from registry.archives.tables import (
    SequenceValue,
    checksums,
    loading,
    sequence_values,
    sequences_set,
    snapshot,
    table_copy_in,
    table_copy_out,
    tables_of,
)
from registry.fleet.releases import Key

PIECE_BYTES: Final = 64 * 1024
PIECES_WAITING: Final = 64
LOOK_SECONDS: Final = 0.2


class TransferFailed(Exception):
    """The rows did not arrive as they were sent. Nothing of them is on the target."""


class Watch(Protocol):
    """Hears how far the rows have come."""

    def begins(self, about: int) -> None:
        """There are about so many bytes to send."""

    def sent(self, count: int) -> None:
        """So many more bytes are on their way."""

    def table(self, moved: "TableMoved") -> None:
        """A table has been sent."""


class _Broken(Exception):
    """The other end has gone; it says why."""


@dataclass(frozen=True, slots=True)
class TableMoved:
    """A table whose rows have all been sent: how many, and how many bytes as text."""

    name: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What both sides have been found to have: rows and sum by table, and where sequences stand."""

    tables: dict[str, dict[str, Any]]
    sequences: dict[str, SequenceValue]

    def document(self) -> dict[str, Any]:
        """As JSON, with its digest."""
        found = {
            "tables": self.tables,
            "sequences": {
                name: {"value": one.value, "isCalled": one.is_called}
                for name, one in self.sequences.items()
            },
        }
        text = orjson.dumps(found, option=orjson.OPT_SORT_KEYS)
        return {**found, "digest": hashlib.sha256(text).hexdigest()}


class _Pipe:
    """What is on its way; a bounded amount. Either end that fails breaks it for the other."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Any] = queue.Queue(PIECES_WAITING)
        self._is_broken = threading.Event()

    def put(self, one: Any) -> None:
        while not self._is_broken.is_set():
            try:
                return self._waiting.put(one, timeout=LOOK_SECONDS)
            except queue.Full:
                continue
        raise _Broken

    def get(self) -> Any:
        while True:
            try:
                return self._waiting.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if self._is_broken.is_set():
                    raise _Broken from None

    def until_none(self) -> Iterator[bytes]:
        """The pieces of one table."""
        while (piece := self.get()) is not None:
            yield piece

    def break_off(self) -> None:
        self._is_broken.set()


def rows_transfer(
    source: TenantRef,
    target: TenantRef,
    *,
    migrations: list[Key],
    watch: Watch,
) -> Proof:
    """Bring all rows of `source` to the empty schema of `target`, and prove that they are there.

    `migrations` are what `target` was made with; `watch` hears of the rows. Nobody may write the
    source meanwhile. Raises `TransferFailed`, and the errors of either server.
    """
    pipe = _Pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="transfer") as aside, ExitStack() as stack:
        stack.enter_context(tenant_scope(source))
        cursor = stack.enter_context(snapshot(source.schema))
        if migrations_of(cursor, source.schema) != migrations:
            raise TransferFailed("it was brought to another release meanwhile: run it again")
        tables = tables_of(source.schema)
        watch.begins(_size(cursor, source.schema))
        arriving = aside.submit(_receive, pipe, target, tables)
        try:
            for table in tables:
                watch.table(_send(pipe, cursor, source.schema, table, watch.sent))
            proof = Proof(checksums(cursor, source.schema), sequence_values(cursor, source.schema))
            pipe.put(proof)
        except _Broken:
            pass  # the other end says why
        except BaseException:
            pipe.break_off()
            raise
        arriving.result()
    return proof


def _size(cursor: Any, schema: str) -> int:
    cursor.execute(
        "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class"
        " WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r'",
        [schema],
    )
    return int(cursor.fetchone()[0])


def _send(
    pipe: _Pipe, cursor: Any, schema: str, table: str, told: Callable[[int], None]
) -> TableMoved:
    waiting = bytearray()
    sent = 0

    def pass_on() -> None:
        nonlocal sent
        pipe.put(bytes(waiting))
        told(len(waiting))
        sent += len(waiting)
        waiting.clear()

    def write(piece: memoryview) -> None:
        waiting.extend(piece)
        if len(waiting) >= PIECE_BYTES:
            pass_on()

    rows = table_copy_out(cursor, schema, table, write)
    pass_on()
    pipe.put(None)
    return TableMoved(table, rows, sent)


def _receive(pipe: _Pipe, target: TenantRef, tables: list[str]) -> None:
    """Fill the target in one transaction, which ends well only if both ends have the same."""
    schema = target.schema
    try:
        with tenant_scope(target), loading(schema) as cursor:
            for table in tables:
                # What a data migration has put there is among the rows, too.
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, table)))
                table_copy_in(cursor, schema, table, pipe.until_none())
            here = checksums(cursor, schema)
            proof: Proof = pipe.get()
            sequences_set(cursor, schema, proof.sequences)
            if here != proof.tables or sequence_values(cursor, schema) != proof.sequences:
                wrong = sorted(name for name in here if here[name] != proof.tables.get(name))
                raise TransferFailed(f"the checksums differ: {', '.join(wrong) or 'sequences'}")
    finally:
        pipe.break_off()
        connections.close_all()
