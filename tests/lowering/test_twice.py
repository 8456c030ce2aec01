"""One relation asked for twice, under two names and each time for something else of it.

The optimizer has to remember the hints of both: a column or an expression that is left out of the
one query is an error where it is read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_required_argument,
)

from kernel.tenancy import TenantRef
from schema.core.errors import INTERNAL
from schema.core.pages import connection_of
from tests.lowering.both import both
from tests.lowering.conftest import ADMINISTRATOR, COURIER, CUSTOMER, Asker
from tests.lowering.documents import (
    Question,
    arguments,
    asking,
    of_objects,
    row_type,
    selections,
)
from tests.lowering.register import asked_of_register
from tests.support import walk
from tests.support.asking import ARGUMENTS

DEPTH = 3
"""Relations below a root field's rows."""
RELATIONS_AT_LEAST = 100
"""To one, of both schemas; not of them all does every role see anything."""

type Relation = tuple[str, str]


def relations(type_: GraphQLObjectType) -> Iterator[tuple[str, GraphQLObjectType, bool]]:
    """The fields of the type that lead to objects: their name, those, and whether to one."""
    for name, its in type_.fields.items():
        inner = get_named_type(its.type)
        if isinstance(inner, GraphQLObjectType) and not _asks_for_more(its):
            rows = row_type(its) if connection_of(its) else inner
            yield name, rows, get_nullable_type(its.type) is inner and not connection_of(its)


def twice(type_: GraphQLObjectType, seen: set[Relation], depth: int = DEPTH) -> Iterator[str]:
    """Selections on `type_`, in each of which one relation to one that is not `seen` is twice."""
    for name, inner, to_one in relations(type_):
        if to_one and (type_.name, name) not in seen:
            seen.add((type_.name, name))
            for one, other in _halves(inner):
                yield f"{name} {{ {one} }} again: {name} {{ {other} }}"
        if depth > 1:
            paged = connection_of(type_.fields[name])
            ways = ("(first: 2) { edges { node {", "} } }") if paged else ("{", "}")
            for below in twice(inner, seen, depth - 1):
                yield f"{name} {ways[0]} {below} {ways[1]}"


def _halves(type_: GraphQLObjectType) -> Iterator[tuple[str, str]]:
    """What the type shows, in two: first and second half, then each other one, the latter first."""
    every = [each for each in selections(type_, 1) if not _asks_for_more(_field(type_, each))]
    middle = len(every) // 2
    for one, other in ((every[:middle], every[middle:]), (every[1::2], every[::2])):
        yield " ".join(one) or "__typename", " ".join(other) or "__typename"


def _field(type_: GraphQLObjectType, selection: str) -> GraphQLField:
    return type_.fields[selection.split()[0].split("(")[0]]


def _asks_for_more(its: GraphQLField) -> bool:
    return any(is_required_argument(each) for each in its.args.values())


def questions(
    seen: set[Relation], *, on_platform: bool, samples: Mapping[str, Any]
) -> Iterator[Question]:
    """Every relation to one of every type that a root field leads to."""
    for name in of_objects(on_platform=on_platform):
        variables = arguments(name, samples)[0]
        for selection in twice(row_type(walk.QUERIES[name]), seen):
            yield asking(name, selection, variables), variables


def test_every_relation_to_one_twice_for_different_fields(
    askers: list[Asker], owners: list[Asker], alpha: TenantRef
):
    seen, wrong = set[Relation](), []
    people = [
        asker
        for asker in askers
        if asker.scope == alpha and asker.role in (CUSTOMER, COURIER, ADMINISTRATOR)
    ]
    hosts = ((owners[1:], asked_of_register(alpha), True), (people, ARGUMENTS, False))
    for these, samples, on_platform in hosts:
        for document, variables in questions(seen, on_platform=on_platform, samples=samples):
            for asker in these:
                by_sql, by_core = both(asker.scope, document, variables, token=asker.token)
                if by_sql.text != by_core.text or INTERNAL in by_core.text or by_sql.bugs:
                    wrong.append(f"{asker.role}: {document}")
    assert wrong == []
    assert len(seen) >= RELATIONS_AT_LEAST, sorted(seen)
