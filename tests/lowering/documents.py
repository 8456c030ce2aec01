"""Documents to compare both paths by: every root field, wide, and its rows a field at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from schema.core.pages import connection_of
from tests.support import walk
from tests.support.asking import ARGUMENTS

TIME_OF_ASKING = {
    "courierDocumentLink",
    "slots",
    "courierAgenda",
    "fleetBackups",
    "fleetHealth",
    "fleetRelease",
}
"""Root fields, not made of rows, that tell the time to the microsecond."""
type Question = tuple[str, dict[str, Any]]


def arguments(name: str, samples: Mapping[str, Any] = ARGUMENTS) -> list[dict[str, Any]]:
    """What a root field is asked with: as little as it needs, and all that there are samples of."""
    asked = walk.arguments_of(walk.QUERIES[name])
    every = {key: samples[f"{name}.{key}"] for key in asked if f"{name}.{key}" in samples}
    needed = {key: every[key] for key in every if is_required_argument(asked[key])}
    return [needed] if needed == every else [needed, every]


def wide(name: str, samples: Mapping[str, Any] = ARGUMENTS) -> Iterator[Question]:
    """All that the root field shows."""
    for variables in arguments(name, samples):
        yield walk.document(name, variables), variables


def narrow(name: str, samples: Mapping[str, Any] = ARGUMENTS) -> Iterator[Question]:
    """One field of the root field's rows at a time, and all that there is below it."""
    variables = arguments(name, samples)[0]
    for selection in selections(row_type(walk.QUERIES[name])):
        yield asking(name, selection, variables), variables


def asking(name: str, selection: str, variables: dict[str, Any], page: str = "first: 10") -> str:
    """A document that asks the rows of a root field for `selection`."""
    field = walk.QUERIES[name]
    typed = ", ".join(f"${key}: {field.args[key].type}" for key in variables)
    passed = [f"{key}: ${key}" for key in variables]
    inner = f"{{ {selection} }}"
    if connection_of(field):
        passed.append(page)
        inner = (
            f"{{ edges {{ cursor node {inner} }} "
            "pageInfo { hasNextPage endCursor startCursor hasPreviousPage } }"
        )
    head = f"query({typed})" if typed else "query"
    return f"{head} {{ {name}{f'({", ".join(passed)})' if passed else ''} {inner} }}"


def row_type(field: GraphQLField) -> GraphQLObjectType:
    """The type of the rows of a root field."""
    type_ = get_named_type(field.type)
    assert isinstance(type_, GraphQLObjectType)
    if connection_of(field):
        edge: Any = get_named_type(type_.fields["edges"].type)
        type_ = get_named_type(edge.fields["node"].type)
    return type_


def selections(type_: GraphQLObjectType, depth: int = 2) -> Iterator[str]:
    """Each field of the type with what is below it."""
    for name, field in type_.fields.items():
        page = "(first: 2)" if connection_of(field) else ""
        below = walk.selection(field, depth)
        if is_leaf_type(get_named_type(field.type)) or "{" in below:
            yield f"{name}{page} {below}".strip()


def of_objects(*, on_platform: bool) -> list[str]:
    """The root fields that answer objects, of a tenant's host or of the platform's."""
    return [
        name
        for name, field in walk.QUERIES.items()
        if isinstance(get_named_type(field.type), GraphQLObjectType)
        and name not in TIME_OF_ASKING
        and is_of_platform(name) == on_platform
    ]


def is_of_platform(name: str) -> bool:
    """Whether a root field answers on the platform's host alone."""
    return walk.right_of(walk.QUERIES[name]) in walk.PLATFORMS
