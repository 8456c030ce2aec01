"""One at a time: whoever copies a tenant, or puts another copy in its place, holds its lock."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import Error, connections

from kernel.tenancy import platform_scope
from registry.archives.refusals import ArchiveRefused
from registry.schemas import OWNER_ALIAS


class ArchiveBusy(ArchiveRefused):
    """Another process backs up, restores, exports or clones the same tenant."""


@contextmanager
def archive_lock(tenant_id: UUID) -> Iterator[None]:
    """Keep the others away from the tenant's copies. Raises `ArchiveBusy` when one is at it.

    Held by a connection of its own to the register, and so let go when the process dies.
    """
    connection = connections.create_connection(OWNER_ALIAS)
    try:
        with platform_scope(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"archive {tenant_id}"]
            )
            if not cursor.fetchone()[0]:
                raise ArchiveBusy(
                    "a backup, restoration, export or clone of it is under way: try again later"
                )
        yield
    finally:
        # The server takes its time to end a session that was closed: let go before.
        with suppress(Error), platform_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        connection.close()
