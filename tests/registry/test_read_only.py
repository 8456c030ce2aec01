"""What may be done while a tenant owes money, or is being moved: next to nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from kernel.tenancy import TenantRef, platform_scope
from registry.models import Tenant
from registry.resolver import resolver
from schema.core.rights import Audience
from schema.core.writing import WHILE_READ_ONLY
from tenants.access.rights import Right
from tests.support import walk
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.factories_orders import photo
from tests.support.graphql import Api
from tests.support.stage import rows

HARMLESS = {
    "signInWithPassword",
    "signInWithPhone",
    "phoneCodeRequest",
    "invitationAccept",
    "signOut",
    "impersonationsDismiss",
}
"""Beside paying the bill, all that goes on while nothing else may be changed."""

TENANTS = {
    name: field
    for name, field in walk.MUTATIONS.items()
    if walk.right_of(field) not in (Audience.OWNER, Audience.OWNER_PUBLIC)
}


def is_harmless(name: str) -> bool:
    declared = TENANTS[name].extensions["strawberry-definition"].metadata
    return bool(declared[WHILE_READ_ONLY])


def caller(tenant: TenantRef, name: str) -> Api:
    """Somebody who has the right to the mutation."""
    right = walk.right_of(TENANTS[name])
    rights = set(right) if isinstance(right, tuple) else {right}
    people = cast(tenant)
    members: list[Member] = [people.ines, people.maya, people.tomas]
    if not all(isinstance(each, Right) for each in rights):
        return members[0].api
    return next(member.api for member in members if rights & member.rights)


def answer(api: Api, name: str) -> Any:
    """The mutation's answer to something well-formed."""
    field = TENANTS[name]
    if not field.args:
        return api.post(f"mutation {{ {name} {{ __typename }} }}")
    type_ = get_named_type(field.args["input"].type)
    assert isinstance(type_, GraphQLInputObjectType)
    document = f"mutation($input: {type_.name}!) {{ {name}(input: $input) {{ __typename }} }}"
    value, files = walk.some_input(type_)
    if not files:
        return api.post(document, {"input": value})
    return api.upload_answer(document, {"input": value}, {path: photo() for path in files})


def code(answered: Any) -> str | None:
    """The code of the top-level error, if that is what was answered."""
    return answered["errors"][0]["extensions"]["code"] if "errors" in answered else None


def stands(tenant: TenantRef, **columns: Any) -> None:
    with platform_scope():
        Tenant.objects.filter(id=tenant.id).update(**columns)
    resolver.clear()


@pytest.fixture
def past_due(alpha: TenantRef) -> Iterator[TenantRef]:
    """alpha, which owes money."""
    stands(alpha, state="past_due")
    yield alpha
    resolver.clear()


@pytest.fixture
def moving(alpha: TenantRef) -> Iterator[TenantRef]:
    """alpha, whose rows are being copied."""
    stands(alpha, moving_since=datetime.now(SOME_DAY.tzinfo))
    yield alpha
    resolver.clear()


def test_what_is_harmless_is_known():
    billing = {name for name in TENANTS if name.startswith("billing")}
    assert {name for name in TENANTS if is_harmless(name)} - billing == HARMLESS


def test_while_it_owes_money_every_other_mutation_is_refused(past_due: TenantRef):
    callers = {name: caller(past_due, name) for name in TENANTS}
    before = rows(past_due)
    for name in TENANTS:
        if not is_harmless(name):
            assert code(answer(callers[name], name)) == "TENANT_READ_ONLY", name
            assert rows(past_due) == before, name


def test_while_it_owes_money_the_harmless_ones_go_on(past_due: TenantRef):
    for name in sorted(HARMLESS, key="signOut".__eq__):  # she is not signed in after that
        assert code(answer(caller(past_due, name), name)) is None, name


def test_while_it_is_moved_all_are_refused(moving: TenantRef):
    callers = {name: caller(moving, name) for name in TENANTS}
    before = rows(moving)
    for name in TENANTS:
        assert code(answer(callers[name], name)) == "TENANT_MOVING", name
    assert rows(moving) == before


def test_a_missing_right_comes_first(past_due: TenantRef):
    assert code(answer(Api("alpha.localhost"), "brandUpdate")) == "UNAUTHENTICATED"
    assert code(answer(cast(past_due).maya.api, "brandUpdate")) == "FORBIDDEN"


def test_reading_goes_on_and_others_are_not_concerned(past_due: TenantRef, beta: TenantRef):
    assert cast(past_due).ines.api.run("{ brand { currency } viewer { isStaff } }")
    assert code(answer(cast(beta).ines.api, "personUpdate")) is None


@pytest.mark.parametrize(
    ("columns", "status"),
    [({"state": "past_due"}, 403), ({"moving_since": SOME_DAY}, 503)],
)
def test_the_status_says_so_too(alpha: TenantRef, columns: dict[str, Any], status: int):
    stands(alpha, **columns)
    api = cast(alpha).ines.api
    response = api.client.post(
        "/graphql",
        {"query": 'mutation { personUpdate(input: {name: "x"}) { __typename } }'},
        content_type="application/json",
        headers={"Accept": "application/graphql-response+json", "Accept-Language": "zh-Hans"},
    )
    assert response.status_code == status
    assert "data" not in response.json()
    assert "暂" in response.json()["errors"][0]["message"]
    resolver.clear()
