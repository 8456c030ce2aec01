"""The owner's reads: the list that can be narrowed, how each tenant fares, all at a glance."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.ids import new_id
from kernel.tenancy import TenantRef, platform_scope
from registry.models import Backup, Domain, Erasure, ReleaseFailure, Restoration, Tenant
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id

LIST = """
query($states: [TenantState!], $search: String, $server: String, $sandbox: Boolean) {
  tenants(states: $states, search: $search, server: $server, sandbox: $sandbox) {
    totalCount edges { node { slug } } } }
"""
HEALTH = """
{ tenants { edges { node { slug health { lastBackupAt releaseFailedAt findings } } } } }
"""
SUMMARY = """
{ platformSummary { tenants { state count } servers { server count } sandboxes moving
  releaseFailures impersonationsOpen erasuresOpen } }
"""


def tenant(slug: str, **columns: Any) -> Tenant:
    made = Tenant.objects.create(
        slug=slug, schema_name=f"t_{slug}", wrapped_key=b"",
        **{"name": slug, "state": "active", "created_at": SOME_DAY, **columns},
    )  # fmt: skip
    Domain.objects.create(domain=f"{slug}.example", tenant=made)
    return made


def slugs(**variables: Any) -> list[str]:
    edges = olga().api.run(LIST, variables)["tenants"]["edges"]
    return [edge["node"]["slug"] for edge in edges]


def findings(slug: str) -> list[str]:
    edges = olga().api.run(HEALTH)["tenants"]["edges"]
    (health,) = [edge["node"]["health"] for edge in edges if edge["node"]["slug"] == slug]
    return health["findings"]


def test_the_list_is_narrowed(alpha: TenantRef, beta: TenantRef):
    with platform_scope():
        tenant("lakeside", state="suspended", server="second")
        tenant("hill", name="Hillside errands", sandbox_of_id=alpha.id)
    assert slugs() == ["alpha", "beta", "lakeside", "hill"]
    assert slugs(states=["SUSPENDED", "ACTIVE"]) == ["lakeside", "hill"]
    assert slugs(states=[]) == []
    assert slugs(search="SIDE") == ["lakeside", "hill"]
    assert slugs(search="hill.exam") == ["hill"]
    assert slugs(search="%") == []
    assert slugs(server="second") == ["lakeside"]
    assert slugs(sandbox=True) == ["hill"]
    assert slugs(sandbox=False, states=["ACTIVE"]) == []


def test_what_is_found(alpha: TenantRef):
    now = clock.now()
    with platform_scope():
        Tenant.objects.update(created_at=now)
    assert findings("alpha") == []
    row = {"tenant_id": alpha.id, "kind": "nightly", "started_at": now}
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(created_at=now - timedelta(days=9))
    assert findings("alpha") == ["BACKUP_STALE"]
    with platform_scope():
        backup = Backup.objects.create(
            **row | {"started_at": now - timedelta(hours=3)}, state="done", finished_at=now
        )
    assert findings("alpha") == []
    with platform_scope():
        Backup.objects.create(**row, state="failed")
        Backup.objects.create(**row | {"started_at": now + timedelta(hours=1)}, state="running")
        Tenant.objects.filter(id=alpha.id).update(moving_since=now - timedelta(hours=1))
        ReleaseFailure.objects.create(
            schema_name=alpha.schema, migration="orders.0002", error="x", at=now
        )
        Restoration.objects.create(
            tenant_id=alpha.id, backup=backup, schema_name="t_b", state="beside", started_at=now
        )
        Erasure.objects.create(
            tenant_id=alpha.id, reason="x", requested_by_id=olga().owner.account_id,
            requested_at=now, due_at=now - timedelta(minutes=1),
        )  # fmt: skip
    expected = ["BACKUP_FAILED", "RELEASE_FAILED", "MOVE_STUCK", "COPY_BESIDE", "ERASURE_DUE"]
    assert findings("alpha") == expected
    assert findings("beta") == []
    document = "query($id: ID!) { tenant(id: $id) { health { lastBackupAt releaseFailedAt } } }"
    one = olga().api.run(document, {"id": global_id("Tenant", alpha.id)})["tenant"]["health"]
    assert one["releaseFailedAt"] == "orders.0002" and one["lastBackupAt"]


@pytest.mark.parametrize("extra", [1, 12])
def test_the_same_queries_for_any_number(extra: int, django_assert_num_queries):
    owner = olga()
    with platform_scope():
        for number in range(extra):
            made = tenant(f"extra{number}")
            Backup.objects.create(
                tenant=made, kind="nightly", started_at=SOME_DAY, state="done", finished_at=SOME_DAY
            )
    # The owner's session; the tenants with all that is found of them.
    with django_assert_num_queries(2):
        edges = owner.api.run(HEALTH)["tenants"]["edges"]
    assert len(edges) == extra + 2


def test_at_a_glance(alpha: TenantRef, django_assert_num_queries):
    owner = olga()
    with platform_scope():
        tenant("one", state="suspended", moving_since=SOME_DAY)
        tenant("two", state="erased", server="second", sandbox_of_id=alpha.id)
        tenant("three", state="active", server="second")
        Tenant.objects.create(
            id=new_id(), slug="made", name="x", schema_name="t_made", wrapped_key=b"",
            created_at=SOME_DAY,
        )  # fmt: skip
    # The owner's session; tenants, failures, impersonations, erasures.
    with django_assert_num_queries(5):
        summary = owner.api.run(SUMMARY)["platformSummary"]
    counts = {each["state"]: each["count"] for each in summary.pop("tenants")}
    assert counts == {
        "TRIAL": 2, "ACTIVE": 1, "PAST_DUE": 0, "SUSPENDED": 1, "ARCHIVED": 0, "ERASED": 1,
    }  # fmt: skip
    assert summary == {
        "servers": [{"server": "main", "count": 3}, {"server": "second", "count": 1}],
        "sandboxes": 1,
        "moving": 1,
        "releaseFailures": 0,
        "impersonationsOpen": 0,
        "erasuresOpen": 0,
    }


def test_for_owners_alone(alpha: TenantRef):
    for document in (SUMMARY, HEALTH):
        assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
        assert cast(alpha).ines.api.error_code(document) == "WRONG_HOST"
