"""What is asked of a connection, and how it is said: the text around its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import orjson
from graphql import GraphQLObjectType, get_named_type
from strawberry.relay import PageInfo

from schema.lowering.errors import NotLowered
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
    edges: "Edges"
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
    """A page: its edges' text, where it stands, and how many rows there are in all."""

    edges: str
    info: PageInfo
    total: int | None = None


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


@dataclass(frozen=True, slots=True)
class Edges:
    """How edges are written: each as `edge`, with the parts at `places` of a text and a cursor."""

    edge: str
    places: Sequence[int]

    @property
    def ends(self) -> tuple[str, str] | None:
        """What stands before and after a row's text, if an edge is nothing but the row."""
        if self.places != (0,):
            return None
        before, after = self.edge.split("%s")
        return before, after

    def text(self, rows: Sequence[tuple[str, str]]) -> str:
        """Those of these rows, their texts and cursors."""
        parts = itemgetter(*self.places) if self.places else lambda _: ()
        return ",".join([self.edge % parts(row) for row in rows])


def _edges(names: dict[str, str], type_name: str) -> Edges:
    """How edges with these fields are written."""
    values = {"node": "%s", "cursor": '"%s"', "__typename": f'"{type_name}"'}
    edge = "{" + ",".join(f'"{name}":{values[what]}' for name, what in names.items()) + "}"
    places = [("node", "cursor").index(what) for what in names.values() if what != "__typename"]
    return Edges(edge, tuple(places))


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
                said.append(f'"{name}":[{page.edges}]')
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
