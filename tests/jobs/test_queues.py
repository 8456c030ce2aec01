"""Each database server has a queue; one worker works them all, and one that is down costs none."""

import pytest
from django.db import connections

from kernel.jobs import defer
from kernel.tenancy import TenantRef, tenant_scope
from registry.fleet import move as moving
from tests.jobs.test_worker import FAST, kinds, wait_for
from tests.support.database import admin_connection
from tests.support.moving import move, row
from tests.support.processes import manage
from tests.support.second import Second


@pytest.fixture
def moved(second: Second, gamma: TenantRef, monkeypatch: pytest.MonkeyPatch) -> TenantRef:
    """Gamma, on the second server."""
    monkeypatch.setattr(moving, "GRACE_SECONDS", 0.0)
    move(gamma, "second")
    ref: TenantRef = row(gamma).ref()
    return ref


def test_a_job_is_deferred_and_run_where_its_tenant_lives(
    second: Second, alpha: TenantRef, moved: TenantRef
):
    for tenant in (alpha, moved):
        with tenant_scope(tenant):
            defer("tests.note", stream="here")
    for admin, tenant in ((admin_connection, alpha), (second.admin, moved)):
        with admin() as connection:
            scopes = connection.execute(
                "SELECT args ->> '_scope' FROM queue.procrastinate_jobs"
                " WHERE task_name = 'tests.note'"
            ).fetchall()
        assert scopes == [(tenant.schema,)]
    with manage("worker", **FAST, **second.environment):
        wait_for(alpha, "here", ["ran"], seconds=60)
        wait_for(moved, "here", ["ran"])
        with manage("worker", "--check", **FAST, **second.environment) as check:
            assert check.wait(60) == 0


def test_a_server_that_is_down_stops_no_other_queue(
    second: Second, alpha: TenantRef, moved: TenantRef
):
    for tenant in (alpha, moved):
        with tenant_scope(tenant):
            defer("tests.note", stream="here")
    second.server.stop()
    try:
        with manage("worker", **FAST, **second.environment) as worker:
            wait_for(alpha, "here", ["ran"], seconds=60)
            with manage("worker", "--check", **FAST, **second.environment) as check:
                assert check.wait(60) == 0  # no worker could help that it is down
            second.start()
            wait_for(moved, "here", ["ran"], seconds=60)
            # And lost while it works: the other goes on, and so does this one later.
            second.server.stop()
            with tenant_scope(alpha):
                defer("tests.note", stream="alone")
            wait_for(alpha, "alone", ["ran"])
            second.start()
            with tenant_scope(moved):
                defer("tests.note", stream="again")
            wait_for(moved, "again", ["ran"], seconds=60)
            second.server.stop()
            worker.terminate()
            assert worker.wait(15) == 0
    finally:
        second.start()
    connections.close_all()  # they have ended with it
    assert kinds(moved, "here") == ["ran"]


def test_a_queue_that_nobody_works_is_named_by_the_check(
    second: Second, capfd: pytest.CaptureFixture[str]
):
    with manage("worker", **FAST) as worker, manage("worker", **FAST, **second.environment) as both:
        both.kill()
        both.wait()
        second.empty()
        with second.admin() as admin:
            admin.execute("DELETE FROM queue.procrastinate_workers")
        with manage("worker", "--check", **FAST, **second.environment) as check:
            assert check.wait(60) != 0
        assert worker.poll() is None
    assert "second" in capfd.readouterr().err
