"""Root connections: which rows a page has is the library's word; the text around them is ours."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db.models import QuerySet
from graphql import GraphQLObjectType, get_named_type
from strawberry import relay
from strawberry.relay import PageInfo
from strawberry.relay.utils import SliceMetadata, to_base64

from schema.core.keyset import KeysetConnection
from schema.lowering.errors import NotLowered, NotNow
from schema.lowering.rows import Selection

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
    edge: dict[str, str]
    edge_type: str
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
    total: int | None


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
    return Asked(names, edge, edge_type.name, info, info_type.name, node)


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
                edges = ",".join([_edge(text, cursor, asked) for text, cursor in page.rows])
                said.append(f'"{name}":[{edges}]')
            case "pageInfo":
                said.append(f'"{name}":{_info(page.info, asked)}')
            case "totalCount":
                said.append(f'"{name}":{"null" if page.total is None else page.total}')
            case _:
                said.append(f'"{name}":"{type_name}"')
    return "{" + ",".join(said) + "}"


def _edge(text: str, cursor: str, asked: Asked) -> str:
    values = {"node": text, "cursor": f'"{cursor}"', "__typename": f'"{asked.edge_type}"'}
    return "{" + ",".join([f'"{name}":{values[what]}' for name, what in asked.edge.items()]) + "}"


def _info(info: PageInfo, asked: Asked) -> str:
    values = {
        name: asked.info_type if what == "__typename" else getattr(info, _PAGE_INFO[what])
        for name, what in asked.info.items()
    }
    return orjson.dumps(values).decode()


def list_page(
    rows: QuerySet[Any],
    asked: Asked,
    info: Any,
    arguments: dict[str, Any],
    read: Callable[[QuerySet[Any], int, int], Sequence[tuple[str, int]]],
) -> Page:
    """A page by places, as `DjangoListConnection` cuts it.

    `read(rows, start, end)` answers each row's text, and the length of the whole list where that is
    asked for. Raises `NotLowered`, and what the library raises of arguments.
    """
    total: int | None = None
    if asked.counts and (rows.query.distinct or rows.query.is_sliced):
        raise NotLowered("the length of a list that is cut or distinct")
    if not asked.reads_rows:
        return Page([], _no_rows(), rows.count() if asked.counts else None)
    if arguments["last"] and arguments["before"] is None:
        total = rows.count()
        before = to_base64(relay.Edge.CURSOR_PREFIX, total)
        arguments = {**arguments, "before": before}
    page = SliceMetadata.from_arguments(info, **arguments)
    if page.end == sys.maxsize:
        raise NotNow("the last none of a list")
    found = read(rows, page.start, page.overfetch) if page.overfetch > page.start else []
    if asked.counts and total is None:
        total = found[0][1] if found else rows.count()
    has_next = page.expected is not None and len(found) == page.expected + 1
    if has_next:
        found = found[:-1]
    shown = [
        (text, to_base64(relay.Edge.CURSOR_PREFIX, page.start + place))
        for place, (text, _) in enumerate(found)
    ]
    info_said = PageInfo(
        start_cursor=shown[0][1] if shown else None,
        end_cursor=shown[-1][1] if shown else None,
        has_previous_page=page.start > 0,
        has_next_page=has_next,
    )
    return Page(shown, info_said, total)


def keyset_page(
    connection: type[KeysetConnection[Any]],
    rows: QuerySet[Any],
    asked: Asked,
    info: Any,
    arguments: dict[str, Any],
    read: Callable[[type[Any], Sequence[Any]], Mapping[Any, str]],
) -> Page:
    """A page by keys: the library's own, of rows that have nothing else; `read` tells the rest."""
    if asked.counts:
        raise NotLowered("the length of a list by keys")
    if not asked.reads_rows:
        return Page([], _no_rows(), None)
    found: Any = connection.resolve_connection(rows.only("pk"), info=info, **arguments)
    keys = [edge.node.pk for edge in found.edges]
    texts = read(rows.model, keys) if asked.node else dict.fromkeys(keys, "")
    return Page([(texts[edge.node.pk], edge.cursor) for edge in found.edges], found.page_info, None)


def _no_rows() -> PageInfo:
    return PageInfo(
        start_cursor=None, end_cursor=None, has_previous_page=False, has_next_page=False
    )
