"""What is remembered serves whoever may have it and nobody else; planted faults are found."""

from typing import Any

import pytest
from django.db import connection, transaction

from kernel.tenancy import TenantRef, tenant_scope
from schema.lowering import executor as executors
from schema.lowering import plans
from schema.lowering import texts as texts_module
from schema.lowering.plans import STATEMENTS, Plan, Recent, Statement
from schema.lowering.rows import Scope
from schema.lowering.shapes import Shape
from tenants.access.models import Grant
from tenants.access.rights import CUSTOMER
from tenants.catalog.models import Category, Service
from tests.lowering.both import both, outcome
from tests.lowering.conftest import Asker
from tests.support.cast import Cast
from tests.support.factories import CategoryFactory, ServiceFactory
from tests.support.world import world

ORDERS = (
    "{ orders(first: 10) { edges { node { id number state stops { id } courier { rating } } } } }"
)
SHELVES = "{ categories { id name active children { name } services { edges { node { name } } } } }"


@pytest.fixture
def askers(askers: list[Asker], alpha: TenantRef, beta: TenantRef) -> list[Asker]:
    """Every role, and a customer without orders; there are shelves that customers do not see."""
    zoes = []
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            hidden = CategoryFactory(active=False)
            ServiceFactory(category=hidden, state="published")
            ServiceFactory(category=CategoryFactory(position=9), state="draft")
        zoe = Cast(tenant).person(10, "Zoe", CUSTOMER, phone="+8613800138009")
        zoes.append(Asker(tenant, "zoe", zoe.token))
    return [*askers, *zoes]


def texts(askers: list[Asker], document: str) -> dict[tuple[str, str], str]:
    """What each is answered by SQL."""
    return {
        (asker.tenant.slug, asker.role): outcome(asker.tenant, document, token=asker.token).text
        for asker in askers
    }


def expected(askers: list[Asker], document: str) -> dict[tuple[str, str], str]:
    """What each is answered by graphql-core."""
    return {
        (asker.tenant.slug, asker.role): outcome(
            asker.tenant, document, token=asker.token, lowering=False
        ).text
        for asker in askers
    }


@pytest.mark.parametrize("document", [ORDERS, SHELVES])
def test_in_any_order_everybody_gets_their_own(askers: list[Asker], document: str):
    right = expected(askers, document)
    assert texts(askers, document) == right
    assert texts(askers[::-1], document) == right
    plans.forget()
    assert texts(askers[::-1], document) == right
    assert len(set(right.values())) > 3  # the tenants differ, and so do the roles


def test_two_tenants_share_a_statement_and_no_row(alpha: TenantRef, beta: TenantRef):
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            CategoryFactory(name={"en": f"shelf of {tenant.slug}"})
    for tenant in (alpha, beta, alpha):
        by_sql = outcome(tenant, "{ categories { name } }")
        assert by_sql.decisions == {"categories": None}
        assert by_sql.body["data"] == {"categories": [{"name": f"shelf of {tenant.slug}"}]}
    assert [len(plan.statements) for plan in plans.kept()] == [1]


def test_a_right_that_is_taken_away_counts_at_once(alpha: TenantRef):
    with tenant_scope(alpha):
        CategoryFactory(active=False)
    ines = Cast(alpha).ines
    document = "{ categories { active } }"
    seen = outcome(alpha, document, token=ines.token)
    assert len(seen.body["data"]["categories"]) == 1
    with tenant_scope(alpha):
        Grant.objects.filter(person_id=ines.id).delete()
    by_sql, by_core = both(alpha, document, token=ines.token)
    assert by_sql.body["data"]["categories"] == []
    assert by_sql.text == by_core.text


def test_what_is_published_shows_at_once(alpha: TenantRef):
    with tenant_scope(alpha):
        service = ServiceFactory(category=CategoryFactory(), state="draft")
    document = "{ services { totalCount edges { node { name } } } }"
    assert outcome(alpha, document).body["data"]["services"]["totalCount"] == 0
    with tenant_scope(alpha):
        Service.objects.filter(id=service.id).update(state="published")
    assert outcome(alpha, document).body["data"]["services"]["totalCount"] == 1


