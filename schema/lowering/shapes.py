"""When two querysets are one statement with other values: the key and the values of a queryset.

The product's own code makes its querysets anew for each request: permission may read what it
likes. Compiling the whole statement is what costs, so that is remembered, by the SQL of every
condition in it. A condition that is different in anything but its values is another statement.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import Expression, OrderBy
from django.db.models.sql.where import WhereNode

from schema.lowering.errors import NotLowered

_WORD: Final = re.compile(r"[a-z_]+")
_PLACES: Final = re.compile("%s|%%")


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter of a remembered statement: the `place`-th value of its `scope`-th queryset."""

    scope: int
    place: int


@dataclass(frozen=True, slots=True)
class Shape:
    """`key` is equal for querysets that differ in `values` alone."""

    key: Hashable
    values: tuple[Any, ...]


class _Marked(WhereNode):
    """Conditions whose values are left open."""

    scope: int | None = None

    def clone(self) -> "_Marked":
        clone: Any = super().clone()
        clone.scope = self.scope
        return clone  # type: ignore[no-any-return]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if self.scope is None:
            raise NotLowered("conditions that Django has taken apart")
        sql, values = super().as_sql(compiler, connection)
        return sql, [
            value if is_code(value) else Slot(self.scope, place)
            for place, value in enumerate(values)
        ]


def is_code(value: object) -> bool:
    """Whether a value is a word of the code's own, which a statement may have in it as it is.

    PostgreSQL then plans for it: most tables are indexed by what is in which state.
    """
    return isinstance(value, Enum) and isinstance(value, str) and bool(_WORD.fullmatch(value.value))


def inlined(sql: str, params: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """A statement with the words of the code in it, and the parameters that are left."""
    left: list[Any] = []
    waiting = iter(params)

    def put(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%%"
        value = next(waiting)
        if is_code(value):
            return f"'{value.value}'"
        left.append(value)
        return "%s"

    return _PLACES.sub(put, sql), tuple(left)


def marked(rows: QuerySet[Any], scope: int) -> QuerySet[Any]:
    """`rows`, whose conditions compile to slots in the place of their values."""
    rows = rows._chain()  # type: ignore[attr-defined]
    where = rows.query.where
    open_ = _Marked(children=where.children[:], connector=where.connector, negated=where.negated)
    open_.scope = scope
    rows.query.where = open_
    return rows


class Open(Expression):
    """An expression whose values are left open."""

    def __init__(self, expression: Any, scope: int) -> None:
        super().__init__()
        self._expression = expression
        self._scope = scope

    def get_source_expressions(self) -> list[Any]:
        return [self._expression]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self._expression,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        sql, values = compiler.compile(self._expression)
        return sql, [Slot(self._scope, place) for place in range(len(values))]


def shape_of_annotation(rows: QuerySet[Any], name: str) -> Shape:
    """The shape of an annotation of `rows`."""
    query: Any = rows.query
    compiler = query.get_compiler(connection=connection)
    sql, values = compiler.compile(query.annotations[name])
    return Shape((query.model, name, sql), tuple(values))


def shape_of(rows: QuerySet[Any]) -> Shape | None:
    """The shape of `rows`; None where more than their conditions may hold values."""
    query: Any = rows.query
    if query.combinator or query.group_by is not None or query.distinct or query.extra_tables:
        return None
    if query.extra or query.extra_order_by or query._filtered_relations:
        return None
    ordering = [_order(each, query.annotations) for each in query.order_by]
    if None in ordering:
        return None
    try:
        sql, values = query.where.as_sql(query.get_compiler(connection=connection), connection)
    except EmptyResultSet:
        sql, values = "nothing", ()
    except FullResultSet:
        sql, values = "", ()
    joins = tuple(
        (alias, join.table_name, join.join_type, join.parent_alias, getattr(join, "join_cols", ()))
        for alias, join in query.alias_map.items()
        if query.alias_refcount.get(alias)
    )
    marks = (query.low_mark, query.high_mark, query.default_ordering, query.standard_ordering)
    codes = tuple(value if is_code(value) else None for value in values)
    return Shape((query.model, sql, codes, joins, tuple(ordering), marks), tuple(values))


def _order(each: Any, annotations: dict[str, Any]) -> Hashable:
    """What an order is by, if that is a column."""
    if isinstance(each, F):
        each = each.asc()
    if isinstance(each, OrderBy) and type(each.expression) is F:
        name: str = each.expression.name  # type: ignore[attr-defined]
        said: Hashable = (name, each.descending, each.nulls_first, each.nulls_last)
    elif isinstance(each, str):
        name = said = each
    else:
        return None
    return None if name.lstrip("-+").partition("__")[0] in annotations else said
