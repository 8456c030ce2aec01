"""Documents made from the schema itself: every root field, and all that it can show."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from schema.core.nodes import node_type, on_platform
from schema.core.pages import connection_of
from schema.core.rights import RIGHT_KEY, Audience, Requirement
from schema.root import schema
from tests.support.ids import global_id

BUILT = schema._schema
assert BUILT.query_type is not None and BUILT.mutation_type is not None
QUERIES: Mapping[str, GraphQLField] = BUILT.query_type.fields
MUTATIONS: Mapping[str, GraphQLField] = BUILT.mutation_type.fields
NODES = {
    name: type_
    for name, type_ in BUILT.type_map.items()
    if isinstance(type_, GraphQLObjectType) and node_type(schema, name)
}
ON_PLATFORM = {
    name for name in NODES if (node := node_type(schema, name)) is not None and on_platform(node)
}
"""Nodes of the platform's register, which no tenant's host shows."""

PLATFORMS = (Audience.OWNER, Audience.OWNER_PUBLIC)
"""Whose root fields answer on the platform's host alone."""

DEPTH = 3
PAGE = {"first", "last", "before", "after"}


def right_of(field: GraphQLField) -> Requirement:
    """Who may use a root field."""
    right: Requirement = field.extensions["strawberry-definition"].metadata[RIGHT_KEY]
    return right


def arguments_of(field: GraphQLField) -> dict[str, GraphQLArgument]:
    """The arguments of a field but for a connection's pages."""
    return {name: its for name, its in field.args.items() if name not in PAGE}


def document(name: str, given: Iterable[str] = ()) -> str:
    """A query of the root field `name` with all that it shows and the `given` arguments.

    They are its variables, by their own names.
    """
    field = QUERIES[name]
    typed = ", ".join(f"${key}: {field.args[key].type}" for key in given)
    passed = [f"{key}: ${key}" for key in given]
    if connection_of(field):
        passed.append("first: 10")
    head = f"query({typed})" if typed else "query"
    arguments = f"({', '.join(passed)})" if passed else ""
    return f"{head} {{ {name}{arguments} {selection(field)} }}"


def node_document(type_name: str) -> str:
    """A query of `node(id: $id)` with all that a row of the type shows."""
    shown = _fields(NODES[type_name], DEPTH)
    return f"query($id: ID!) {{ node(id: $id) {{ __typename ... on {type_name} {{ {shown} }} }} }}"


def selection(field: GraphQLField, depth: int = DEPTH) -> str:
    """All that the field's type shows, and the types below it, `depth` relations deep."""
    type_ = get_named_type(field.type)
    if is_leaf_type(type_):
        return ""
    if not isinstance(type_, GraphQLObjectType):
        return "{ __typename }"
    return f"{{ {_fields(type_, depth)} }}"


def _fields(type_: GraphQLObjectType, depth: int) -> str:
    shown = ["__typename"]
    for name, field in type_.fields.items():
        needed = [key for key, its in field.args.items() if is_required_argument(its)]
        assert not needed, f"{type_.name}.{name} needs {needed}: teach tests/support/walk.py"
        # A page and its edges are no relation, but the way to one.
        is_page = type_.name.endswith(("Connection", "Edge"))
        below = depth if is_page else depth - 1
        if is_leaf_type(get_named_type(field.type)) or below >= 0:
            page = "(first: 10)" if connection_of(field) else ""
            shown.append(f"{name}{page} {selection(field, below)}".strip())
    return " ".join(shown)


type Sample = tuple[Any, list[str]]
"""A value, and the paths in it that want a file and hold null: `input.photo`."""


def some_input(type_: GraphQLInputObjectType, path: str = "input") -> Sample:
    """An input of the shape that `type_` asks for: well-formed, and nonsense."""
    value: dict[str, Any] = {}
    files: list[str] = []
    one_of = type_.extensions["strawberry-definition"].is_one_of
    for name, field in type_.fields.items():
        if one_of and value:
            break
        if one_of or is_required_input_field(field):
            value[name], inner = _some(get_nullable_type(field.type), f"{path}.{name}")
            files += inner
    return value, files


def _some(type_: Any, path: str) -> Sample:
    if isinstance(type_, GraphQLList):
        value, files = _some(get_nullable_type(type_.of_type), f"{path}.0")
        return [value], files
    if isinstance(type_, GraphQLInputObjectType):
        return some_input(type_, path)
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values)), []
    if type_.name == "Upload":
        return None, [path]
    plain = {
        "ID": global_id("Thing", UUID(int=1)),
        "Int": 1,
        "Float": 1.0,
        "BigInt": 1,
        "Boolean": True,
        "JSON": {},
        "DateTime": "2026-03-02T09:00:00Z",
        "Date": "2026-03-02",
        "Time": "09:00:00",
    }
    return plain.get(type_.name, "x"), []


def ids_asked(type_: GraphQLInputObjectType) -> set[str]:
    """The ids that an input asks for, its own and those of the inputs in it: `Type.field`."""
    found, seen, waiting = set(), {type_.name}, [type_]
    while waiting:
        input_ = waiting.pop()
        for name, field in input_.fields.items():
            named = get_named_type(field.type)
            if named.name == "ID":
                found.add(f"{input_.name}.{name}")
            elif isinstance(named, GraphQLInputObjectType) and named.name not in seen:
                seen.add(named.name)
                waiting.append(named)
    return found


def ids_given(
    type_: GraphQLInputObjectType, value: Mapping[str, Any], *, path: tuple[Any, ...] = ()
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each id that the input `value` holds, as in `ids_asked`, and the path to it."""
    for name, inner in value.items():
        field: GraphQLInputField = type_.fields[name]
        named = get_named_type(field.type)
        if named.name == "ID":
            numbers = range(len(inner)) if isinstance(inner, list) else ()
            for step in [(name, number) for number in numbers] or [(name,)]:
                yield f"{type_.name}.{name}", (*path, *step)
        elif isinstance(named, GraphQLInputObjectType):
            rows = enumerate(inner) if isinstance(inner, list) else [(None, inner)]
            for number, row in rows:
                step = (name,) if number is None else (name, number)
                yield from ids_given(named, row, path=(*path, *step))
