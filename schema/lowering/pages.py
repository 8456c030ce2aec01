"""Root connections: which rows a page has is the library's word; the text around them is ours."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, Protocol, cast

import orjson
from django.db.models import F, IntegerField, QuerySet
from graphql import GraphQLObjectType, get_named_type
from strawberry import relay
from strawberry.relay import PageInfo
from strawberry.relay.utils import SliceMetadata, to_base64
from strawberry_django.relay.cursor_connection import (
    DjangoCursorEdge,
    OrderedCollectionCursor,
    OrderingDescriptor,
    apply_cursor_pagination,
)

from kernel.pipeline import Rows
from kernel.statements import Query
from schema.lowering.errors import NotLowered, NotNow
from schema.lowering.readers import Asking, Nothing, Reader, Told
from schema.lowering.rows import Selection
from schema.lowering.text import Sql

_PAGE_INFO: Final = {
    "hasNextPage": "has_next_page",
    "hasPreviousPage": "has_previous_page",
    "startCursor": "start_cursor",
    "endCursor": "end_cursor",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks of a connection; names are those of the answer."""

    names: dict[str, str]
    edges: Callable[[Sequence[tuple[str, str]]], str]
    """All edges' text, of their rows' texts and cursors."""
    has_cursors: bool
    """Whether each row's is asked for."""
    info: dict[str, str]
    info_type: str
    node: tuple[GraphQLObjectType, list[Any]] | None

    @property
    def reads_rows(self) -> bool:
        """Whether any row is looked at."""
        return "edges" in self.names.values() or "pageInfo" in self.names.values()

    @property
    def counts(self) -> bool:
        """Whether the length of the whole list is asked for."""
        return "totalCount" in self.names.values()


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its rows' texts with their cursors, where it stands, and how many there are."""

    rows: Sequence[tuple[str, str]]
    info: PageInfo
    total: int | None = None


class Pages(Protocol):
    """A page that can be read again and again."""

    @property
    def query(self) -> Query | None:
        """What to ask first; None where there is nothing to ask."""
        ...

    def page(self, found: Rows, asking: Asking) -> Page:
        """The one that `found` tells of. Raises what its reader does."""
        ...


def asked_of(selection: Selection, type_: GraphQLObjectType, details: list[Any]) -> Asked:
    """What is asked of the connection. Raises `NotLowered` for more than one list of its rows."""
    edge_type, info_type = _type(type_, "edges"), _type(type_, "pageInfo")
    names: dict[str, str] = {}
    edge: dict[str, str] = {}
    info: dict[str, str] = {}
    node = None
    for name, its in selection.fields(type_, details).items():
        what = its[0].node.name.value
        if what in ("edges", "pageInfo") and what in names.values():
            raise NotLowered(f"{what} twice")
        names[name] = what
        if what == "edges":
            for inner, below in selection.fields(edge_type, its).items():
                edge[inner] = below[0].node.name.value
                if edge[inner] == "node":
                    if node is not None:
                        raise NotLowered("node twice")
                    node = _type(edge_type, "node"), below
        elif what == "pageInfo":
            info = {
                inner: below[0].node.name.value
                for inner, below in selection.fields(info_type, its).items()
            }
        elif what not in ("totalCount", "__typename"):
            raise NotLowered(f"{type_}.{what}")
    has_cursors = "cursor" in edge.values()
    return Asked(names, _edges(edge, edge_type.name), has_cursors, info, info_type.name, node)


def _edges(names: dict[str, str], type_name: str) -> Callable[[Sequence[tuple[str, str]]], str]:
    """How edges with these fields are written."""
    values = {"node": "%s", "cursor": '"%s"', "__typename": f'"{type_name}"'}
    edge = "{" + ",".join(f'"{name}":{values[what]}' for name, what in names.items()) + "}"
    places = [("node", "cursor").index(what) for what in names.values() if what != "__typename"]
    if places == [0]:  # as most are: nothing but the rows
        before, after = edge.split("%s")
        between = f"{after},{before}"
        return lambda rows: before + between.join([text for text, _ in rows]) + after
    parts = itemgetter(*places) if places else lambda _: ()
    return lambda rows: ",".join([edge % parts(row) for row in rows])


