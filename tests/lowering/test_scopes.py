"""What is remembered serves whoever may have it and nobody else."""

import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from kernel.tenancy import TenantRef, tenant_scope
from schema.lowering import plans
from schema.lowering.plans import STATEMENTS, Recent, Statement
from tenants.access.models import Grant, Role, Session
from tenants.access.rights import ADMINISTRATOR
from tenants.catalog.models import Category, Service
from tests.lowering.both import both, outcome
from tests.lowering.conftest import Asker
from tests.lowering.faults import ORDERS, SHELVES, Always, hidden_shelves, zoe
from tests.support.cast import Cast, Member
from tests.support.factories import CategoryFactory, ServiceFactory
from tests.support.world import world


@pytest.fixture
def askers(askers: list[Asker], alpha: TenantRef, beta: TenantRef) -> list[Asker]:
    """Every role, and a customer without orders; there are shelves that customers do not see."""
    for tenant in (alpha, beta):
        hidden_shelves(tenant)
    return [*askers, *(Asker(tenant, "zoe", zoe(tenant).token) for tenant in (alpha, beta))]


def texts(askers: list[Asker], document: str) -> dict[tuple[str, str], str]:
    """What each is answered by SQL."""
    return {
        (asker.host, asker.role): outcome(asker.scope, document, token=asker.token).text
        for asker in askers
    }


def expected(askers: list[Asker], document: str) -> dict[tuple[str, str], str]:
    """What each is answered by graphql-core."""
    return {
        (asker.host, asker.role): outcome(
            asker.scope, document, token=asker.token, lowering=False
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


def _loses_the_role(ines: Member) -> None:
    Grant.objects.filter(person_id=ines.id).delete()


def _role_loses_rights(ines: Member) -> None:
    Role.objects.filter(key=ADMINISTRATOR).update(rights=[])


def _is_signed_out(ines: Member) -> None:
    Session.objects.filter(id=ines.session_id).delete()


@pytest.mark.parametrize("change", [_loses_the_role, _role_loses_rights, _is_signed_out])
def test_a_right_that_is_taken_away_counts_at_once(
    alpha: TenantRef, change: Callable[[Member], None]
):
    ines = world(alpha).ines
    hidden_shelves(alpha)
    before = {}
    for document in (SHELVES, ORDERS):
        for _ in range(2):  # the second time all is remembered that is ever remembered
            by_sql, by_core = both(alpha, document, token=ines.token)
            assert by_sql.text == by_core.text
        before[document] = by_sql.text
    with tenant_scope(alpha):
        change(ines)
    for document, text in before.items():
        by_sql, by_core = both(alpha, document, token=ines.token)
        assert by_sql.text == by_core.text != text


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
    plan.statements = Always(Statement("SELECT nonsense", (), ()))  # type: ignore[assignment]
    with tenant_scope(alpha), transaction.atomic():
        by_sql, by_core = both(alpha, document)
        assert by_sql.text == by_core.text
        assert Category.objects.count() == 1
    assert by_sql.decisions["categories"] is not None
    assert connection.in_atomic_block is False


def test_where_a_plan_fails_it_rests_and_is_tried_again_later(
    alpha: TenantRef, beta: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    document = "{ categories { name } }"
    outcome(alpha, document)
    [plan] = plans.kept()
    plans._resolved.clear()
    good = plan.statements
    plan.statements = Always(Statement("SELECT nonsense", (), ()))  # type: ignore[assignment]
    monkeypatch.setattr(plans, "REST_SECONDS", 0.5)
    for _ in range(plans.PATIENCE):
        assert not plan.rests(alpha.label)
        outcome(alpha, document)
    plan.statements = good
    plans._resolved.clear()
    assert outcome(alpha, document).decisions["categories"] == "it failed here lately"
    assert outcome(beta, document).decisions["categories"] is None
    time.sleep(0.5)
    assert outcome(alpha, document).decisions["categories"] is None
    assert not plan.rests(alpha.label)
