"""Jobs run in a real worker process, as the tenant that deferred them, and survive its death."""

import time

import pytest
from django.db import ProgrammingError, connection, transaction

from kernel.jobs import defer
from kernel.tenancy import TenantRef, tenant_scope
from tenants.journal.models import Event
from tests.support.database import admin_connection
from tests.support.processes import manage

FAST = {"WORKER_HEARTBEAT_SECONDS": "0.5"}


def kinds(tenant: TenantRef, stream: str) -> list[str]:
    with tenant_scope(tenant):
        return list(
            Event.objects.filter(stream=stream).order_by("id").values_list("kind", flat=True)
        )


def wait_for(tenant: TenantRef, stream: str, expected: list[str], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while kinds(tenant, stream) != expected and time.monotonic() < end:
        time.sleep(0.1)
    assert kinds(tenant, stream) == expected


def test_a_worker_runs_alpha_and_beta_in_turn(alpha: TenantRef, beta: TenantRef):
    for _ in range(5):
        for tenant in (alpha, beta):
            with tenant_scope(tenant):
                defer("tests.note", stream=tenant.slug)
    with manage("worker", WORKER_CONCURRENCY="1", **FAST):
        wait_for(alpha, "alpha", ["ran"] * 5)
        wait_for(beta, "beta", ["ran"] * 5)
    assert kinds(alpha, "beta") == kinds(beta, "alpha") == []


def test_a_job_is_deferred_with_its_transaction_or_not_at_all(alpha: TenantRef):
    with tenant_scope(alpha):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            defer("tests.note", stream="undone")
            raise ZeroDivisionError
        defer("tests.note", stream="kept")
        defer("tests.note", stream="kept", once="key")
        defer("tests.note", stream="kept", once="key")
    assert waiting() == 2


def test_a_tenant_can_neither_read_nor_forge_jobs(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        defer("tests.note", stream="x", _scope=beta.schema)
        for statement in (
            "SELECT * FROM queue.procrastinate_jobs",
            "SELECT queue.procrastinate_fetch_job_v2(NULL, 1)",
        ):
            with pytest.raises(ProgrammingError), connection.cursor() as cursor:
                cursor.execute(statement)
    with manage("worker", **FAST):
        wait_for(alpha, "x", ["ran"])
    assert kinds(beta, "x") == []


def test_a_failing_job_is_tried_again(alpha: TenantRef):
    with tenant_scope(alpha):
        defer("tests.flaky", stream="flaky")
    with manage("worker", **FAST):
        wait_for(alpha, "flaky", ["failed", "ran"])
        with manage("worker", "--check", **FAST) as check:
            assert check.wait(20) == 0
    time.sleep(2)
    with manage("worker", "--check", **FAST) as check:
        assert check.wait(20) != 0


def test_a_job_survives_the_death_of_its_worker(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(beta):
        defer("tests.slow", stream="slow", seconds=2)
    with manage("worker", **FAST) as worker:
        wait_for(beta, "slow", ["began"])
        worker.kill()
        worker.wait()
    assert kinds(beta, "slow") == ["began"]
    with manage("worker", **FAST):
        wait_for(beta, "slow", ["began", "began", "ended"])
    assert kinds(alpha, "slow") == []


def waiting() -> int:
    with admin_connection() as admin:
        row = admin.execute("SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'todo'")
        return row.fetchone()[0]
