"""Faults to plant in what is remembered, as a bug in the keys or the texts would leave them."""

from collections.abc import Callable
from dataclasses import dataclass

from kernel.tenancy import TenantRef, tenant_scope
from schema.lowering import plans
from schema.lowering.plans import Plan, Statement
from tenants.access.models import Grant
from tenants.access.rights import CUSTOMER
from tests.lowering.both import Outcome, outcome
from tests.support.cast import Cast, Member
from tests.support.factories import CategoryFactory, ServiceFactory
from tests.support.world import world

ORDERS = (
    "{ orders(first: 10) { edges { node { id number state stops { id } courier { rating } } } } }"
)
SHELVES = "{ categories { id name active children { name } services { edges { node { name } } } } }"
NAMES = "{ categories { name } }"


def hidden_shelves(tenant: TenantRef) -> None:
    """Shelves and services that customers do not see."""
    with tenant_scope(tenant):
        ServiceFactory(category=CategoryFactory(active=False), state="published")
        ServiceFactory(category=CategoryFactory(position=9), state="draft")


def zoe(tenant: TenantRef) -> Member:
    """A customer without orders."""
    return Cast(tenant).person(10, "Zoe", CUSTOMER, phone="+8613800138009")


class Always:
    """Statements that are found whatever is asked for."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def get(self, key: object) -> Statement:
        """The one."""
        return self.statement

    def put(self, key: object, statement: Statement) -> Statement:
        """The one; the new one is not kept."""
        return self.statement

    def __len__(self) -> int:
        return 1


@dataclass(frozen=True)
class Question:
    """What is answered wrong once the fault is there."""

    tenant: TenantRef
    document: str
    token: str | None

    def asked(self, *, lowering: bool = True) -> Outcome:
        """The answer by one of the ways."""
        return outcome(self.tenant, self.document, token=self.token, lowering=lowering)


type Fault = Callable[[TenantRef, Callable[..., None]], Question]
"""Plants itself in a fresh tenant; the other argument runs SQL as the owner of its tables."""


def without_the_scope(tenant: TenantRef, spoil: Callable[..., None]) -> Question:
    """A plan is keyed without the conditions under which its rows are seen."""
    people = world(tenant)
    hidden_shelves(tenant)
    _plant(_asked(tenant, SHELVES, people.ines), _statement)
    return Question(tenant, SHELVES, people.maya.token)


def with_the_firsts_values(tenant: TenantRef, spoil: Callable[..., None]) -> Question:
    """A statement keeps the values of the caller for whom it was made."""
    people = world(tenant)
    told = outcome(tenant, ORDERS, token=people.maya.token)
    (_, values), (plan,) = told.statements[0], plans.kept()
    statement = _statement(plan)
    own = tuple(values[-len(statement.params) :])  # what stands before is the page's
    _plant(plan, lambda plan: Statement(statement.sql, own, statement.holes))
    return Question(tenant, ORDERS, zoe(tenant).token)


def without_the_document(tenant: TenantRef, spoil: Callable[..., None]) -> Question:
    """A plan is keyed without what was asked."""
    world(tenant)
    other = _statement(_asked(tenant, "{ categories { id } }", None))
    plans.forget()
    _plant(_asked(tenant, NAMES, None), lambda plan: other)
    return Question(tenant, NAMES, None)


def without_the_caller(tenant: TenantRef, spoil: Callable[..., None]) -> Question:
    """What a field was resolved to is kept for whoever asks."""
    people, other = world(tenant), zoe(tenant)
    _asked(tenant, ORDERS, people.ines)
    _asked(tenant, ORDERS, other)
    _serve_the_first()
    return Question(tenant, ORDERS, other.token)


def with_rights_of_before(tenant: TenantRef, spoil: Callable[..., None]) -> Question:
    """What a field was resolved to outlives the rights under which it was."""
    ines = world(tenant).ines
    hidden_shelves(tenant)
    _asked(tenant, SHELVES, ines)
    with tenant_scope(tenant):
        Grant.objects.filter(person_id=ines.id).delete()
    _asked(tenant, SHELVES, ines)
    _serve_the_first()
    return Question(tenant, SHELVES, ines.token)


def trusting_not_null(tenant: TenantRef, spoil: Callable[..., None]) -> Question:
    """No mark is made of a null that the database does not have, until its constraint is gone."""
    world(tenant)
    document = "{ categories { position } }"
    plan = _asked(tenant, document, None)
    statement = _statement(plan)
    trusting = Statement(
        statement.sql.replace("chr(1)", "'null'"), statement.params, statement.holes
    )
    _plant(plan, lambda plan: trusting)
    spoil(
        tenant,
        "ALTER TABLE catalog_category ALTER position DROP NOT NULL",
        "UPDATE catalog_category SET position = NULL",
    )
    return Question(tenant, document, None)


FAULTS: list[Fault] = [
    without_the_scope,
    with_the_firsts_values,
    without_the_document,
    without_the_caller,
    with_rights_of_before,
    trusting_not_null,
]


def _asked(tenant: TenantRef, document: str, member: Member | None) -> Plan:
    """The plan that is there once this was asked."""
    told = outcome(tenant, document, token=member.token if member else None)
    assert None in told.decisions.values(), told.decisions
    return plans.kept()[-1]


def _statement(plan: Plan) -> Statement:
    (statement,) = plan.statements.values()
    return statement


def _plant(plan: Plan, statement: Callable[[Plan], Statement]) -> None:
    plan.statements = Always(statement(plan))  # type: ignore[assignment]
    plans._resolved.clear()


def _serve_the_first() -> None:
    kept = plans._resolved._kept
    first = next(iter(kept.values()))
    assert len(kept) > 1
    for key in kept:
        kept[key] = first