def _type(type_: GraphQLObjectType, name: str) -> GraphQLObjectType:
    its = get_named_type(type_.fields[name].type)
    assert isinstance(its, GraphQLObjectType)
    return its


def page_said(page: Page, asked: Asked, type_name: str) -> str:
    """The connection as JSON text."""
    said = []
    for name, what in asked.names.items():
        match what:
            case "edges":
                edges = asked.edges(page.rows) if page.rows else ""
                said.append(f'"{name}":[{edges}]')
            case "pageInfo":
                said.append(f'"{name}":{_info(page.info, asked)}')
            case "totalCount":
                said.append(f'"{name}":{"null" if page.total is None else page.total}')
            case _:
                said.append(f'"{name}":"{type_name}"')
    return "{" + ",".join(said) + "}"


def _info(info: PageInfo, asked: Asked) -> str:
    values = {
        name: asked.info_type if what == "__typename" else getattr(info, _PAGE_INFO[what])
        for name, what in asked.info.items()
    }
    return orjson.dumps(values).decode()


@dataclass(frozen=True, slots=True)
class CountOnly:
    """Of a list whose rows nobody asks for."""

    counted: QuerySet[Any] | None
    query: None = None

    def page(self, found: Rows, asking: Asking) -> Page:
        """A page of nothing."""
        total = None if self.counted is None else self.counted.count()
        return Page([], _NO_ROWS, total)


@dataclass(frozen=True, slots=True)
class ByPlaces:
    """As `DjangoListConnection` cuts it: cursors are places in the list (`has_cursors`: each told).

    `counted` is the list where its length is asked for; it is read beside each row, if there are
    any. `total` is the length where the page could not be cut without.
    """

    reader: Reader
    start: int
    expected: int | None
    counted: QuerySet[Any] | None
    total: int | None
    has_cursors: bool

    @property
    def query(self) -> Query | None:
        """That of its rows."""
        return self.reader.query

    def page(self, found: Rows, asking: Asking) -> Page:
        """One row more than the page has tells whether another follows."""
        told = self.reader.rows(found, asking)
        total = self.total
        if self.counted is not None and total is None:
            total = told[0][1][0] if told else self.counted.count()
        has_next = self.expected is not None and len(told) == self.expected + 1
        if has_next:
            told = told[:-1]
        shown = _shown(told, lambda place, _: cursor_at(self.start + place), self.has_cursors)
        return Page(shown, _info_of(shown, previous=self.start > 0, next=has_next), total)


@dataclass(frozen=True, slots=True)
class ByKeys:
    """As `KeysetConnection` cuts it: cursors are the values that the rows are sorted by.

    `counted` is the whole list where its length is asked for, which takes a statement of its own;
    `has_cursors` where each row's is asked for.
    """

    reader: Reader
    descriptors: Sequence[OrderingDescriptor]
    has_cursors: bool
    first: int | None
    last: int | None
    counted: QuerySet[Any] | None

    @property
    def query(self) -> Query | None:
        """That of its rows."""
        return self.reader.query

    def page(self, found: Rows, asking: Asking) -> Page:
        """One row more than the page has tells whether another follows."""
        told = self.reader.rows(found, asking)
        has_previous = has_next = False
        if self.first is not None:
            has_next = len(told) > self.first
            told = told[: self.first]
        if self.last is not None:
            has_previous = len(told) > self.last
            told = told[: self.last][::-1]
        shown = _shown(told, lambda _, values: self._cursor(values), self.has_cursors)
        total = None if self.counted is None else self.counted.count()
        return Page(shown, _info_of(shown, previous=has_previous, next=has_next), total)

    def _cursor(self, values: Sequence[Any]) -> str:
        row = _Values()
        for descriptor, value in zip(self.descriptors, values, strict=True):
            setattr(row, descriptor.attname, value)
        cursor = OrderedCollectionCursor.from_model(cast(Any, row), [*self.descriptors])
        return to_base64(DjangoCursorEdge.CURSOR_PREFIX, cursor)


