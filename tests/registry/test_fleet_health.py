"""The owner's figures of the fleet: its servers and queues, who is in trouble, grows or is idle."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.attention import trend_of
from billing.models import Usage
from kernel import clock
from kernel.jobs import defer
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import Backup, FleetLook, Tenant
from tests.registry.test_health import tenant
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY, admin_connection
from tests.support.graphql import Api
from tests.support.jobs import platform_jobs_run

HEALTH = """
{ fleetHealth { at troubled growing idle poolSize lookWaitsSince
  servers { name up version tenants blanks takesNew connections connectionsLimit workers
    waiting running failed }
  jobs { server name task waiting running failed }
  look { looked: lookedAt seconds counts { kind count } findings { kind what where how mends }
    sizes { server bytes } storeFree storeSize } } }
"""
LIST = """
query($attention: TenantAttention, $findings: [TenantFinding!]) {
  tenants(attention: $attention, findings: $findings) { totalCount edges { node { slug
    trend { orders ordersBefore growth } usage { meter used } health { findings } } } } }
"""


@pytest.fixture(autouse=True)
def _one_server(settings: Any) -> None:
    settings.DATABASE_SERVERS = {}


def health() -> dict[str, Any]:
    return olga().api.run(HEALTH)["fleetHealth"]


def slugs(**variables: Any) -> list[str]:
    edges = olga().api.run(LIST, variables)["tenants"]["edges"]
    return [edge["node"]["slug"] for edge in edges]


def orders(tenant: Any, now: int, before: int) -> None:
    """So many this month and the last; seen just now."""
    at = clock.now()
    month = at.date().replace(day=1)
    last = (month - timedelta(days=1)).replace(day=1)
    for period, amount in ((month, now), (last, before)):
        Usage.objects.create(tenant=tenant, meter="orders", period=period, amount=amount, at=at)


def test_a_server_and_its_queue(alpha: TenantRef):
    with tenant_scope(alpha):
        defer("tests.none", once="a")
        defer("tests.none", run_at=clock.now() + timedelta(days=1))
    with platform_scope():
        defer("tests.other")
    with admin_connection() as admin:
        admin.execute(
            "UPDATE queue.procrastinate_jobs SET status = 'failed' WHERE task_name = 'tests.other'"
        )
    found = health()
    (server,) = found["servers"]
    assert server.pop("connections") >= 1 and server.pop("connectionsLimit") >= 10
    assert server.pop("version").startswith("1")
    assert server == {
        "name": "main", "up": True, "tenants": 2, "blanks": 0, "takesNew": True, "workers": 0,
        "waiting": 1, "running": 0, "failed": 1,
    }  # fmt: skip
    piles = [
        (each["name"], each["task"], each["waiting"], each["failed"]) for each in found["jobs"]
    ]
    assert piles == [(None, "tests.other", 0, 1), ("alpha", "tests.none", 1, 0)]


def test_a_server_that_is_away_is_said_to_be(settings: Any):
    login = {**settings.DATABASES["default"], "PORT": "1"}
    settings.DATABASE_SERVERS = {"second": {"default": login, "owner": login}}
    second = health()["servers"][1]
    assert (second["name"], second["up"], second["version"]) == ("second", False, None)


def test_what_the_doctor_found_is_kept(alpha: TenantRef):
    assert health()["look"] is None
    with platform_scope():
        tenant("lost", state="suspended")
    olga().api.run("mutation { fleetExamine { __typename } }")
    assert health()["lookWaitsSince"] is not None
    platform_jobs_run("registry.fleet_look")
    look = health()["look"]
    counts = {each["kind"]: each["count"] for each in look["counts"]}
    assert counts["ABSENT"] == 1
    (absent,) = [each for each in look["findings"] if each["kind"] == "ABSENT"]
    assert absent["where"] == "lost, main" and not absent["mends"]
    assert look["sizes"][0]["bytes"] > 1_000_000 and 0 < look["storeFree"] < look["storeSize"]
    with platform_scope():
        assert FleetLook.objects.count() == 1


def test_who_needs_what(alpha: TenantRef, beta: TenantRef):
    with platform_scope():
        Tenant.objects.update(created_at=clock.now())
        old = {"created_at": SOME_DAY}
        for slug, counts in {"steady": (20, 500), "up": (900, 300), "new": (40, 0)}.items():
            orders(tenant(slug, created_at=clock.now()), *counts)
        quiet, stopped = tenant("quiet", **old), tenant("stopped", state="suspended", **old)
        orders(tenant("small", created_at=clock.now()), 5, 1)
        done = {"kind": "nightly", "started_at": clock.now(), "finished_at": clock.now()}
        for each in (quiet, stopped):
            Backup.objects.create(tenant=each, state="done", **done)
        failed = tenant("failed", created_at=clock.now())
        Backup.objects.create(tenant=failed, state="failed", **done)
    assert slugs(attention="GROWING") == ["new", "up"]
    assert slugs(attention="IDLE") == ["quiet"]
    assert slugs(attention="TROUBLED") == ["failed"]
    assert slugs(findings=["BACKUP_FAILED", "BACKUP_STALE"]) == ["failed"]
    assert slugs(findings=["ERASURE_DUE"]) == slugs(findings=[]) == []
    found = health()
    assert (found["troubled"], found["growing"], found["idle"]) == (1, 2, 1)


def test_growth_compares_days():
    class Row:
        orders_now, orders_before = 30, 31

    # Thirty in half a month, thirty-one in the whole of the last.
    middle = datetime(2026, 4, 16, tzinfo=UTC)
    assert trend_of(Row(), at=middle).growth == pytest.approx(1.0)
    Row.orders_before = 0
    assert trend_of(Row(), at=middle).growth is None


@pytest.mark.parametrize("extra", [1, 40])
def test_the_same_queries_for_any_number(extra: int, django_assert_num_queries):
    owner = olga()
    with platform_scope():
        for number in range(extra):
            made = tenant(f"extra{number}")
            orders(made, 50, 10)
            Backup.objects.create(tenant=made, kind="nightly", state="failed", started_at=SOME_DAY)
    # The session; three counts; tenants and blanks by server; the look, and whether one waits.
    # The queues are asked over a connection of their own.
    with django_assert_num_queries(8):
        owner.api.run(HEALTH)
    # The session; the tenants with their trend and health; their usage.
    with django_assert_num_queries(3):
        found = owner.api.run(LIST, {"attention": "GROWING"})["tenants"]
    assert found["totalCount"] == len(found["edges"]) == extra


def test_for_owners_alone(alpha: TenantRef):
    assert Api("platform.localhost").error_code(HEALTH) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.error_code(HEALTH) == "WRONG_HOST"
