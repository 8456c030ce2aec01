"""What makes a moved tenant at home on its new server: its jobs, and the planner's notes."""

from typing import Final

import psycopg
from django.db import connections
from psycopg import sql

from kernel.jobs import SCOPE_ARGUMENT
from kernel.tenancy import TenantRef, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet.releases import tables_of
from registry.servers import login

_TAKE: Final = """
WITH taken AS (
    DELETE FROM queue.procrastinate_jobs WHERE status = 'todo' AND args ->> %s = %s
    RETURNING
        id, queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at, attempts
)
SELECT
    queue_name, task_name, priority, lock, queueing_lock, args::text, scheduled_at, attempts
FROM taken ORDER BY id
"""
_PUT: Final = """
INSERT INTO queue.procrastinate_jobs (
    queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at, attempts
) VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s)
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def jobs_move(schema: str, *, source: str, target: str) -> int:
    """Take the jobs that wait for the tenant in `schema` from one server's queue to another's.

    Answers how many. A kill between the two commits leaves them in both: a job may run twice.
    Those that a worker of the source has begun end there, for the tenant where it is. Raises
    `psycopg.Error`.
    """
    with (
        psycopg.connect(**login(source, "owner")) as there,
        psycopg.connect(**login(target, "owner")) as here,
        here.cursor() as cursor,
    ):
        jobs = there.execute(_TAKE, [SCOPE_ARGUMENT, schema]).fetchall()
        cursor.executemany(_PUT, jobs)
        here.commit()
        there.commit()
    return len(jobs)


def tables_analyze(tenant: TenantRef) -> None:
    """Have the planner know the tables that were just filled. Raises `Unavailable`."""
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        tables = sorted(tables_of(tenant.schema))
        names = sql.SQL(", ").join(sql.Identifier(tenant.schema, table) for table in tables)
        cursor.execute(sql.SQL("ANALYZE {}").format(names))
