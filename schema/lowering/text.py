"""Pieces of JSON as SQL expressions of type text.

Every expression here answers a text that is never NULL. Two control characters, which JSON text
cannot hold, say what no JSON says: `BROKEN` that this row has no error-free answer, and
`HOLE`…`END` that Python has a word to say there (see late.py).
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db.models import Expression, QuerySet, Subquery, TextField

BROKEN: Final = "\x01"
HOLE: Final = "\x02"
END: Final = "\x03"

MOST_ARGUMENTS: Final = 100
"""Of a function of PostgreSQL's."""
BROKEN_SQL: Final = "chr(1)"
NULL_SQL: Final = "'null'"


def literal(text: str) -> str:
    """`text` as an SQL literal, in a statement that has parameters."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


class Sql(Expression):
    """SQL as it is written, with expressions in between: `Sql("coalesce(", F("a"), ", 0)")`."""

    def __init__(self, *parts: "str | Expression | Any", output_field: Any = None) -> None:
        super().__init__(output_field=output_field or TextField())
        self._text = [part if isinstance(part, str) else None for part in parts]
        self._within = [part for part in parts if not isinstance(part, str)]

    def get_source_expressions(self) -> list[Any]:
        return self._within

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self._within = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        within = iter(self._within)
        sql: list[str] = []
        params: list[Any] = []
        for text in self._text:
            if text is not None:
                sql.append(text)
                continue
            part, its = _compiled(next(within), compiler)
            sql.append(part)
            params += its
        return "".join(sql), params


def _compiled(expression: Any, compiler: Any) -> tuple[str, Sequence[Any]]:
    try:
        part: tuple[str, Sequence[Any]] = compiler.compile(expression)
    except EmptyResultSet:  # rows that Django knows not to be there
        return getattr(expression, "nothing", "NULL"), ()
    return part


def joined(parts: Sequence[Any]) -> Sql:
    """One text of many: each part is JSON text itself, or an expression that answers some."""
    flat: list[Any] = []
    pending = ""
    for part in parts:
        if isinstance(part, str):
            pending += part
            continue
        if pending:
            flat.append(literal(pending))
            pending = ""
        flat.append(part)
    if pending:
        flat.append(literal(pending))
    while len(flat) > MOST_ARGUMENTS:
        flat = [_concat(each) for each in batched(flat, MOST_ARGUMENTS, strict=False)]
    return _concat(flat)


def _concat(parts: Sequence[Any]) -> Sql:
    between: list[Any] = []
    for part in parts:
        between += [", " if between else "", part]
    return Sql("concat(", *between, ")")


class RowsText(Subquery):
    """The one text column of a query's rows, with commas between them; '' where there are none."""

    template = "(SELECT coalesce(string_agg(_r._t, ','), '') FROM (%(subquery)s) _r(_t))"
    nothing = "''"

    def __init__(self, rows: "QuerySet[Any] | Any") -> None:
        super().__init__(rows, output_field=TextField())


class RowText(Subquery):
    """The one text column of a query's one row; NULL where there is none."""

    nothing = "NULL"

    def __init__(self, rows: "QuerySet[Any] | Any") -> None:
        super().__init__(rows, output_field=TextField())
