"""What a root field resolves to is kept for its caller alone, and never when it may change."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from schema.core.context import Context
from schema.lowering import plans
from schema.lowering.steady import observed
from tenants.access.selectors import actor_of_token
from tenants.catalog.models import Category
from tests.lowering.both import both, outcome
from tests.lowering.conftest import Asker
from tests.support.world import world

ORDERS = "{ orders(first: 5) { edges { node { id number state } } } }"


def kept() -> int:
    """How many callers' root fields are kept."""
    return len(plans._resolved)


def test_the_same_question_is_resolved_once(alpha: TenantRef):
    token = world(alpha).ines.token
    first = outcome(alpha, ORDERS, token=token)
    assert kept() == 1
    again = outcome(alpha, ORDERS, token=token)
    assert (again.text, kept()) == (first.text, 1)
    assert again.decisions == {"orders": None}


def test_a_search_is_resolved_once(alpha: TenantRef):
    """Its values are in its text, which is made without asking the database."""
    world(alpha)
    document = '{ catalogSearch(first: 5, text: "service") { edges { node { id name } } } }'
    by_sql, by_core = both(alpha, document)
    assert by_sql.text == by_core.text
    assert kept() == 1


def test_each_caller_and_argument_is_another(askers: list[Asker]):
    expected = {}
    for asker in askers:
        for first in (1, 2):
            document = ORDERS.replace("5", str(first))
            expected[asker.host, asker.role, first] = both(asker.scope, document, token=asker.token)
    for asker in askers[::-1]:
        for first in (1, 2):
            document = ORDERS.replace("5", str(first))
            again = outcome(asker.scope, document, token=asker.token)
            by_sql, by_core = expected[asker.host, asker.role, first]
            assert again.text == by_sql.text == by_core.text


def test_rows_are_read_anew(alpha: TenantRef):
    world(alpha)
    document = "{ categories { name } }"
    outcome(alpha, document)
    with tenant_scope(alpha):
        Category.objects.update(name={"en": "Renamed"})
    by_sql, by_core = both(alpha, document)
    assert "Renamed" in by_sql.text
    assert by_sql.text == by_core.text


def test_what_looks_at_the_clock_is_not_kept(alpha: TenantRef):
    document = """{
        catalogSearch(first: 5, filters: {slotBy: "2100-01-01T00:00:00Z"}) { edges { node { id } } }
    }"""
    world(alpha)
    outcome(alpha, document)
    assert kept() == 0


def _settings(context: Context) -> Any:
    return context.time_zone


@pytest.mark.parametrize(
    ("reads", "is_steady"),
    [
        (lambda context: None, True),
        (lambda context: clock.about_now(), True),
        (lambda context: clock.now(), False),
        (lambda context: Category.objects.exists(), False),
        (lambda context: actor_of_token(token="anything", at=clock.about_now()), False),
        (_settings, False),
    ],
    ids=["nothing", "about now", "the clock", "rows", "a prepared query", "settings"],
)
def test_what_is_seen(alpha: TenantRef, reads: Callable[[Context], Any], is_steady: bool):
    context = Context(token=None, accept_language="en")
    with tenant_scope(alpha):
        _ = context.time_zone  # read before, so that it asks nothing of the database now
        with observed(context) as seen:
            reads(context)
    assert seen.is_steady is is_steady


def test_a_tenant_that_has_changed_is_another(alpha: TenantRef):
    """Its flags or its state may count: whatever is changed of it makes a new `TenantRef`."""
    world(alpha)
    outcome(alpha, "{ categories { name } }")
    outcome(replace(alpha, flags=frozenset({"another"})), "{ categories { name } }")
    assert kept() == 2
