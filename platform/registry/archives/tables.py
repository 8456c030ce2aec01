"""The rows of one schema, out and in again: what backups, moves and sandboxes have in common.

    with tenant_scope(tenant), snapshot(tenant.schema) as cursor:
        table_copy_out(cursor, tenant.schema, table, write)
    with tenant_scope(other), loading(other.schema) as cursor:
        table_copy_in(cursor, other.schema, table, chunks)

The owner's login, under the scope of the tenant, which says on which server. Nothing is known of
any table but what the catalog says, and two rules. A column of type `xid8` holds a transaction's
id, which means nothing elsewhere: it is left out, and its default writes the id of the transaction
that loads (see tenants/journal/selectors.py). `django_migrations` says how a schema was made, and
is written by whoever makes it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from registry.schemas import OWNER_ALIAS

SKIPPED: Final = frozenset({"django_migrations"})

_PLAIN: Final = (
    # What a value reads like must not depend on how a server is set up.
    "SET LOCAL datestyle TO 'ISO, YMD'",
    "SET LOCAL intervalstyle TO 'postgres'",
    "SET LOCAL timezone TO 'UTC'",
    "SET LOCAL bytea_output TO 'hex'",
    "SET LOCAL extra_float_digits TO 1",
)


@dataclass(frozen=True, slots=True)
class SequenceValue:
    """Where a sequence stands. The next number is `value + 1` if it `is_called`, else `value`."""

    value: int
    is_called: bool


@contextmanager
def snapshot(schema: str) -> Iterator[CursorWrapper]:
    """A cursor that sees the rows of one moment, whatever others write meanwhile.

    Nobody can change the tables themselves until it ends; rows can be written.
    """
    tables = tables_of(schema)
    with transaction.atomic(using=OWNER_ALIAS), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if tables:  # before the first question, which fixes the moment
            names = sql.SQL(", ").join(sql.Identifier(schema, table) for table in tables)
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(names))
        _plain(cursor)
        yield cursor


@contextmanager
def loading(schema: str) -> Iterator[CursorWrapper]:
    """A cursor to fill an empty schema through: all of it, or nothing.

    Triggers do not fire, since what they did is among the rows; foreign keys are checked at the
    end, so that tables may point to each other in circles.
    """
    with transaction.atomic(using=OWNER_ALIAS), connections[OWNER_ALIAS].cursor() as cursor:
        _plain(cursor)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        triggers = _triggers(cursor, schema)
        for table, trigger in triggers:
            _switch_trigger(cursor, schema, table, trigger, on=False)
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger in triggers:
            _switch_trigger(cursor, schema, table, trigger, on=True)


def tables_of(schema: str) -> list[str]:
    """The tables of `schema` in an order in which they can be filled, but for `SKIPPED`."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname",
            [_quoted(schema)],
        )
        tables = [name for (name,) in cursor.fetchall() if name not in SKIPPED]
        # A key that can wait until the end of the transaction asks for no order.
        cursor.execute(
            "SELECT c.relname, f.relname FROM pg_constraint k"
            " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid"
            " WHERE k.connamespace = %s::regnamespace AND k.contype = 'f'"
            " AND NOT k.condeferrable AND c.oid <> f.oid",
            [_quoted(schema)],
        )
        sorter = TopologicalSorter[str](dict.fromkeys(tables, ()))
        for table, needed in cursor.fetchall():
            sorter.add(table, needed)
    return list(sorter.static_order())


