"""The hard cap on connections: what a document asks of its pages is checked before it runs.

Before, because a nested connection is read together with the rows above it, long before its own
resolver is called.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    value_from_ast_untyped,
    visit,
)
from strawberry import relay
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import get_object_definition
from strawberry_django.utils.typing import unwrap_type

MAX_PAGE: Final = 100
MAX_CURSOR: Final = 500
"""Characters of a cursor: it holds a position, or the values that the rows are sorted by."""

_BY_POSITION: Final = relay.Edge.CURSOR_PREFIX
"""The kind of cursor that is a row's place in the list; a list without a size has a default."""
_POSITION = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Page:
    """A connection in a document. `operation` is None inside a fragment."""

    field: FieldNode
    operation: OperationDefinitionNode | None
    cursor_prefix: str

    def error(self, variables: Mapping[str, Any]) -> GraphQLError | None:
        """What is wrong with its size or its cursors, under these variables; or None."""
        arguments = {
            argument.name.value: value_from_ast_untyped(argument.value, dict(variables))
            for argument in self.field.arguments or ()
        }
        sizes = [size for name in ("first", "last") if isinstance(size := arguments.get(name), int)]
        cursors = [c for name in ("after", "before") if isinstance(c := arguments.get(name), str)]
        if any(not 0 <= size <= MAX_PAGE for size in sizes):
            return self._invalid(f"first and last must be between 0 and {MAX_PAGE}.")
        if not sizes and self.cursor_prefix != _BY_POSITION:
            return self._invalid("first or last is needed here.")
        if not all(self._is_cursor(cursor) for cursor in cursors):
            return self._invalid("after and before must be cursors of this list.")
        return None

    def _is_cursor(self, cursor: str) -> bool:
        try:
            kind, _, position = b64decode(cursor, validate=True).decode().partition(":")
        except ValueError:
            return False
        if kind != self.cursor_prefix or len(cursor) > MAX_CURSOR or "\x00" in position:
            return False
        return kind != _BY_POSITION or _POSITION.fullmatch(position) is not None

    def _invalid(self, message: str) -> GraphQLError:
        return GraphQLError(message, self.field, extensions={"code": "INVALID_INPUT"})


def pages_of(schema: GraphQLSchema, document: DocumentNode) -> tuple[Page, ...]:
    """Every connection that a valid document names."""
    types = TypeInfo(schema)
    collector = _Collector(types)
    visit(document, TypeInfoVisitor(types, collector))
    return tuple(collector.pages)


def page_errors(
    pages: Iterable[Page], operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> list[GraphQLError]:
    """What is wrong with the pages of `operation` and of the document's fragments."""
    asked = (page for page in pages if page.operation is None or page.operation is operation)
    return [error for page in asked if (error := page.error(variables))]


class _Collector(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.pages: list[Page] = []
        self.operation: OperationDefinitionNode | None = None

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        self.operation = node

    def leave_operation_definition(self, *_: Any) -> None:
        self.operation = None

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        definition = self.types.get_field_def()
        connection = connection_of(definition) if definition is not None else None
        if connection is not None:
            self.pages.append(Page(node, self.operation, _cursor_prefix(connection)))


def connection_of(field: GraphQLField) -> type[relay.Connection[Any]] | None:
    """The connection that `field` answers, if it answers one."""
    declared = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    type_ = unwrap_type(declared.type) if declared is not None else None
    is_connection = isinstance(type_, type) and issubclass(type_, relay.Connection)
    return type_ if is_connection else None


def _cursor_prefix(connection: type[relay.Connection[Any]]) -> str:
    definition = get_object_definition(connection, strict=True)
    edges = definition.get_field("edges")
    assert edges is not None
    edge = unwrap_type(edges.resolve_type(type_definition=definition))
    assert isinstance(edge, type) and issubclass(edge, relay.Edge)
    return edge.CURSOR_PREFIX