def test_variables_below_a_field_are_part_of_its_plan(alpha: TenantRef):
    world(alpha)
    document = (
        "query($on: Boolean!) { categories { name @include(if: $on) active @skip(if: $on) } }"
    )
    for on in (True, False, True):
        by_sql, by_core = both(alpha, document, {"on": on})
        assert by_sql.text == by_core.text
        assert ("active" in by_sql.text) is not on


def test_two_operations_of_one_document_are_two_plans(alpha: TenantRef):
    world(alpha)
    for fields in ("id", "name", "id name", "name id"):
        by_sql, by_core = both(alpha, f"query Same {{ categories {{ {fields} }} }}")
        assert by_sql.text == by_core.text


def test_what_is_remembered_is_bounded():
    recent: Recent[int, str] = Recent(3)
    for number in range(10):
        recent.put(number, str(number))
    assert len(recent) == 3
    assert recent.get(9) == "9"
    assert recent.get(0) is None


def test_a_list_that_is_filtered_in_many_ways_keeps_few_statements(alpha: TenantRef):
    document = "query($s: [OrderState!]) { orders(states: $s, first: 1) { edges { node { id } } } }"
    ines = Cast(alpha).ines
    for count in range(1, STATEMENTS + 5):
        by_sql, by_core = both(alpha, document, {"s": ["OPEN"] * count}, token=ines.token)
        assert by_sql.text == by_core.text
    assert all(len(plan.statements) <= STATEMENTS for plan in plans.kept())


def test_a_statement_that_fails_in_a_transaction_leaves_it_sound(alpha: TenantRef):
    with tenant_scope(alpha):
        CategoryFactory()
    document = "{ categories { name } }"
    outcome(alpha, document)
    [plan] = plans.kept()
    plan.statements.clear()
    plans._resolved.clear()
    plan.statements = _Always(Statement("SELECT nonsense", (), ()))  # type: ignore[assignment]
    with tenant_scope(alpha), transaction.atomic():
        by_sql, by_core = both(alpha, document)
        assert by_sql.text == by_core.text
        assert Category.objects.count() == 1
    assert by_sql.decisions["categories"] is not None
    assert connection.in_atomic_block is False


def test_a_plan_that_fails_is_given_up(alpha: TenantRef):
    document = "{ categories { name } }"
    outcome(alpha, document)
    [plan] = plans.kept()
    plans._resolved.clear()
    plan.statements = _Always(Statement("SELECT nonsense", (), ()))  # type: ignore[assignment]
    for _ in range(executors.PATIENCE):
        assert plan.refused is None
        outcome(alpha, document)
    assert plan.refused is not None


# -- planted faults -------------------------------------------------------------------------------


class _Always:
    """Statements that are found whatever is asked for."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def get(self, key: object) -> Statement:
        return self.statement

    def put(self, key: object, statement: Statement) -> Statement:
        return self.statement

    def __len__(self) -> int:
        return 1


def test_a_plan_without_the_scope_in_its_key_is_found(
    askers: list[Asker], monkeypatch: pytest.MonkeyPatch
):
    seen, rows_shape = Scope.shape, texts_module.shape_of

    def blind(shape: Shape | None) -> Shape | None:
        return None if shape is None else Shape("any", shape.values)

    most_first = sorted(askers, key=lambda asker: asker.role != "ines")
    right = expected(askers, SHELVES)
    assert texts(most_first, SHELVES) == right
    plans.forget()
    monkeypatch.setattr(Scope, "shape", lambda self, info: blind(seen(self, info)))
    monkeypatch.setattr(texts_module, "shape_of", lambda rows: blind(rows_shape(rows)))
    assert texts(most_first, SHELVES) != right


def test_a_plan_that_keeps_the_values_of_its_scope_is_found(
    askers: list[Asker], monkeypatch: pytest.MonkeyPatch
):
    first: dict[int, list[Any]] = {}
    values = Statement.values

    def kept(self: Statement, shapes: Any) -> list[Any]:
        return first.setdefault(id(self), values(self, shapes))

    right = expected(askers, ORDERS)
    monkeypatch.setattr(Statement, "values", kept)
    assert texts(askers, ORDERS) != right


def test_a_plan_without_its_document_in_the_key_is_found(
    alpha: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    world(alpha)
    plan = Plan()
    monkeypatch.setattr(executors, "plan_of", lambda key: plan)
    outcome(alpha, "{ categories { id } }")
    by_sql, by_core = both(alpha, "{ categories { name } }")
    assert by_sql.text != by_core.text
