"""Jobs run in a real worker process, as the tenant that deferred them, and survive its death."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from kernel.jobs import defer
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import OwnerAction, Tenant
from registry.resolver import resolver
from tenants.journal.models import Event
from tests.support.database import SOME_DAY, admin_connection
from tests.support.processes import manage

FAST = {"WORKER_HEARTBEAT_SECONDS": "0.5"}


def kinds(tenant: TenantRef, stream: str) -> list[str]:
    with tenant_scope(tenant):
        return list(
            Event.objects.filter(stream=stream).order_by("id").values_list("kind", flat=True)
        )


def wait_for(tenant: TenantRef, stream: str, expected: list[str], seconds: float = 60) -> None:
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
            assert check.wait(60) == 0
    time.sleep(2)
    with manage("worker", "--check", **FAST) as check:
        assert check.wait(60) != 0


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


def todo() -> list[tuple[str, int, float]]:
    """Of each tenant's job that waits: its name, its attempts, in how many seconds it is due."""
    with admin_connection() as admin:
        return admin.execute(
            "SELECT task_name, attempts, extract(epoch FROM scheduled_at - now())::float"
            " FROM queue.procrastinate_jobs"
            " WHERE status = 'todo' AND starts_with(args ->> '_scope', 't_')"
        ).fetchall()


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    assert true()


def change(tenant: TenantRef, **columns: Any) -> None:
    with platform_scope():
        Tenant.objects.filter(id=tenant.id).update(**columns)
    resolver.clear()


def put_off() -> bool:
    return [due is not None for _, _, due in todo()] == [True]


def test_a_job_waits_while_its_tenant_is_moved(alpha: TenantRef):
    with tenant_scope(alpha):
        defer("tests.note", stream="late", once="key")
    change(alpha, moving_since=SOME_DAY)
    with manage("worker", **FAST):
        wait_until(put_off)
        ((name, attempts, due),) = todo()
        assert (name, attempts) == ("tests.note", 0) and 0 < due <= 5
        assert kinds(alpha, "late") == []
        change(alpha, moving_since=None)
        wait_for(alpha, "late", ["ran"])


@pytest.mark.parametrize("state", ["suspended", "archived"])
def test_a_job_of_a_tenant_that_is_not_served_is_put_off(
    alpha: TenantRef, beta: TenantRef, state: str
):
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            defer("tests.note", stream="paused")
    change(alpha, state=state)
    with manage("worker", **FAST):
        wait_for(beta, "paused", ["ran"])
        wait_until(put_off)
    ((_, attempts, due),) = todo()
    assert attempts == 0 and 500 < due <= 600
    assert kinds(alpha, "paused") == []


def test_a_job_of_an_erased_tenant_is_dropped(alpha: TenantRef, beta: TenantRef):
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            defer("tests.note", stream="erased")
    change(alpha, state="erased")
    with manage("worker", WORKER_CONCURRENCY="1", **FAST):
        wait_for(beta, "erased", ["ran"])
    assert todo() == [] and kinds(alpha, "erased") == []


def test_a_job_of_a_tenant_that_is_being_made_waits_for_it(alpha: TenantRef):
    with tenant_scope(alpha):
        defer("tests.note", stream="early")
    change(alpha, state="preparing")
    with manage("worker", **FAST):
        wait_until(put_off)
        change(alpha, state="trial")
        wait_for(alpha, "early", ["ran"])


def test_what_stops_because_its_tenant_is_frozen_has_not_failed(alpha: TenantRef):
    with tenant_scope(alpha):
        defer("tests.frozen", stream="alpha")
    with manage("worker", **FAST):
        wait_until(put_off)
    ((_, attempts, due),) = todo()
    assert attempts == 0 and 0 < due <= 5
    assert kinds(alpha, "alpha") == ["began"]


def ticks() -> int:
    with platform_scope():
        return OwnerAction.objects.filter(action="testsTick").count()


def test_a_periodic_job_runs_once_a_tick_however_many_workers_there_are():
    with manage("worker", **FAST), manage("worker", **FAST):
        wait_until(lambda: ticks() > 0)
        began, before = time.monotonic(), ticks()
        wait_until(lambda: ticks() >= before + 4)
        time.sleep(1)
        assert ticks() - before <= (time.monotonic() - began) / 2 + 1
