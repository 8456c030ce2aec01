"""A connection below the root: a page of a row's children, as text, in the row's own statement.

As strawberry-django makes it: cursors are places in the list, `hasNextPage` and `totalCount` count
all of the list. The last ones of a list are read backwards, and told in its order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from django.db.models import IntegerField, QuerySet, Subquery, TextField
from graphql import GraphQLError, GraphQLField, GraphQLObjectType, get_named_type
from graphql.execution.values import get_argument_values
from strawberry.relay.utils import SliceMetadata
from strawberry_django.relay import DjangoListConnection

from schema.core.pages import connection_of
from schema.lowering.errors import NotLowered
from schema.lowering.text import Sql, literal

if TYPE_CHECKING:
    from schema.lowering.rows import Selection

_MOST: Final = 100
_PAGE_INFO: Final = {
    "hasNextPage": "CASE WHEN max(_n) + 1 < max(_c) THEN 'true' ELSE 'false' END",
    "hasPreviousPage": "CASE WHEN min(_n) > 0 THEN 'true' ELSE 'false' END",
    "startCursor": "min(_n)",
    "endCursor": "max(_n)",
}


@dataclass(frozen=True, slots=True)
class Places:
    """So many rows from place `start` on; `from_end`, the last so many, but none before `start`."""

    start: int
    size: int
    from_end: bool


class PageText(Subquery):
    """`said` of a page's rows: `_t` their text, `_n` their place from 0, `_c` how many in all."""

    nothing = "NULL"

    def __init__(self, rows: "QuerySet[Any] | Any", said: str, page: Places) -> None:
        super().__init__(rows, output_field=TextField())
        turn = "row_number() OVER ()"
        place = f"_c - {turn}" if page.from_end else f"{turn} + {page.start - 1}"
        self.template = (
            f"(SELECT {said} FROM (SELECT _t, _c, {place} AS _n FROM (%(subquery)s) _r(_t, _c)) _p"  # noqa: S608
            f" WHERE _n >= {page.start})"
        )


def page_text(
    selection: "Selection", its: GraphQLField, rows: QuerySet[Any], details: list[Any]
) -> Any:
    """The connection `its` over `rows`, which are those of one parent. Raises `NotLowered`."""
    connection = connection_of(its)
    if connection is None or not issubclass(connection, DjangoListConnection):
        raise NotLowered("a list by keys below the root")
    page = _page(selection, its, details)
    type_ = get_named_type(its.type)
    assert isinstance(type_, GraphQLObjectType)
    said = ["'{'"]
    node: tuple[GraphQLObjectType, list[Any]] | None = None
    for name, asked in selection.fields(type_, details).items():
        said.append(_key(name, first=len(said) == 1))
        match asked[0].node.name.value:
            case "__typename":
                said.append(literal(f'"{type_.name}"'))
            case "edges" if node is None:
                edge, node = _edge(selection, type_, asked)
                said += ["'['", f"string_agg({edge}, ',' ORDER BY _n)", "']'"]
            case "pageInfo":
                said += _page_info(selection, type_, asked)
            case "totalCount" if page.start == 0:  # a later page may have no row to tell it
                said.append("coalesce(max(_c), 0)")
            case other:
                raise NotLowered(f"{other} of such a page")
    if node is None:
        raise NotLowered("a page without its rows")
    said.append("'}'")
    if page.from_end:
        if not rows.ordered:
            raise NotLowered("the end of rows in no order")
        rows = rows.reverse()
    texts = selection.texts(rows, *node)
    counted = texts.annotate(_c=Sql("count(*) OVER ()", output_field=IntegerField()))
    skipped = 0 if page.from_end else page.start
    shown = counted.values_list("_lowered", "_c")[skipped : skipped + page.size]
    return PageText(shown, _concat(said), page)


def _page(selection: "Selection", its: GraphQLField, details: list[Any]) -> Places:
    executor, first = selection.executor, details[0]
    try:
        arguments = get_argument_values(
            its, first.node, executor.variable_values, first.fragment_variable_values
        )
        page = SliceMetadata.from_arguments(selection.info, **arguments)
    except (GraphQLError, TypeError, ValueError):
        raise NotLowered("arguments that a page does not take") from None
    size = arguments["last"] if page.expected is None else page.expected
    if size < 1:
        raise NotLowered("a page of nothing")
    return Places(page.start, size, from_end=page.expected is None)


def _concat(said: Sequence[str]) -> str:
    """One text of many, in groups: PostgreSQL's functions take 100 arguments."""
    while len(said) > _MOST:
        said = [_concat(each) for each in batched(said, _MOST, strict=False)]
    return f"concat({', '.join(said)})"


def _key(name: str, *, first: bool) -> str:
    return literal(f'{"" if first else ","}"{name}":')


def _cursor(place: str) -> str:
    return f"encode(convert_to('arrayconnection:' || {place}, 'UTF8'), 'base64')"


def _edge(
    selection: "Selection", connection: GraphQLObjectType, details: list[Any]
) -> tuple[str, tuple[GraphQLObjectType, list[Any]]]:
    """An edge's text over `_t` and `_n`, and what is asked of its node."""
    type_ = get_named_type(connection.fields["edges"].type)
    assert isinstance(type_, GraphQLObjectType)
    said = ["'{'"]
    node: tuple[GraphQLObjectType, list[Any]] | None = None
    for name, asked in selection.fields(type_, details).items():
        said.append(_key(name, first=len(said) == 1))
        match asked[0].node.name.value:
            case "__typename":
                said.append(literal(f'"{type_.name}"'))
            case "cursor":
                said += ["'\"'", _cursor("_n"), "'\"'"]
            case "node" if node is None:
                its = get_named_type(type_.fields["node"].type)
                assert isinstance(its, GraphQLObjectType)
                node = its, asked
                said.append("_t")
            case other:
                raise NotLowered(f"{other} of an edge")
    if node is None:
        raise NotLowered("edges without their nodes")
    return _concat([*said, "'}'"]), node


def _page_info(
    selection: "Selection", connection: GraphQLObjectType, details: list[Any]
) -> list[str]:
    type_ = get_named_type(connection.fields["pageInfo"].type)
    assert isinstance(type_, GraphQLObjectType)
    said = ["'{'"]
    for name, asked in selection.fields(type_, details).items():
        said.append(_key(name, first=len(said) == 1))
        what = asked[0].node.name.value
        if what == "__typename":
            said.append(literal(f'"{type_.name}"'))
        elif what.endswith("Cursor"):
            said.append(f"""coalesce('"' || {_cursor(_PAGE_INFO[what])} || '"', 'null')""")
        else:
            said.append(_PAGE_INFO[what])
    return [*said, "'}'"]
