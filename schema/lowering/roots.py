"""A root query field from end to end: resolved by the product's own queryset, answered as text."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
)
from graphql.execution.values import get_argument_values
from strawberry.schema.schema_converter import get_arguments
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.optimizer import optimizer
from strawberry_django.relay import DjangoListConnection

from kernel.pipeline import Rows
from kernel.statements import Query
from schema.core.fields import Value
from schema.core.keyset import KeysetConnection
from schema.core.pages import connection_of
from schema.lowering.connections import Asked, asked_of, page_said
from schema.lowering.errors import Broken, NotLowered, NotNow
from schema.lowering.pages import Pages, by_keys, by_places
from schema.lowering.plans import Plan
from schema.lowering.readers import Asking, Reader
from schema.lowering.rows import Selection
from schema.lowering.texts import Texts

_PAGE: Final = ("before", "after", "first", "last")


class Told(Protocol):
    """A root field's value, to be told again and again."""

    @property
    def query(self) -> Query | None:
        """What to ask first; None where there is nothing to ask."""
        ...

    def text(self, found: Rows, asking: Asking) -> str:
        """The value that `found` tells of, as JSON text.

        Raises `Broken`, and what the database does.
        """
        ...


@dataclass(frozen=True, slots=True)
class ToldName:
    """`__typename`."""

    name: str
    query: None = None

    def text(self, found: Rows, asking: Asking) -> str:
        """The name."""
        return f'"{self.name}"'


@dataclass(frozen=True, slots=True)
class ToldValue:
    """A value that is not made of rows of a model; its resolver says the same."""

    value: Value

    @property
    def query(self) -> Query | None:
        """What the value is made of."""
        return self.value.query

    def text(self, found: Rows, asking: Asking) -> str:
        """The value."""
        return orjson.dumps(self.value.of(found)).decode()


@dataclass(frozen=True, slots=True)
class ToldList:
    """All the rows."""

    reader: Reader

    @property
    def query(self) -> Query | None:
        """That of its rows."""
        return self.reader.query

    def text(self, found: Rows, asking: Asking) -> str:
        """In order."""
        return "[" + ",".join([text for text, _ in self.reader.rows(found, asking)]) + "]"


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One row; where none `is_needed`, perhaps none."""

    reader: Reader
    is_needed: bool

    @property
    def query(self) -> Query | None:
        """That of its row."""
        return self.reader.query

    def text(self, found: Rows, asking: Asking) -> str:
        """The row, or null."""
        told = self.reader.rows(found, asking)
        if self.is_needed and len(told) != 1:
            raise Broken("not one row")
        return told[0][0] if told else "null"


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page of a connection."""

    pages: Pages
    asked: Asked
    type_name: str

    @property
    def query(self) -> Query | None:
        """That of its rows."""
        return self.pages.query

    def text(self, found: Rows, asking: Asking) -> str:
        """The connection."""
        return page_said(self.pages.page(found, asking), self.asked, self.type_name)


@dataclass(slots=True)
class Root:
    """A root field of one request."""

    executor: Any
    field: GraphQLField
    declared: StrawberryDjangoField
    details: list[Any]
    path: Any
    plan: Plan

    def told(self) -> Told:
        """How to tell the field's value. Raises `NotLowered` and `NotNow`."""
        token = optimizer.set(None)
        try:
            selection, rows, page = self._resolved()
            connection = connection_of(self.field)
            if connection is not None:
                return self._page(connection, selection, rows, page)
            return self._rows(selection, rows)
        finally:
            optimizer.reset(token)

    def asked(self) -> tuple[Any, list[Any], dict[str, Any]]:
        """What the field's resolver is told: `info`, and its arguments, as Strawberry has them.

        Raises `NotNow` for those that graphql-core refuses.
        """
        executor, first = self.executor, self.details[0]
        raw = executor.build_resolve_info(
            self.field,
            [each.node for each in self.details],
            executor.schema.query_type,
            self.path,
        )
        schema = raw.schema._strawberry_schema
        info = schema.config.info_class(_raw_info=raw, _field=self.declared)
        try:
            given = get_argument_values(
                self.field,
                first.node,
                executor.variable_values,
                first.fragment_variable_values,
                executor.hide_suggestions,
            )
            args, kwargs = get_arguments(
                field=self.declared,
                source=None,
                info=info,
                kwargs=given,
                config=schema.config,
                scalar_registry=schema.schema_converter.scalar_registry,
            )
        except Exception as error:  # graphql-core looks again, and says what there is to say
            raise NotNow(f"its arguments raise {type(error).__name__}") from error
        return info, args, kwargs

    def _resolved(self) -> tuple[Selection, QuerySet[Any], dict[str, Any]]:
        """What the product's resolver answers, scoped by the type; and the page that is asked."""
        info, args, kwargs = self.asked()
        page = {}
        if connection_of(self.field) is not None:
            page = {name: kwargs.pop(name, None) for name in _PAGE}
        assert self.declared.base_resolver is not None
        try:
            rows = self.declared.base_resolver(*args, **kwargs)
        except Exception as error:  # graphql-core calls it again, and says what there is to say
            raise NotNow(f"its resolver raises {type(error).__name__}") from error
        if not isinstance(rows, QuerySet) or rows._iterable_class is not ModelIterable:
            raise NotLowered("its resolver answers no rows of a model")
        if rows._prefetch_related_lookups or rows._result_cache is not None:  # type: ignore[attr-defined]
            raise NotLowered("its resolver has read rows already")
        kwargs.setdefault("info", info)
        get_queryset: Any = self.declared.get_queryset
        scoped = get_queryset(rows, **kwargs)
        return Selection(self.executor, info), scoped, page

    # -- kinds of roots -------------------------------------------------------------------------

    def _rows(self, selection: Selection, rows: QuerySet[Any]) -> Told:
        type_ = get_named_type(self.field.type)
        if not isinstance(type_, GraphQLObjectType):
            raise NotLowered(f"{type_} is abstract")
        wanted = Texts(self.plan, selection, type_, self.details)
        if isinstance(get_nullable_type(self.field.type), GraphQLList):
            return ToldList(wanted.reader(rows))
        if isinstance(self.field.type, GraphQLNonNull):
            return ToldRow(wanted.reader(rows, 0, 2), is_needed=True)
        ordered = rows if rows.ordered else rows.order_by("pk")
        return ToldRow(wanted.reader(ordered, 0, 1), is_needed=False)

    def _page(
        self, connection: type[Any], selection: Selection, rows: QuerySet[Any], page: dict[str, Any]
    ) -> Told:
        type_ = get_named_type(self.field.type)
        assert isinstance(type_, GraphQLObjectType)
        asked = asked_of(selection, type_, self.details)
        row_type, details = asked.node or (None, [])
        reader = Texts(self.plan, selection, row_type, details).reader
        if issubclass(connection, DjangoListConnection):
            pages = by_places(rows, asked, selection.info, page, reader)
        elif issubclass(connection, KeysetConnection):
            pages = by_keys(rows, asked, selection.info, page, reader)
        else:
            raise NotLowered("a list of another kind")
        return ToldPage(pages, asked, type_.name)
