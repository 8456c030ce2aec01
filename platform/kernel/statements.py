"""Running statements whose text is remembered: in the bound scope like any other.

Django's cursor puts values into the text itself; here they travel beside it, so that a session
which is asked the same again plans it once for each schema; planning takes longer than most
statements. Rights are looked at each time. No other cursor of ours prepares anything, so the modes
that are set here are for these alone.
"""

import itertools
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorDebugWrapper
from psycopg.pq import TransactionStatus

from kernel.pipeline import Pipeline, Rows

type Query = tuple[str, Sequence[Any]]
"""A statement with Django's placeholders, and its values."""

_PLACES: Final = re.compile("%s|%%")


def rows_by_sql(sql: str, values: Sequence[Any]) -> Rows:
    """The rows of one statement. Raises Django's database errors."""
    return rows_of_each([(sql, values)])[0]


def rows_of_each(queries: Sequence[Query]) -> list[Rows]:
    """The rows of each, in one round trip. Raises Django's database errors."""
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    if wrapper.queries_logged:
        return [_by_cursor(*query) for query in queries]
    with wrapper.wrap_database_errors, wrapper.bound_session() as session:
        if wrapper.in_atomic_block and session.pgconn.transaction_status == TransactionStatus.IDLE:
            session.execute("SELECT")  # the transaction begins with what psycopg is asked first
        pipeline = getattr(session, "pipeline_kept", None)
        if pipeline is None:
            pipeline = session.pipeline_kept = Pipeline(session)
        if not pipeline.plans_once and not wrapper.in_atomic_block:  # a ROLLBACK would undo it
            session.execute("SET plan_cache_mode = force_generic_plan")
            pipeline.plans_once = True
        schema = session.bound_schema
        found: list[Rows] = pipeline.rows([(_text(schema, sql), values) for sql, values in queries])
        return found


def _by_cursor(sql: str, values: Sequence[Any]) -> Rows:
    """By a cursor of Django's, with its log of statements."""
    with connection.cursor() as bound, psycopg.RawCursor(bound.connection) as cursor:
        text = _text(connection.schema_name, sql)  # type: ignore[attr-defined]
        with connection.wrap_database_errors, _counted(bound, sql):
            cursor.execute(text.encode(), values)
        return cursor.fetchall()


def _counted(cursor: Any, sql: str) -> AbstractContextManager[Any]:
    """Where Django's queries are listed, this one is among them."""
    return cursor.debug_sql(sql) if isinstance(cursor, CursorDebugWrapper) else nullcontext()


@lru_cache(maxsize=2000)
def _text(schema: str, sql: str) -> str:
    """The statement with its parameters as PostgreSQL itself writes them.

    With its schema: a plan is good for one path, and made anew when the path has changed.
    """
    numbers = itertools.count(1)
    numbered = _PLACES.sub(lambda match: "%" if match[0] == "%%" else f"${next(numbers)}", sql)
    return f"/* {schema} */ {numbered}"
