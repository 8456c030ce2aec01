"""The leak test: all that can be asked, of two tenants that hold the same rows under the same ids.

Every text and figure of a tenant carries its mark (tests/support/marks.py), so that a leak shows as
the other's mark in an answer. Each question is put by each role, to the two tenants in turn.
"""

from itertools import product
from typing import Any

import pytest
from graphql import is_required_argument

from kernel.tenancy import TenantRef, tenant_scope
from schema.brand import queries as brand_queries
from tenants.brand.selectors import brand_settings
from tests.support import walk
from tests.support.asking import ARGUMENTS, ROWS, row
from tests.support.graphql import Api
from tests.support.marks import ALPHA, BETA, leaks
from tests.support.world import world

UNMARKED = {
    "addressAt": "asked at one point, and but one of the two has a place there",
    "billing": "a plan and times",
    "billingPlans": "the platform's own plans",
    "billingTaxIds": "the payment provider's to tell",
    "CourierDocument": "a kind and a time",
    "courierDocumentLink": "a link names nothing",
    "courierFatigue": "how long the caller has worked",
    "slots": "times that are free",
    "Reschedule": "a time, and what became of it",
    "liveCursor": "a place in the log",
    "recommendationsOn": "yes or no",
    "courierShownOnMap": "yes or no",
    "templateVersion": "these two began with no template",
    "node": "asked for each type by itself",
    "plans": "of the platform, on its host",
    "flags": "what the platform has switched on",
    "impersonation": "the caller's own session, when it is the platform's support",
    "impersonationsOpen": "who of the platform's may come in",
    "platformAnnouncements": "the platform's own words",
    **dict.fromkeys(walk.ON_PLATFORM, "nowhere to be seen on a tenant's host"),
}
"""Root fields and nodes that say nothing of a tenant's own, and why."""

type Question = tuple[str, dict[str, Any]]


def questions(name: str) -> list[Question]:
    """The root field with the arguments that it needs, and with all that it has."""
    asked = walk.arguments_of(walk.QUERIES[name])
    new = [f"{name}.{key}" for key in asked if f"{name}.{key}" not in ARGUMENTS]
    assert not new, f"say in ARGUMENTS of tests/support/asking.py what to ask with: {new}"
    every = {key: ARGUMENTS[f"{name}.{key}"] for key in asked}
    needed = {key: every[key] for key, its in asked.items() if is_required_argument(its)}
    variants = [needed] if needed == every else [needed, every]
    return [(walk.document(name, variant), variant) for variant in variants]


def node_questions(type_name: str) -> list[Question]:
    """`node(id)` of a row of the type."""
    assert type_name in ROWS, f"a new Node type: make a {type_name} in tests/support/world_work.py"
    return [(walk.node_document(type_name), {"id": row(type_name)})]


class Callers:
    """Every role of both casts, in two worlds of the same ids."""

    def __init__(self, alpha: TenantRef, beta: TenantRef) -> None:
        self.roles: dict[str, dict[str, Api]] = {"anonymous": {}}
        for tenant in (alpha, beta):
            people = world(tenant)
            self.roles["anonymous"][tenant.slug] = Api(f"{tenant.slug}.localhost")
            for role, member in vars(people).items():
                self.roles.setdefault(role, {})[tenant.slug] = member.api

    def ask(self, questions: list[Question], *, unmarked: bool = False) -> list[str]:
        """What is wrong with the answers: the other's mark, a bug, or no mark of one's own."""
        wrong, seen = [], set()
        for (document, variables), (role, apis) in product(questions, self.roles.items()):
            for own, other in ((ALPHA, BETA), (BETA, ALPHA)):
                answer = apis[own.slug].post(document, variables)
                wrong += [f"{own.slug}'s {role} gets {leaf!r}" for leaf in leaks(answer, other)]
                codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
                if not {*codes} <= {"FORBIDDEN", "UNAUTHENTICATED", "WRONG_HOST", "NOT_FOUND"}:
                    wrong.append(f"{own.slug}'s {role} gets {answer['errors']}")
                if leaks(answer, own):
                    seen.add(own.slug)
        if not unmarked and seen != {"alpha", "beta"}:
            wrong.append(
                "no mark of their own is seen: mark its rows in tests/support/world_work.py"
            )
        return wrong


def test_no_root_field_tells_of_the_other_tenant(alpha: TenantRef, beta: TenantRef):
    callers, wrong = Callers(alpha, beta), {}
    for name, field in walk.QUERIES.items():
        unmarked = name in UNMARKED or walk.right_of(field) in walk.PLATFORMS
        wrong[name] = callers.ask(questions(name), unmarked=unmarked)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_no_node_tells_of_the_other_tenant(alpha: TenantRef, beta: TenantRef):
    callers, wrong = Callers(alpha, beta), {}
    for name in walk.NODES:
        wrong[name] = callers.ask(node_questions(name), unmarked=name in UNMARKED)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_selector_that_reads_the_other_tenant_is_found(
    alpha: TenantRef, beta: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    def betas() -> object:
        with tenant_scope(beta):
            return brand_settings()

    callers = Callers(alpha, beta)
    assert callers.ask(questions("brand")) == []
    monkeypatch.setattr(brand_queries, "brand_row", betas)
    found = callers.ask(questions("brand"))
    assert "alpha's anonymous gets 'GBP'" in found
    assert not any(line.startswith("beta's") for line in found)


@pytest.mark.parametrize(
    "leaf",
    ["GBP", "£82.01", "a beta-door", "+447946008200", "••••8200", 8250, -8250, 51.5004],
)
def test_each_kind_of_mark_is_found_however_deep(leaf: Any):
    answer = {"data": {"orders": {"edges": [{"node": {"stops": [{"x": leaf}]}}]}}}
    assert leaks(answer, BETA) == [leaf]
    assert leaks(answer, ALPHA) == []


def test_what_is_new_in_the_schema_has_to_be_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(ARGUMENTS, "order.id")
    with pytest.raises(AssertionError, match=r"ARGUMENTS .*\['order.id'\]"):
        questions("order")
    monkeypatch.delitem(ROWS, "Order")
    with pytest.raises(AssertionError, match="make a Order"):
        node_questions("Order")
