"""Documents made from the schema itself: every root field, and all that it can show."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.core.nodes import node_type
from schema.core.pages import connection_of
from schema.core.rights import RIGHT_KEY, Requirement
from schema.root import schema

BUILT = schema._schema
assert BUILT.query_type is not None and BUILT.mutation_type is not None
QUERIES: Mapping[str, GraphQLField] = BUILT.query_type.fields
MUTATIONS: Mapping[str, GraphQLField] = BUILT.mutation_type.fields
NODES = {
    name: type_
    for name, type_ in BUILT.type_map.items()
    if isinstance(type_, GraphQLObjectType) and node_type(schema, name)
}
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
            yield f"{type_.name}.{name}", (*path, name)
        elif isinstance(named, GraphQLInputObjectType):
            rows = enumerate(inner) if isinstance(inner, list) else [(None, inner)]
            for number, row in rows:
                step = (name,) if number is None else (name, number)
                yield from ids_given(named, row, path=(*path, *step))
