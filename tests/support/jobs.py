"""The queue as a test sees it: what waits, and running what is due without a worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client import REGISTRY

from kernel.jobs import SCOPE_ARGUMENT, registered
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.database import PLATFORM_ROLE
from tests.support.database import admin_connection


@dataclass(frozen=True)
class Waiting:
    """A job in the queue; `run_at` is None for at once."""

    id: int
    name: str
    arguments: dict[str, Any]
    run_at: datetime | None


REPORT = "usage.report"
"""What follows whatever is counted; most tests are not about that."""


def jobs_waiting(tenant: TenantRef, *, reports: bool = False) -> list[Waiting]:
    """The jobs that `tenant` deferred and nobody has run, in their order.

    Without the `reports` of its usage, unless asked for.
    """
    with admin_connection() as admin:
        rows = admin.execute(
            "SELECT id, task_name, args - %s, scheduled_at FROM queue.procrastinate_jobs"
            " WHERE status = 'todo' AND args ->> %s = %s ORDER BY id",
            [SCOPE_ARGUMENT, SCOPE_ARGUMENT, tenant.schema],
        ).fetchall()
    return [Waiting(*row) for row in rows if reports or row[1] != REPORT]


def jobs_run(tenant: TenantRef, at: datetime | None = None) -> list[str]:
    """Run what is due now, or by `at`, and what that defers for now in turn; answers the names.

    The jobs read the clock themselves: patch `kernel.clock.now` for a time of the test's own.
    """
    ran = []
    while due := [
        job for job in jobs_waiting(tenant) if job.run_at is None or (at and job.run_at <= at)
    ]:
        for job in due:
            with admin_connection() as admin:
                admin.execute("DELETE FROM queue.procrastinate_jobs WHERE id = %s", [job.id])
            with tenant_scope(tenant):
                registered[job.name].run(**job.arguments)
            ran.append(job.name)
    return ran


def told_at_night(tenant: TenantRef, job: str, chain: str) -> float:
    """How many broken chains the nightly `job` counts for `tenant`."""

    def count() -> float:
        return REGISTRY.get_sample_value("daiqu_broken_chains_total", {"chain": chain}) or 0

    before = count()
    with tenant_scope(tenant):
        registered[job].run()
    return count() - before


def platform_jobs_run(*names: str) -> list[str]:
    """Run what the platform itself deferred for now under these `names`; answers the names."""
    with admin_connection() as admin:
        due = admin.execute(
            "DELETE FROM queue.procrastinate_jobs WHERE status = 'todo' AND args ->> %s = %s"
            " AND task_name = ANY(%s) RETURNING id, task_name, args - %s",
            [SCOPE_ARGUMENT, PLATFORM_ROLE, list(names), SCOPE_ARGUMENT],
        ).fetchall()
    for _, name, arguments in sorted(due):
        with platform_scope():
            registered[name].run(**arguments)
    return [name for _, name, _ in sorted(due)]
