"""Random selections over the whole schema: aliases, fragments, directives, pages, every role."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.core.pages import connection_of
from tests.lowering.both import both
from tests.lowering.conftest import Asker
from tests.lowering.documents import arguments, of_rows
from tests.support import walk

EXAMPLES = 500
ROOTS = [name for name in of_rows() if walk.right_of(walk.QUERIES[name]) not in walk.PLATFORMS]
PAGES = ("first: 0", "first: 1", "first: 3", "last: 2", "first: 2, after: $after", "first: 50")
ALIASES = ("", "", "", "a: ", "b: ")
DIRECTIVES = ("", "", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @skip(if: $no)")


def selection(draw: Callable[..., Any], type_: GraphQLObjectType, depth: int) -> str:
    """Some fields of the type in any order, some of them in a fragment, under other names."""
    fields = list(type_.fields)
    chosen = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=6, unique=True))
    said = []
    for name in chosen:
        field = type_.fields[name]
        named = get_named_type(field.type)
        below = ""
        if not is_leaf_type(named):
            if not isinstance(named, GraphQLObjectType) or not depth:
                continue
            # A page and its edges are no relation, but the way to one.
            is_way = named.name.endswith(("Connection", "Edge", "PageInfo"))
            below = f" {{ {selection(draw, named, depth if is_way else depth - 1)} }}"
        page = f"({draw(st.sampled_from(PAGES))})" if connection_of(field) else ""
        text = f"{name}{page}{draw(st.sampled_from(DIRECTIVES))}{below}"
        alias = draw(st.sampled_from(ALIASES))
        unique = f"{alias[0]}{len(said)}{name}: " if alias else ""
        said.append(f"{unique}{text}" if alias else f"{name}_{len(said)}: {text}")
    said.append(draw(st.sampled_from(("__typename", "kind: __typename"))))
    cut = draw(st.integers(0, len(said) - 1))
    inside = " ".join(said[cut:])
    return f"{' '.join(said[:cut])} ... on {type_.name} {{ {inside} }}"


@st.composite
def documents(draw: Callable[..., Any]) -> tuple[str, dict[str, Any]]:
    """A document of one to two root fields, and its variables."""
    typed: list[str] = []
    passed: list[str] = []
    variables: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(ROOTS))
        field = walk.QUERIES[name]
        samples = draw(st.sampled_from(arguments(name)))
        given_ = [f"{key}: $v{number}{key}" for key in samples]
        typed += [f"$v{number}{key}: {field.args[key].type}" for key in samples]
        variables |= {f"v{number}{key}": value for key, value in samples.items()}
        if connection_of(field):
            given_.append(draw(st.sampled_from(PAGES)))
        type_ = get_named_type(field.type)
        assert isinstance(type_, GraphQLObjectType)
        head = f"r{number}: {name}{f'({", ".join(given_)})' if given_ else ''}"
        passed.append(f"{head} {{ {selection(draw, type_, 3)} }}")
    after = draw(st.sampled_from((None, "YXJyYXljb25uZWN0aW9uOjA=", "YXJyYXljb25uZWN0aW9uOjk5")))
    body = " ".join(passed)
    flags = (("yes", "Boolean!", True), ("no", "Boolean!", False), ("after", "String", after))
    for name, its_type, value in flags:
        if f"${name}" in body:
            typed.append(f"${name}: {its_type}")
            variables[name] = value
    head = f"query({', '.join(typed)})" if typed else "query"
    return f"{head} {{ {body} }}", variables


def test_random_selections_are_answered_alike(askers: list[Asker]):
    lowered = 0
    # Whoever may read the most is asked the most.
    asked_most = [*askers, *[asker for asker in askers if asker.role == "ines"] * 3]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(asked=documents(), asker=st.sampled_from(asked_most))
    def compare(asked: tuple[str, dict[str, Any]], asker: Asker) -> None:
        nonlocal lowered
        document, variables = asked
        by_sql, by_core = both(asker.tenant, document, variables, token=asker.token)
        assert by_sql.text == by_core.text, document
        lowered += None in by_sql.decisions.values()

    compare()
    assert lowered > EXAMPLES // 5