def columns_of(cursor: CursorWrapper, schema: str, table: str) -> list[str]:
    """The columns that are copied and compared, by name: what is computed is computed anew."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' AND atttypid <> 'xid8'::regtype"
        " ORDER BY attname",
        [_quoted(schema, table)],
    )
    return [name for (name,) in cursor.fetchall()]


def table_copy_out(
    cursor: CursorWrapper, schema: str, table: str, write: Callable[[memoryview], object]
) -> int:
    """Hand the table's rows to `write` in PostgreSQL's text format, of `columns_of`, in pieces.

    Answers the number of rows.
    """
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT text, ENCODING 'UTF8')").format(
        _listed(columns_of(cursor, schema, table)), sql.Identifier(schema, table)
    )
    with cursor.copy(query) as copy:
        for piece in copy:
            write(memoryview(piece))
    return int(cursor.rowcount)


def table_copy_in(
    cursor: CursorWrapper,
    schema: str,
    table: str,
    pieces: Iterable[bytes | memoryview],
    *,
    columns: list[str] | None = None,
) -> int:
    """Add the rows that `table_copy_out` handed out; `columns` if they differ from the table's.

    Answers the number of rows. Raises `psycopg.Error` for what does not fit.
    """
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT text, ENCODING 'UTF8')").format(
        sql.Identifier(schema, table), _listed(columns or columns_of(cursor, schema, table))
    )
    with cursor.copy(query) as copy:
        for piece in pieces:
            copy.write(piece)
    return int(cursor.rowcount)


def checksums(cursor: CursorWrapper, schema: str) -> dict[str, dict[str, Any]]:
    """By table, `rows` and `sum`: the sum of a 64-bit hash of each row, as text.

    Equal where the same rows are, in whatever order they and their columns stand. Within
    `snapshot` or `loading`.
    """
    found: dict[str, dict[str, Any]] = {}
    for table in tables_of(schema):
        # Rows of no column would all be equal; there is no such table, and the count tells.
        row = sql.SQL("ROW({})::text").format(_listed(columns_of(cursor, schema, table)))
        cursor.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(hashtextextended({}, 0)), 0)::text FROM {}"
            ).format(row, sql.Identifier(schema, table))
        )
        rows, total = cursor.fetchone()
        found[table] = {"rows": rows, "sum": total}
    return found


def sequence_values(cursor: CursorWrapper, schema: str) -> dict[str, SequenceValue]:
    """Where each sequence stands, by `table.column` where one belongs to a column, else by name.

    Sequences know no snapshot: read after the rows were fixed, none stands before its rows.
    """
    values: dict[str, SequenceValue] = {}
    for key, name in _sequences(cursor, schema).items():
        cursor.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        )
        values[key] = SequenceValue(*cursor.fetchone())
    return values


def sequences_set(cursor: CursorWrapper, schema: str, values: Mapping[str, SequenceValue]) -> None:
    """Put the sequences where `sequence_values` found them. Raises `KeyError` for an unknown."""
    names = _sequences(cursor, schema)
    for key, wanted in values.items():
        cursor.execute(
            "SELECT setval(%s::regclass, %s, %s)",
            [_quoted(schema, names[key]), wanted.value, wanted.is_called],
        )


def _sequences(cursor: CursorWrapper, schema: str) -> dict[str, str]:
    # The name of an identity's sequence is whatever its table was called when it was made.
    cursor.execute(
        "SELECT s.relname, t.relname || '.' || a.attname FROM pg_class s"
        " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid"
        " AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('i', 'a') AND d.refobjsubid > 0"
        " LEFT JOIN pg_class t ON t.oid = d.refobjid"
        " LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
        " WHERE s.relnamespace = %s::regnamespace AND s.relkind = 'S' ORDER BY s.relname",
        [_quoted(schema)],
    )
    owned = {owner or name: (name, owner) for name, owner in cursor.fetchall()}
    return {
        key: name
        for key, (name, owner) in owned.items()
        if owner is None or owner.partition(".")[0] not in SKIPPED
    }


def _triggers(cursor: CursorWrapper, schema: str) -> list[tuple[str, str]]:
    """The triggers that would fire, with their tables; foreign keys' own are not among them."""
    cursor.execute(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal AND t.tgenabled = 'O'"
        " ORDER BY 1, 2",
        [_quoted(schema)],
    )
    return [(table, trigger) for table, trigger in cursor.fetchall()]


def _switch_trigger(
    cursor: CursorWrapper, schema: str, table: str, trigger: str, *, on: bool
) -> None:
    cursor.execute(
        sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
            sql.Identifier(schema, table),
            sql.SQL("ENABLE" if on else "DISABLE"),
            sql.Identifier(trigger),
        )
    )


def _plain(cursor: CursorWrapper) -> None:
    for statement in _PLAIN:
        cursor.execute(statement)


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _quoted(*names: str) -> str:
    """A name as regclass and regnamespace read it."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
