"""The texts of a queryset's rows: by a remembered statement, or one that is compiled now.

Where more than conditions holds values, as in a search that is sorted by what was typed, the rows
are found by Django's own statement, keys alone, and told by a remembered one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F, IntegerField, QuerySet, Value
from graphql import GraphQLObjectType

from schema.lowering.errors import Broken, NotLowered
from schema.lowering.late import filled
from schema.lowering.plans import Plan, Statement
from schema.lowering.rows import TEXT, Selection
from schema.lowering.shapes import Shape, inlined, marked, shape_of
from schema.lowering.statements import rows_by_django, rows_by_sql
from schema.lowering.text import BROKEN, Sql


@dataclass(slots=True)
class Texts:
    """What is asked of each row. Without `row_type` that is nothing, and its text is empty.

    `counts`: whether the length of the whole list is asked for.
    """

    plan: Plan
    selection: Selection
    row_type: GraphQLObjectType | None
    details: list[Any]
    counts: bool = False

    def read(self, rows: QuerySet[Any], start: int, end: int | None) -> Sequence[tuple[str, int]]:
        """The texts of the rows in these places, each with the length of the list, or 0."""
        if self.row_type is None:
            total = rows.count() if self.counts else 0
            keys = rows_by_django(rows.values_list("pk", flat=True)[start:end])
            return [("", total) for _ in keys]
        root = shape_of(rows)
        if root is None:
            keys = rows_by_django(rows.values_list("pk", flat=True)[start:end])
            texts = self.of(rows.model, keys)
            return [(texts[key], 0) for key in keys]
        if rows.query.is_sliced and (start or end is not None):
            rows = rows[start:end]
            root = shape_of(rows)
            assert root is not None
        extra = {"_c": Sql("count(*) OVER ()", output_field=IntegerField())} if self.counts else {}
        statement, values = self._statement(rows, root, extra)
        if statement is None:
            return []
        sql = statement.sql
        if not rows.query.is_sliced:
            if start:
                sql, values = f"{sql} OFFSET %s", [*values, start]
            if end is not None:
                sql += f" LIMIT {end - start:d}"
        found = self._found(sql, values)
        return list(zip(self._told(statement, found), (row[-1] for row in found), strict=True))

    def of(self, model: type[Any], keys: Sequence[Any]) -> dict[Any, str]:
        """The texts of the rows with these keys, which the caller may see.

        Raises `Broken` where one of them has gone.
        """
        if not keys:
            return {}
        these = Sql(F("pk"), " = ANY(", Value(list(keys)), ")", output_field=BooleanField())
        rows = model._base_manager.filter(these).order_by()
        root = shape_of(rows)
        assert root is not None
        statement, values = self._statement(rows, root, {"_k": F("pk")})
        assert statement is not None
        found = self._found(statement.sql, values)
        texts = {
            row[-1]: text for row, text in zip(found, self._told(statement, found), strict=True)
        }
        if not texts.keys() >= set(keys):
            raise Broken("a row that has gone")
        return texts

    def _found(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        self.selection.executor.statements.append((sql, values))
        return rows_by_sql(sql, values)

    def _told(self, statement: Statement, found: Sequence[tuple[Any, ...]]) -> list[str]:
        texts: list[str] = [row[0] for row in found]
        for text in texts:
            if BROKEN in text:
                raise Broken("null where there must be a value, or a value of no kind")
        if not statement.holes:
            return texts
        return filled(texts, statement.holes, self.selection.executor)

    def _statement(
        self, rows: QuerySet[Any], root: Shape, extra: dict[str, Any]
    ) -> tuple[Statement | None, list[Any]]:
        """The statement for rows of this shape, with its values; None where it can have no rows."""
        plan, info = self.plan, self.selection.info
        if plan.scopes is None:
            compiled = self._compiled(rows, extra)
            if compiled is None:
                return None, []
            plan.scopes = tuple(self.selection.scopes)
        else:
            compiled = None
        shapes = [root]
        for scope in plan.scopes:
            shape = scope.shape(info)
            if shape is None:
                raise NotLowered("rows below the root are more than scoped")
            shapes.append(shape)
        key = (*(shape.key for shape in shapes), *extra)
        statement = plan.statements.get(key)
        if statement is None:
            compiled = compiled or self._compiled(rows, extra)
            if compiled is None:
                return None, []
            statement = plan.statements.put(key, compiled)
        return statement, statement.values(shapes)

    def _compiled(self, rows: QuerySet[Any], extra: dict[str, Any]) -> Statement | None:
        assert self.row_type is not None
        texts = self.selection.texts(marked(rows, 0), self.row_type, self.details)
        texts = texts.annotate(**extra).values_list(TEXT, *extra)
        try:
            sql, params = texts.query.get_compiler("default").as_sql()
        except EmptyResultSet:
            return None
        sql, left = inlined(sql, params)
        return Statement(sql, left, tuple(self.selection.holes))
