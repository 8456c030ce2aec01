"""What owners look through: their own acts, the hosts of all tenants, who is on which plan."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, platform_scope
from registry.domains import CLAIM_VALIDITY
from registry.models import Domain, DomainClaim, OwnerAction, Tenant
from tests.billing.plans import on_plan
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate

OLGA = "olga@example.test"
ACTIONS = """query($tenant: ID, $owner: String, $actions: [String!], $since: DateTime,
  $until: DateTime) { ownerActions(first: 20, tenantId: $tenant, owner: $owner,
  actions: $actions, since: $since, until: $until) { edges { node { action } } } }"""
DOMAINS = """query($search: String, $own: Boolean) {
  tenantDomains(first: 20, search: $search, own: $own) {
    totalCount edges { node { host shown byPlatform tenant { slug } } } } }"""
CLAIMS = """query($search: String) { tenantDomainClaims(first: 20, search: $search) {
  edges { node { host tenant { slug } } } } }"""
IN_USE = "{ plansInUse { plan tenants { state count } } }"
ON_PLAN = """query($plan: String) { tenants(first: 20, plan: $plan) { edges { node {
  slug subscription { state trialEndsAt paidByProvider lapsedAt } } } } }"""


def acts(**asked: Any) -> list[str]:
    """What olga is shown of what was done, the newest first."""
    edges = olga().api.run(ACTIONS, asked)["ownerActions"]["edges"]
    return [edge["node"]["action"] for edge in edges]


def hosts(document: str, **asked: Any) -> list[tuple[str, str]]:
    """Hosts with the tenant of each, by host."""
    (found,) = olga().api.run(document, asked).values()
    return sorted((edge["node"]["host"], edge["node"]["tenant"]["slug"]) for edge in found["edges"])


def test_acts_are_found_by_who_what_where_and_when(alpha: TenantRef, beta: TenantRef):
    for tenant, name in ((alpha, "tenantSuspend"), (beta, "tenantActivate")):
        input = {"tenantId": global_id("Tenant", tenant.id), "reason": "x"}
        mutate(olga().api, name, input, "tenant { state }")
    with platform_scope():
        OwnerAction.objects.create(action="tenantPastDue", tenant_id=beta.id, at=SOME_DAY)
    every = ["tenantPastDue", "tenantActivate", "tenantSuspend"]
    assert acts() == every
    assert acts(owner=OLGA.upper()) == every[1:]
    assert acts(owner="") == every[:1]
    assert acts(owner="nobody@daiqu.example") == []
    assert acts(actions=["tenantSuspend", "tenantPastDue"]) == ["tenantPastDue", "tenantSuspend"]
    assert acts(actions=[]) == []
    assert acts(tenant=global_id("Tenant", beta.id), owner="") == every[:1]
    later = (SOME_DAY + timedelta(seconds=1)).isoformat()
    assert acts(until=later) == every[:1]
    assert acts(since=later) == every[1:]
    assert acts(until=SOME_DAY.isoformat()) == []
    owners = olga().api.run("{ owners { name email } }")["owners"]
    assert owners == [{"name": "Olga", "email": OLGA}]


def test_hosts_of_all_tenants_are_searched(alpha: TenantRef, beta: TenantRef):
    with platform_scope():
        for tenant, host in ((alpha, "shop.example"), (beta, "xn--vuq861b.example")):
            Domain.objects.create(
                domain=host, tenant_id=tenant.id, is_primary=False, verified_at=SOME_DAY
            )
    theirs = [("shop.example", "alpha"), ("xn--vuq861b.example", "beta")]
    platforms = [("alpha.localhost", "alpha"), ("beta.localhost", "beta")]
    assert hosts(DOMAINS) == sorted(theirs + platforms)
    assert hosts(DOMAINS, own=True) == theirs
    assert hosts(DOMAINS, own=False) == platforms
    assert hosts(DOMAINS, search="SHOP") == theirs[:1]
    assert hosts(DOMAINS, search="中国.example") == []
    assert hosts(DOMAINS, search=" 你好.example") == hosts(DOMAINS, search="你好")
    assert hosts(DOMAINS, search="beta", own=True) == theirs[1:]
    assert hosts(DOMAINS, search="100%") == []


def test_claims_of_all_tenants_until_they_lapse(alpha: TenantRef, beta: TenantRef):
    now = clock.now()
    with platform_scope():
        for tenant, host, at in (
            (alpha, "one.example", now),
            (beta, "one.example", now),
            (beta, "late.example", now - CLAIM_VALIDITY),
        ):
            DomainClaim.objects.create(tenant_id=tenant.id, host=host, token="x", created_at=at)
    assert hosts(CLAIMS) == [("one.example", "alpha"), ("one.example", "beta")]
    assert hosts(CLAIMS, search="bet") == [("one.example", "beta")]


def test_who_is_on_which_plan(alpha: TenantRef, beta: TenantRef, django_assert_num_queries):
    on_plan(alpha, "tiny", trial_days=7)
    owner = olga()
    # The owner's session; the tenants by plan and state.
    with django_assert_num_queries(2):
        used = owner.api.run(IN_USE)["plansInUse"]
    assert {"plan": "tiny", "tenants": [{"state": "TRIAL", "count": 1}]} in used
    (edge,) = owner.api.run(ON_PLAN, {"plan": "tiny"})["tenants"]["edges"]
    standing = edge["node"]["subscription"]
    assert edge["node"]["slug"] == "alpha"
    assert (standing["state"], standing["paidByProvider"]) == ("TRIALING", False)
    assert standing["trialEndsAt"] and standing["lapsedAt"] is None
    assert owner.api.run(ON_PLAN, {"plan": "none"})["tenants"]["edges"] == []
    every = owner.api.run(ON_PLAN)["tenants"]["edges"]
    assert len(every) == 2
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state="preparing")
    assert all(each["plan"] != "tiny" for each in owner.api.run(IN_USE)["plansInUse"])


@pytest.mark.parametrize("document", ["{ owners { name } }", IN_USE, DOMAINS, CLAIMS, ACTIONS])
def test_for_owners_alone(alpha: TenantRef, document: str):
    assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.error_code(document) == "WRONG_HOST"
