"""From a queryset to a reader of its rows' texts: the statement is found, or compiled now.

Where more than conditions holds values, as in a search that is sorted by what was typed, the rows
are found by Django's own statement, keys alone, and told by a remembered one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, QuerySet, Value
from graphql import GraphQLObjectType
from psycopg import ClientCursor

from schema.lowering.errors import NotLowered
from schema.lowering.plans import Plan, Statement
from schema.lowering.readers import ByStatement, KeysFirst, Nothing, OfKeys, Reader
from schema.lowering.rows import TEXT, Selection
from schema.lowering.shapes import Shape, inlined, marked, shape_of
from schema.lowering.text import Sql


@dataclass(slots=True)
class Texts:
    """What is asked of each row. Without `row_type` that is nothing, and its text is empty."""

    plan: Plan
    selection: Selection
    row_type: GraphQLObjectType | None
    details: list[Any]

    def reader(
        self,
        rows: QuerySet[Any],
        start: int = 0,
        end: int | None = None,
        *,
        beside: Mapping[str, Any] | None = None,
    ) -> Reader:
        """Of the rows in these places; `beside` are annotations that are read along."""
        beside = beside or {}
        if rows.query.is_sliced and (start or end is not None):
            rows, start, end = rows[start:end], 0, None
        root = shape_of(rows) if self.row_type is not None else None
        if root is None:
            return self._keys_first(rows, start, end, beside)
        statement, values = self._statement(rows, root, beside)
        if statement is None:
            return Nothing()
        sql = statement.sql
        if not rows.query.is_sliced:
            if start:
                sql, values = f"{sql} OFFSET %s", [*values, start]
            if end is not None:
                sql += f" LIMIT {end - start:d}"
        return ByStatement(statement, (sql, values))

    def _keys_first(
        self, rows: QuerySet[Any], start: int, end: int | None, beside: Mapping[str, Any]
    ) -> Reader:
        if rows.query.combinator or rows.query.group_by is not None:
            raise NotLowered("rows that are united or grouped")
        keys = rows.annotate(**beside).values_list("pk", *beside)
        if start or end is not None:
            keys = keys[start:end]
        try:
            sql, params = keys.query.sql_with_params()
        except EmptyResultSet:
            return Nothing()
        connection.ensure_connection()  # it writes the values, and is asked nothing
        text = ClientCursor(cast(Any, connection.connection)).mogrify(sql, params)
        of = self._of(rows.model) if self.row_type is not None else None
        return KeysFirst((text.replace("%", "%%"), ()), of)

    def _of(self, model: type[Any]) -> OfKeys:
        these = Sql(F("pk"), " = ANY(", Value([]), ")", output_field=BooleanField())
        rows = model._base_manager.filter(these).order_by()
        root = shape_of(rows)
        assert root is not None and root.values == ([],)
        shapes = self._shapes(rows)
        statement = self._remembered(rows, [root, *shapes], {"_k": F("pk")})
        assert statement is not None
        return OfKeys(statement, shapes)

    def _statement(
        self, rows: QuerySet[Any], root: Shape, beside: Mapping[str, Any]
    ) -> tuple[Statement | None, list[Any]]:
        """The statement for rows of this shape, with its values; None where it can have no rows."""
        shapes = [root, *self._shapes(rows)]
        statement = self._remembered(rows, shapes, beside)
        return statement, statement.values(shapes) if statement else []

    def _shapes(self, rows: QuerySet[Any]) -> list[Shape]:
        """The shapes of the querysets below `rows`, as this request has them."""
        if self.plan.scopes is None:
            self._compiled(rows, {})
            self.plan.scopes = tuple(self.selection.scopes)
        shapes = []
        for scope in self.plan.scopes:
            shape = scope.shape(self.selection.info)
            if shape is None:
                raise NotLowered("rows below the root are more than scoped")
            shapes.append(shape)
        return shapes

    def _remembered(
        self, rows: QuerySet[Any], shapes: list[Shape], beside: Mapping[str, Any]
    ) -> Statement | None:
        key = (*(shape.key for shape in shapes), *beside)
        statement = self.plan.statements.get(key)
        if statement is None:
            compiled = self._compiled(rows, beside)
            statement = compiled and self.plan.statements.put(key, compiled)
        return statement

    def _compiled(self, rows: QuerySet[Any], beside: Mapping[str, Any]) -> Statement | None:
        assert self.row_type is not None
        self.selection.holes.clear()
        texts = self.selection.texts(marked(rows, 0), self.row_type, self.details)
        texts = texts.annotate(**beside).values_list(TEXT, *beside)
        try:
            sql, params = texts.query.get_compiler("default").as_sql()
        except EmptyResultSet:
            return None
        sql, left = inlined(sql, params)
        return Statement(sql, left, tuple(self.selection.holes))
