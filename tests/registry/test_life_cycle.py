"""The owner sees every tenant, suspends one with a reason, and lets it go on."""

import pytest

from kernel.tenancy import TenantRef, platform_scope
from registry.models import Domain, StateChange, Tenant
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api

CHANGE = """
mutation Change($id: ID!, $reason: String!) {
  %s(input: {tenantId: $id, reason: $reason}) {
    __typename
    ... on UserError { code }
    ... on IllegalMoveError { state }
    ... on NotFoundError { what }
    ... on %s { tenant { state changes { before after reason } } }
  }
}
"""
SUSPEND = CHANGE % ("tenantSuspend", "TenantSuspendSuccess")
RESUME = CHANGE % ("tenantResume", "TenantResumeSuccess")
TENANTS = """
{ tenants { totalCount edges { node { id slug name host state template { key } createdAt
  changes { before after reason at } } } } }
"""
BRAND = "{ brand { currency } }"


def global_id(tenant: TenantRef) -> str:
    found = olga().api.run("{ tenants { edges { node { id slug } } } }")["tenants"]["edges"]
    return next(edge["node"]["id"] for edge in found if edge["node"]["slug"] == tenant.slug)


def status(slug: str) -> int:
    api = Api(f"{slug}.localhost")
    return api.client.post(
        "/graphql", {"query": BRAND}, content_type="application/json"
    ).status_code


def changes() -> int:
    with platform_scope():
        return StateChange.objects.count()


def test_suspended_is_refused_at_once_and_resumed_as_it_was(alpha: TenantRef):
    owner, tenant_id = olga().api, global_id(alpha)
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state=Tenant.State.ACTIVE)
    assert status("alpha") == 200
    suspended = owner.run(SUSPEND, {"id": tenant_id, "reason": "Unpaid"})["tenantSuspend"]
    first = {"before": "ACTIVE", "after": "SUSPENDED", "reason": "Unpaid"}
    assert suspended["tenant"] == {"state": "SUSPENDED", "changes": [first]}
    assert (status("alpha"), status("beta")) == (403, 200)
    resumed = owner.run(RESUME, {"id": tenant_id, "reason": "Paid"})["tenantResume"]
    second = {"before": "SUSPENDED", "after": "ACTIVE", "reason": "Paid"}
    assert resumed["tenant"] == {"state": "ACTIVE", "changes": [first, second]}
    assert status("alpha") == 200


def test_what_is_not_possible_now_changes_nothing(alpha: TenantRef):
    owner, tenant_id = olga().api, global_id(alpha)
    run = {"id": tenant_id, "reason": "x"}
    assert owner.run(RESUME, run)["tenantResume"]["state"] == "trial"
    for reason in ("", " ", "x" * 501, "a\nb"):
        refused = owner.run(SUSPEND, {"id": tenant_id, "reason": reason})["tenantSuspend"]
        assert refused["code"] == "INVALID_INPUT"
    assert changes() == 0 and status("alpha") == 200
    owner.run(SUSPEND, run)
    assert owner.run(SUSPEND, run)["tenantSuspend"]["state"] == "suspended"
    assert changes() == 1


@pytest.mark.parametrize("id_", ["", "nonsense", "VGVuYW50OjE=", "WmVuZTo=", "Tenant:1"])
def test_an_id_of_nothing(id_: str):
    answer = olga().api.post(SUSPEND, {"id": id_, "reason": "x"})
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    else:
        assert answer["data"]["tenantSuspend"] == {
            "__typename": "NotFoundError",
            "code": "NOT_FOUND",
            "what": "Tenant",
        }
    assert changes() == 0


def test_nobody_else_may(alpha: TenantRef):
    run = {"id": global_id(alpha), "reason": "x"}
    people = cast(alpha)
    for document in (SUSPEND, RESUME):
        assert Api("platform.localhost").error_code(document, run) == "UNAUTHENTICATED"
        for member in (people.maya, people.tomas, people.ines):
            assert member.api.error_code(document, run) == "WRONG_HOST"
            answer = Api("platform.localhost").error_code(document, run, token=member.token)
            assert answer == "UNAUTHENTICATED"
    assert changes() == 0 and status("alpha") == 200


def test_a_tenant_that_is_being_made_is_not_seen(alpha: TenantRef):
    tenant_id = global_id(alpha)
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state=Tenant.State.PREPARING)
    owner = olga().api
    document = "query ($id: ID!) { tenant(id: $id) { slug } node(id: $id) { id } }"
    assert owner.run(document, {"id": tenant_id}) == {"tenant": None, "node": None}
    run = {"id": tenant_id, "reason": "x"}
    assert owner.run(SUSPEND, run)["tenantSuspend"]["code"] == "NOT_FOUND"
    assert owner.run(TENANTS)["tenants"]["totalCount"] == 1


def test_a_node_of_the_register_is_none_of_a_tenants_business(alpha: TenantRef):
    document = "query ($id: ID!) { node(id: $id) { id } }"
    given = {"id": global_id(alpha)}
    assert olga().api.run(document, given) == {"node": given}
    assert Api("platform.localhost").run(document, given) == {"node": None}
    assert cast(alpha).ines.api.run(document, given) == {"node": None}


@pytest.mark.parametrize("extra", [1, 8])
def test_the_list_takes_the_same_queries_for_any_number(extra: int, django_assert_num_queries):
    owner = olga()
    with platform_scope():
        for number in range(extra):
            tenant = Tenant.objects.create(
                slug=f"extra{number}", name="Extra", schema_name=f"t_extra{number}",
                state=Tenant.State.TRIAL, wrapped_key=b"", created_at=SOME_DAY,
            )  # fmt: skip
            Domain.objects.create(domain=f"extra{number}.localhost", tenant=tenant)
            StateChange.objects.create(
                tenant=tenant, before="active", after="trial", reason="x", at=SOME_DAY,
                account_id=owner.owner.account_id,
            )  # fmt: skip
    # The owner's session; the tenants with their count; their changes.
    with django_assert_num_queries(3):
        answer = owner.api.run(TENANTS)["tenants"]
    assert answer["totalCount"] == extra + 2
    assert answer["edges"][-1]["node"]["changes"][0]["reason"] == "x"


def test_starters_speak_the_callers_language():
    document = "{ templates { key title summary } }"
    chinese = olga().api.run(document, language="zh-Hans")["templates"]
    assert [starter["key"] for starter in chinese] == ["campus_errands", "home_services"]
    assert chinese[0]["title"] == "校园跑腿"
    assert olga().api.run(document)["templates"][1]["title"] == "Community home services"
