"""Root connections: which rows a page has is the library's word."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol, cast

from django.db.models import F, IntegerField, QuerySet
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
from schema.lowering.connections import Asked, Page
from schema.lowering.errors import NotLowered, NotNow
from schema.lowering.plans import Statement
from schema.lowering.readers import Asking, ByStatement, Nothing, Reader, Told, texts_told
from schema.lowering.text import Sql


class Pages(Protocol):
    """A page that can be read again and again."""

    @property
    def query(self) -> Query | None:
        """What to ask first; None where there is nothing to ask."""
        ...

    def page(self, found: Rows, asking: Asking) -> Page:
        """The one that `found` tells of. Raises what its reader does."""
        ...


@dataclass(frozen=True, slots=True)
class CountOnly:
    """Of a list whose rows nobody asks for."""

    counted: QuerySet[Any] | None
    query: None = None

    def page(self, found: Rows, asking: Asking) -> Page:
        """A page of nothing."""
        total = None if self.counted is None else self.counted.count()
        return Page("", _NO_ROWS, total)


@dataclass(frozen=True, slots=True)
class ByPlaces:
    """As `DjangoListConnection` cuts it: cursors are places in the list.

    `counted` is the list where its length is asked for; it is read beside each row, if there are
    any. `total` is the length where the page could not be cut without.
    """

    reader: Reader
    asked: Asked
    start: int
    expected: int | None
    counted: QuerySet[Any] | None
    total: int | None

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
        shown = _shown(told, lambda place, _: cursor_at(self.start + place), self.asked)
        return _page(shown, self.asked, total, previous=self.start > 0, next=has_next)


@dataclass(frozen=True, slots=True)
class Joint:
    """The same, of edges that are nothing but rows: the statement puts them together."""

    statement: Statement
    query: Query
    ends: tuple[str, str]
    start: int
    counted: QuerySet[Any] | None
    total: int | None

    def page(self, found: Rows, asking: Asking) -> Page:
        """The edges, how many they are, whether another follows, and the length of the list."""
        [[text, shown, has_next, length]] = found
        total = self.total
        if self.counted is not None and total is None:
            total = length if shown else self.counted.count()
        info = PageInfo(
            start_cursor=cursor_at(self.start) if shown else None,
            end_cursor=cursor_at(self.start + shown - 1) if shown else None,
            has_previous_page=self.start > 0,
            has_next_page=has_next,
        )
        if not shown:
            return Page("", info, total)
        [said] = texts_told(self.statement, [text], asking)
        before, after = self.ends
        return Page(f"{before}{said}{after}", info, total)


def _joint(rows: Query, ends: tuple[str, str], expected: int, *, counts: bool) -> Query:
    """Rows put together: one more than are `expected` tells that another follows."""
    sql, values = rows
    before, after = ends
    length, columns = ("max(_c)", "_t, _c") if counts else ("NULL", "_t")
    return (
        "SELECT string_agg(_t, %s ORDER BY _n) FILTER (WHERE _n <= %s),"  # noqa: S608
        f" least(count(*), %s), count(*) > %s, {length}"
        f" FROM (SELECT *, row_number() OVER () AS _n FROM ({sql}) _r({columns})) _p",
        [f"{after},{before}", expected, expected, expected, *values],
    )


@dataclass(frozen=True, slots=True)
class ByKeys:
    """As `KeysetConnection` cuts it: cursors are the values that the rows are sorted by.

    `counted` is the whole list where its length is asked for, which takes a statement of its own.
    """

    reader: Reader
    asked: Asked
    descriptors: Sequence[OrderingDescriptor]
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
        shown = _shown(told, lambda _, values: self._cursor(values), self.asked)
        total = None if self.counted is None else self.counted.count()
        return _page(shown, self.asked, total, previous=has_previous, next=has_next)

    def _cursor(self, values: Sequence[Any]) -> str:
        row = _Values()
        for descriptor, value in zip(self.descriptors, values, strict=True):
            setattr(row, descriptor.attname, value)
        cursor = OrderedCollectionCursor.from_model(cast(Any, row), [*self.descriptors])
        return to_base64(DjangoCursorEdge.CURSOR_PREFIX, cursor)


class _Values:
    """What a row is sorted by."""


def _shown(
    told: Sequence[Told], cursor: Callable[[int, Sequence[Any]], str], asked: Asked
) -> list[tuple[str, str]]:
    """Texts with their cursors: each one's where they are asked for, else those of both ends."""
    if asked.has_cursors:
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
    ends = asked.edges.ends
    if isinstance(its, ByStatement) and ends and page.expected is not None:
        query = _joint(its.query, ends, page.expected, counts=asked.counts)
        return Joint(its.statement, query, ends, page.start, counted, told_total)
    return ByPlaces(its, asked, page.start, page.expected, counted, told_total)


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
    return ByKeys(rows_read, asked, descriptors, first, last, counted)


def _page(
    shown: Sequence[tuple[str, str]],
    asked: Asked,
    total: int | None,
    *,
    previous: bool,
    next: bool,
) -> Page:
    info = PageInfo(
        start_cursor=shown[0][1] if shown else None,
        end_cursor=shown[-1][1] if shown else None,
        has_previous_page=previous,
        has_next_page=next,
    )
    return Page(asked.edges.text(shown), info, total)


_NO_ROWS: Final = PageInfo(
    start_cursor=None, end_cursor=None, has_previous_page=False, has_next_page=False
)
