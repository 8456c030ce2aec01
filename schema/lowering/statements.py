"""Running a statement: prepared, on a cursor of its own, in the bound scope like any other.

Django's cursor puts values into the text itself; here they travel beside it, so that PostgreSQL
plans a statement once a session and schema; planning takes longer than the statement. Rights are
looked at each time. No other cursor of ours prepares anything, so the mode is for these alone.
"""

import itertools
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, Final

import psycopg
from django.db import connection, transaction
from django.db.backends.utils import CursorDebugWrapper
from django.db.models import QuerySet

_PLACES: Final = re.compile("%s|%%")
PREPARED: Final = 40
"""Statements that one session keeps prepared."""


def rows_by_sql(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a remembered statement. Raises Django's database errors."""
    with _unharmed(), connection.cursor() as bound, connection.wrap_database_errors:
        session: Any = bound.connection
        session.prepared_max = PREPARED
        with psycopg.RawCursor(session) as cursor:
            if not hasattr(session, "plans_once") and not connection.in_atomic_block:
                cursor.execute("SET plan_cache_mode = force_generic_plan")
                session.plans_once = True
            # By its schema: a plan is good for one path, and made anew when the path has changed.
            schema: str = connection.schema_name  # type: ignore[attr-defined]
            with _counted(bound, sql):
                cursor.execute(f"/* {schema} */ {_numbered(sql)}", values, prepare=True)
            return cursor.fetchall()


def _counted(cursor: Any, sql: str) -> AbstractContextManager[Any]:
    """Where Django's queries are listed, this one is among them."""
    return cursor.debug_sql(sql) if isinstance(cursor, CursorDebugWrapper) else nullcontext()


@lru_cache(maxsize=1000)
def _numbered(sql: str) -> str:
    """The statement with its parameters as PostgreSQL itself writes them."""
    numbers = itertools.count(1)
    return _PLACES.sub(lambda match: "%" if match[0] == "%%" else f"${next(numbers)}", sql)


def rows_by_django(rows: QuerySet[Any]) -> list[Any]:
    """The rows of a queryset that is compiled for this request alone."""
    with _unharmed():
        return list(rows)


def _unharmed() -> Any:
    """In a transaction an error of the statement leaves it as it was."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()
