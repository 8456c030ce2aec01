"""Random selections over the whole schema, asked by everybody: see writing.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType, GraphQLUnionType, get_named_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kernel.tenancy import TenantRef
from schema.core.errors import INTERNAL
from tenants.access.rights import STAFF_RIGHTS, Right
from tests.lowering.both import Outcome, both
from tests.lowering.conftest import ADMINISTRATOR, COURIER, CUSTOMER, OWNER, Asker
from tests.lowering.documents import TIME_OF_ASKING, is_of_platform
from tests.lowering.register import asked_of_register
from tests.lowering.writing import Writer
from tests.support import walk
from tests.support.asking import ARGUMENTS

EXAMPLES = 500
ROOTS = [name for name in walk.QUERIES if name not in TIME_OF_ASKING]
UNLUCKY = 3
"""How many root fields may be refused or null each time that chance has written about them."""


@st.composite
def questions(
    draw: Callable[..., Any], name: str, samples: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """A document of the root field, and perhaps of others or of the same again."""
    others = [
        each
        for each in ROOTS
        if is_of_platform(each) == is_of_platform(name) and most(each) & most(name)
    ]
    further = draw(st.lists(st.sampled_from([name, *others]), max_size=2))
    writer = Writer(draw, samples)
    return writer.document([name, *further]), writer.variables


def most(name: str) -> set[str]:
    """The roles that a root field is for: they ask the most."""
    right = walk.right_of(walk.QUERIES[name])
    rights = set(right if isinstance(right, tuple) else (right,))
    of_staff = {ADMINISTRATOR} if rights & STAFF_RIGHTS else set()
    return {
        *of_staff,
        *({CUSTOMER} if Right.ORDER_AS_CUSTOMER in rights else ()),
        *({COURIER} if Right.FULFIL_AS_COURIER in rights else ()),
    } or {OWNER, ADMINISTRATOR, CUSTOMER, COURIER}


def answered(outcome: Outcome) -> bool:
    """Whether any root field came to something."""
    return any((outcome.body.get("data") or {}).values())


@dataclass
class Tally:
    """What came of the examples."""

    asked: int = 0
    answered: int = 0
    lowered: int = 0
    reached: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    """Which graphql-core fails at: its optimizer forgets hints of a relation asked for twice."""

    def ask_about(self, name: str, asked: Any, askers: Any) -> None:
        """Some examples about the root field `name`, of strategies for questions and askers."""

        @settings(
            max_examples=-(-EXAMPLES // len(ROOTS)),
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # shrinking asks for minutes
            suppress_health_check=[*HealthCheck],
        )
        @given(asked=asked, asker=askers)
        def ask(asked: tuple[str, dict[str, Any]], asker: Asker) -> None:
            self.ask(name, *asked, asker)

        ask()

    def ask(self, name: str, document: str, variables: dict[str, Any], asker: Asker) -> None:
        """One example, about the root field `name`; fails where the two ways differ."""
        by_sql, by_core = both(asker.scope, document, variables, token=asker.token)
        self.asked += 1
        if INTERNAL in by_core.text:
            self.failed.append(document)
            return
        assert by_sql.text == by_core.text, f"{document} {variables}"
        assert by_sql.bugs == [], f"{document} {variables}"
        self.lowered += None in by_sql.decisions.values()
        if answered(by_core):
            self.answered += 1
            self.reached.add(name)


def test_random_selections_are_answered_alike(
    askers: list[Asker], owners: list[Asker], alpha: TenantRef
):
    tally = Tally()
    for name in ROOTS:
        is_platforms = is_of_platform(name)
        samples = asked_of_register(alpha) if is_platforms else ARGUMENTS
        these = owners if is_platforms else askers
        often = [*[asker for asker in these if asker.role in most(name)] * 8, *these]
        tally.ask_about(name, questions(name, samples), st.sampled_from(often))
    assert tally.asked >= EXAMPLES
    assert len(tally.failed) <= EXAMPLES // 50, tally.failed
    assert tally.answered > EXAMPLES // 2
    assert tally.lowered > EXAMPLES // 4
    assert len({*ROOTS} - tally.reached) <= UNLUCKY, {*ROOTS} - tally.reached


def test_every_abstract_type_that_can_be_read_is_written_about():
    """Fragments are written on interfaces; there is no union below a query."""
    seen, waiting = set[str](), [walk.BUILT.query_type]
    unions = set()
    while waiting:
        type_ = waiting.pop()
        for its in getattr(type_, "fields", {}).values():
            inner = get_named_type(its.type)
            if isinstance(inner, GraphQLUnionType):
                unions.add(inner.name)
            if isinstance(inner, GraphQLObjectType) and inner.name not in seen:
                seen.add(inner.name)
                waiting.append(inner)
    assert unions == set()
