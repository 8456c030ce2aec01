"""What is left to do once a queryset has become SQL: ask it, and tell its rows.

A reader holds text and values, nothing of the request that it was made for but the querysets that
a page's total is counted by (`pages.py`), and those are asked anew each time: it answers another
one like it just as well. It says what is to be asked, so that several are asked at once,
and is handed what was found, with that request's `Asking`.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection, transaction

from kernel.pipeline import Rows
from kernel.statements import Query, rows_of_each
from schema.lowering.errors import Broken
from schema.lowering.late import filled
from schema.lowering.plans import Statement
from schema.lowering.shapes import Shape
from schema.lowering.text import BROKEN

type Told = tuple[str, tuple[Any, ...]]
"""A row's text, and the values that were read beside it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request under way: its executor, for what Python says in holes, made when it is needed;
    and what was asked of the database for it.
    """

    executor: Callable[[], Any]
    queries: list[Query] = field(default_factory=list)

    def rows(self, queries: Sequence[Query]) -> list[Rows]:
        """The rows of each, asked at once. Raises what the database does."""
        self.queries.extend(queries)
        with _unharmed():
            return rows_of_each(queries)


class Reader(Protocol):
    """Rows that can be asked for again and again."""

    @property
    def query(self) -> Query | None:
        """What to ask first; None where there is nothing to ask."""
        ...

    def rows(self, found: Rows, asking: Asking) -> Sequence[Told]:
        """Those that `found` tells of. Raises `Broken`, and what the database does."""
        ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """Conditions that nothing meets."""

    query: None = None

    def rows(self, found: Rows, asking: Asking) -> Sequence[Told]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class ByStatement:
    """Rows by one remembered statement."""

    statement: Statement
    query: Query

    def rows(self, found: Rows, asking: Asking) -> Sequence[Told]:
        """Text first, then what is beside it."""
        texts = texts_told(self.statement, [row[0] for row in found], asking)
        return [(text, row[1:]) for text, row in zip(texts, found, strict=True)]


@dataclass(frozen=True, slots=True)
class OfKeys:
    """The texts of rows by their keys; `shapes` are those of the scopes below the rows."""

    statement: Statement
    shapes: Sequence[Shape]

    def texts(self, keys: Sequence[Any], asking: Asking) -> dict[Any, str]:
        """Text by key. Raises `Broken` where one of the rows has gone."""
        if not keys:
            return {}
        these = Shape(None, ([*keys],))
        values = self.statement.values([these, *self.shapes])
        [found] = asking.rows([(self.statement.sql, values)])
        said = texts_told(self.statement, [row[0] for row in found], asking)
        texts = {row[-1]: text for row, text in zip(found, said, strict=True)}
        if not texts.keys() >= set(keys):
            raise Broken("a row that has gone")
        return texts


@dataclass(frozen=True, slots=True)
class KeysFirst:
    """Rows whose keys are found first, by `query`; `of` tells them.

    Without `of` nothing is asked of a row.
    """

    query: Query
    of: OfKeys | None

    def rows(self, found: Rows, asking: Asking) -> Sequence[Told]:
        """In the order of the keys."""
        if self.of is None:
            return [("", row[1:]) for row in found]
        texts = self.of.texts([row[0] for row in found], asking)
        return [(texts[row[0]], row[1:]) for row in found]


def _unharmed() -> AbstractContextManager[Any]:
    """In a transaction an error of the statement leaves it as it was."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def texts_told(statement: Statement, texts: list[str], asking: Asking) -> list[str]:
    """What `statement` says, with what Python says in its holes. Raises `Broken`."""
    for text in texts:
        if BROKEN in text:
            raise Broken("null where there must be a value, or a value of no kind")
    return filled(texts, statement.holes, asking.executor) if statement.holes else texts
