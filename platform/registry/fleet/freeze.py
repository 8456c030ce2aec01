"""A tenant that nobody writes for a moment, so that its rows can be taken elsewhere whole.

The register says so first (`Tenant.moving_since`): the API refuses mutations, jobs are put off,
releases pass it by. Then PostgreSQL makes sure: the tenant's role may only read, and whoever was
writing has finished. A table's lock is taken before its rights are looked at, so that once every
table has been locked against writers, no statement that began before can still write.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import OperationalError, connections, transaction
from psycopg import sql
from psycopg.errors import LockNotAvailable

from kernel.tenancy import Scope, TenantRef, platform_scope, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet.releases import tables_of
from registry.models import Tenant
from registry.resolver import resolver
from registry.schemas import schema_grant

DRAIN_SECONDS: Final = 20.0
"""How long those who write may take to finish."""

ATTEMPT_MS: Final = 500
"""Of each try to lock them out: less than PostgreSQL's `deadlock_timeout`, so that it is we who
give way to a writer, never the writer."""

LINGER_SECONDS: Final = 0.1
"""Between the rights and the register: who was refused just before still hears that it was so."""


class WritersRemain(Exception):
    """Somebody went on writing all the time. The message is for whoever typed the command."""


@contextmanager
def tenant_frozen(tenant: TenantRef, *, at: datetime) -> Iterator[None]:
    """Nobody writes the tenant's rows within the block; reading goes on. Binds its own scopes.

    The caller holds `archive_lock`. Undone on leaving, whatever happened; by `freeze_lift` after a
    kill. Raises `WritersRemain` and `Unavailable`.
    """
    with platform_scope(), transaction.atomic():
        # Waits for a release that is at work in the schema: it holds this row.
        row = Tenant.objects.select_for_update(no_key=True).get(id=tenant.id)
        row.moving_since = at
        row.save(update_fields=["moving_since"])
    resolver.clear()
    try:
        with tenant_scope(tenant):
            tables = sorted(tables_of(tenant.schema))
            _forbid(tenant.schema, tables)
            _drain(tenant.schema, tables)
        yield
    finally:
        freeze_lift(tenant.id)


def freeze_lift(tenant_id: UUID) -> None:
    """Let everybody write again, where the tenant now lives. Does nothing to one not frozen.

    For a process other than the one that froze it: only with `archive_lock`, which says that
    nobody is at work behind it. Raises `Unavailable`.
    """
    with platform_scope(), transaction.atomic():
        tenant = Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        if tenant.moving_since is None:
            return
        with tenant_scope(tenant.ref()):
            schema_grant(tenant.schema_name)
        time.sleep(LINGER_SECONDS)
        tenant.moving_since = None
        tenant.save(update_fields=["moving_since"])
    resolver.clear()


def tenant_is_away(scope: Scope) -> bool:
    """Whether the bound tenant is frozen, or has gone to another server since `scope` was made.

    Asks the register itself: what failed a moment ago may be older than what was heard of since.
    """
    if not isinstance(scope, TenantRef):
        return False
    with platform_scope():
        row = Tenant.objects.filter(schema_name=scope.schema).only("server", "moving_since").first()
    return row is not None and (row.moving_since is not None or row.server != scope.server)


def _forbid(schema: str, tables: list[str]) -> None:
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                _listed(schema, tables), sql.Identifier(schema)
            )
        )


def _drain(schema: str, tables: list[str]) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    lock = sql.SQL("LOCK TABLE {} IN SHARE MODE").format(_listed(schema, tables))
    while True:
        try:
            with (
                transaction.atomic(using=OWNER_ALIAS),
                connections[OWNER_ALIAS].cursor() as cursor,
            ):
                cursor.execute(f"SET LOCAL lock_timeout TO '{ATTEMPT_MS}ms'")
                cursor.execute(lock)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            if time.monotonic() > deadline:
                raise WritersRemain(
                    f"a transaction has been writing to it for {DRAIN_SECONDS:.0f} s and does not"
                    " end: see pg_stat_activity, then try again"
                ) from error
        else:
            return


def _listed(schema: str, tables: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(schema, table) for table in tables)