class _Values:
    """What a row is sorted by."""


def _shown(
    told: Sequence[Told], cursor: Callable[[int, Sequence[Any]], str], has_cursors: bool
) -> list[tuple[str, str]]:
    """Texts with their cursors: each one's where they are asked for, else those of both ends."""
    if has_cursors:
        return [(text, cursor(place, values)) for place, (text, values) in enumerate(told)]
    shown = [(text, "") for text, _ in told]
    for place in {0, len(told) - 1} if told else ():
        text, values = told[place]
        shown[place] = text, cursor(place, values)
    return shown


@lru_cache(maxsize=1000)
def cursor_at(place: int) -> str:
    """The cursor of the row at this place of a list."""
    return to_base64(relay.Edge.CURSOR_PREFIX, place)


def by_places(
    rows: QuerySet[Any],
    asked: Asked,
    info: Any,
    arguments: dict[str, Any],
    reader: Callable[..., Reader],
) -> Pages:
    """The page of `rows` that `arguments` ask for. `reader` is `Texts.reader`.

    Raises `NotLowered`, `NotNow`, and what the library raises of arguments.
    """
    if asked.counts and (rows.query.distinct or rows.query.is_sliced):
        raise NotLowered("the length of a list that is cut or distinct")
    counted = rows if asked.counts else None
    if not asked.reads_rows:
        return CountOnly(counted)
    if arguments["last"] is not None and asked.node is None:
        raise NotLowered("the last of rows that nobody asks for")  # the library counts otherwise
    total = None
    if arguments["last"] and arguments["before"] is None:
        total = rows.count()
        arguments = {**arguments, "before": to_base64(relay.Edge.CURSOR_PREFIX, total)}
    page = SliceMetadata.from_arguments(info, **arguments)
    if page.end == sys.maxsize:
        raise NotNow("the last none of a list")
    beside = {"_c": Sql("count(*) OVER ()", output_field=IntegerField())} if asked.counts else {}
    is_empty = page.overfetch <= page.start
    its = Nothing() if is_empty else reader(rows, page.start, page.overfetch, beside=beside)
    told_total = total if asked.counts else None
    return ByPlaces(its, page.start, page.expected, counted, told_total, asked.has_cursors)


def by_keys(
    rows: QuerySet[Any],
    asked: Asked,
    info: Any,
    arguments: dict[str, Any],
    reader: Callable[..., Reader],
) -> Pages:
    """The same for a list by keys. Raises `NotLowered` and `NotNow`."""
    counted = rows if asked.counts else None
    first, last = arguments["first"], arguments["last"]
    if first is not None and last is not None:
        raise NotLowered("the last of the first")
    try:
        cut, descriptors = apply_cursor_pagination(
            rows.only("pk"), info=info, max_results=None, **arguments
        )
    except ValueError as error:
        raise NotNow("arguments that such a page does not take") from error
    if not asked.reads_rows:
        return CountOnly(counted)
    beside = {f"_o{place}": F(each.attname) for place, each in enumerate(descriptors)}
    rows_read = reader(cut, beside=beside)
    return ByKeys(rows_read, descriptors, asked.has_cursors, first, last, counted)


def _info_of(shown: Sequence[tuple[str, str]], *, previous: bool, next: bool) -> PageInfo:
    return PageInfo(
        start_cursor=shown[0][1] if shown else None,
        end_cursor=shown[-1][1] if shown else None,
        has_previous_page=previous,
        has_next_page=next,
    )


_NO_ROWS: Final = _info_of([], previous=False, next=False)
