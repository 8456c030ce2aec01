"""The job queue's schema: procrastinate's tables and functions, and the one door into them."""

from typing import Any

from procrastinate.schema import SchemaManager
from psycopg import sql

from registry.database import PLATFORM_ROLE, QUEUE_ROLE

# SECURITY DEFINER: tenants cannot touch the tables, and the role that called is the stamp, so a
# job for another tenant cannot be forged. current_setting('role') is that role, where
# current_user would be the function's owner.
_DEFER = """
CREATE OR REPLACE FUNCTION queue.defer(
    task text, arguments jsonb, run_at timestamptz, once text
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = queue, pg_temp AS $$
    INSERT INTO queue.procrastinate_jobs (queue_name, task_name, queueing_lock, args, scheduled_at)
    VALUES (
        'default', task,
        current_setting('role') || ':' || once,
        arguments || jsonb_build_object('_scope', current_setting('role')),
        run_at
    )
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    RETURNING id
$$
"""


def queue_install(cursor: Any) -> None:
    """Make the schema `queue` in the transaction of `cursor`, Django's or psycopg's, as the owner.

    Once on each server: on the main one by a migration, else by `manage.py database prepare`.
    """
    cursor.execute("CREATE SCHEMA queue")
    cursor.execute("SET LOCAL search_path TO queue")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'queue'::regnamespace"
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SET search_path TO queue")
        cursor.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    cursor.execute(_DEFER)
    queue = sql.Identifier(QUEUE_ROLE)
    for statement in (
        "GRANT USAGE ON SCHEMA queue TO {queue}, PUBLIC",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO {queue}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO {queue}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA queue TO {queue}, {platform}",
        "GRANT EXECUTE ON FUNCTION queue.defer TO PUBLIC",
        "SET LOCAL search_path TO public, extensions",
    ):
        cursor.execute(
            sql.SQL(statement).format(queue=queue, platform=sql.Identifier(PLATFORM_ROLE))
        )
