"""What is left to do once a queryset has become SQL: ask it, and tell its rows.

A reader holds text and values alone, nothing of the request that it was made for: it answers
another one like it just as well. It is handed that one's executor, for what Python says in holes.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, transaction

from kernel.statements import rows_by_sql
from schema.lowering.errors import Broken
from schema.lowering.late import filled
from schema.lowering.plans import Statement
from schema.lowering.shapes import Shape
from schema.lowering.text import BROKEN

type Told = tuple[str, tuple[Any, ...]]
"""A row's text, and the values that were read beside it."""


class Reader(Protocol):
    """Rows that can be asked for again and again."""

    def rows(self, executor: Any) -> Sequence[Told]:
        """Those that there are now. Raises `Broken`, and what the database does."""
        ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """Conditions that nothing meets."""

    def rows(self, executor: Any) -> Sequence[Told]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class ByStatement:
    """Rows by one remembered statement."""

    statement: Statement
    sql: str
    values: Sequence[Any]

    def rows(self, executor: Any) -> Sequence[Told]:
        """Text first, then what is beside it."""
        found = _asked(executor, self.sql, self.values)
        texts = _told(self.statement, found, executor)
        return [(text, row[1:]) for text, row in zip(texts, found, strict=True)]


@dataclass(frozen=True, slots=True)
class OfKeys:
    """The texts of rows by their keys; `shapes` are those of the scopes below the rows."""

    statement: Statement
    shapes: Sequence[Shape]

    def texts(self, keys: Sequence[Any], executor: Any) -> dict[Any, str]:
        """Text by key. Raises `Broken` where one of the rows has gone."""
        if not keys:
            return {}
        these = Shape(None, ([*keys],))
        found = _asked(executor, self.statement.sql, self.statement.values([these, *self.shapes]))
        told = _told(self.statement, found, executor)
        texts = {row[-1]: text for row, text in zip(found, told, strict=True)}
        if not texts.keys() >= set(keys):
            raise Broken("a row that has gone")
        return texts


@dataclass(frozen=True, slots=True)
class KeysFirst:
    """Rows whose keys Django's own statement finds, its values in its text; `of` tells them.

    Without `of` nothing is asked of a row.
    """

    keys: str
    of: OfKeys | None

    def rows(self, executor: Any) -> Sequence[Told]:
        """In the order of the keys."""
        executor.statements.append((self.keys, ()))
        with _unharmed(), connection.cursor() as cursor:
            cursor.execute(self.keys)
            found = cursor.fetchall()
        if self.of is None:
            return [("", row[1:]) for row in found]
        texts = self.of.texts([row[0] for row in found], executor)
        return [(texts[row[0]], row[1:]) for row in found]


def _asked(executor: Any, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    executor.statements.append((sql, values))
    with _unharmed():
        return rows_by_sql(sql, values)


def _unharmed() -> AbstractContextManager[Any]:
    """In a transaction an error of the statement leaves it as it was."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _told(statement: Statement, found: Sequence[tuple[Any, ...]], executor: Any) -> list[str]:
    texts: list[str] = [row[0] for row in found]
    for text in texts:
        if BROKEN in text:
            raise Broken("null where there must be a value, or a value of no kind")
    return filled(texts, statement.holes, executor) if statement.holes else texts
