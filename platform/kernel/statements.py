"""Running a statement whose text is remembered: in the bound scope like any other.

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
from django.db import connection
from django.db.backends.utils import CursorDebugWrapper

_PLACES: Final = re.compile("%s|%%")
PREPARED: Final = 40
"""Statements that one session keeps prepared."""
WORTH_PREPARING: Final = 2
"""Times that a session is asked a statement of one schema before it keeps it."""


def rows_by_sql(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with Django's placeholders. Raises Django's database errors."""
    with connection.cursor() as bound, connection.wrap_database_errors:
        session: Any = bound.connection
        with psycopg.RawCursor(session) as cursor:
            if not hasattr(session, "plans_once") and not connection.in_atomic_block:
                cursor.execute("SET plan_cache_mode = force_generic_plan")
                session.prepared_max, session.prepare_threshold = PREPARED, WORTH_PREPARING
                session.plans_once = True
            # By its schema: a plan is good for one path, and made anew when the path has changed.
            schema: str = connection.schema_name  # type: ignore[attr-defined]
            with _counted(bound, sql):
                cursor.execute(f"/* {schema} */ {_numbered(sql)}", values)
            return cursor.fetchall()


def _counted(cursor: Any, sql: str) -> AbstractContextManager[Any]:
    """Where Django's queries are listed, this one is among them."""
    return cursor.debug_sql(sql) if isinstance(cursor, CursorDebugWrapper) else nullcontext()


@lru_cache(maxsize=1000)
def _numbered(sql: str) -> str:
    """The statement with its parameters as PostgreSQL itself writes them."""
    numbers = itertools.count(1)
    return _PLACES.sub(lambda match: "%" if match[0] == "%%" else f"${next(numbers)}", sql)
