"""A connection below the root: a page of a row's children, as text, in the row's own statement.

As strawberry-django makes it: cursors are places in the list, `hasNextPage` and `totalCount` count
all of the list. Pages from the end (`last`, `before`) are graphql-core's.
"""

import sys
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

_PAGE_INFO: Final = {
    "hasNextPage": "CASE WHEN max(_n) + 1 < max(_c) THEN 'true' ELSE 'false' END",
    "hasPreviousPage": "CASE WHEN min(_n) > 0 THEN 'true' ELSE 'false' END",
    "startCursor": "min(_n)",
    "endCursor": "max(_n)",
}


class PageText(Subquery):
    """`said` of a page's rows: `_t` their text, `_n` their place from 0, `_c` how many in all."""

    nothing = "NULL"

    def __init__(self, rows: "QuerySet[Any] | Any", said: str, start: int) -> None:
        super().__init__(rows, output_field=TextField())
        self.template = (
            f"(SELECT {said} FROM (SELECT _t, _c, row_number() OVER () + {start - 1} AS _n"  # noqa: S608
            " FROM (%(subquery)s) _r(_t, _c)) _p)"
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
            case "totalCount" if page.start == 0 and page.end > 0:
                said.append("coalesce(max(_c), 0)")
            case other:
                raise NotLowered(f"{other} of such a page")
    if node is None:
        raise NotLowered("a page without its rows")
    said.append("'}'")
    texts = selection.texts(rows, *node)
    counted = texts.annotate(_c=Sql("count(*) OVER ()", output_field=IntegerField()))
    shown = counted.values_list("_lowered", "_c")[page.start : page.end]
    return PageText(shown, f"concat({', '.join(said)})", page.start)


def _page(selection: "Selection", its: GraphQLField, details: list[Any]) -> SliceMetadata:
    executor, first = selection.executor, details[0]
    try:
        arguments = get_argument_values(
            its, first.node, executor.variable_values, first.fragment_variable_values
        )
        page = SliceMetadata.from_arguments(selection.info, **arguments)
    except (GraphQLError, TypeError, ValueError):
        raise NotLowered("arguments that a page does not take") from None
    is_last = arguments.get("last") is not None or arguments.get("before") is not None
    if is_last or page.end == sys.maxsize or page.end == page.start:
        raise NotLowered("a page from the end, or of nothing")
    return page


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
    return f"concat({', '.join([*said, "'}'"])})", node


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
