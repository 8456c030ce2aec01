"""Blank schemas: made ahead of need, so that a new tenant claims one instead of waiting for it.

A blank has a permanent opaque name, a role and every table, and is claimed by deleting its row in
the transaction that makes the tenant. A job fills the pool up after each claim and every few
minutes; after a release `fleet migrate` brings the blanks along, and until then they are not given
out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from kernel.jobs import defer
from kernel.locks import transaction_lock
from kernel.tenancy import MAIN, platform_scope, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet import nobody
from registry.fleet.releases import recorded, release
from registry.models import BlankSchema
from registry.schemas import new_schema_name, schema_create

REFILL: Final = "pool.refill"
POOL: Final = "pool"
"""With a server's name, the lock under which blanks are made there."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Blank:
    """A schema that is nobody's any more but the claimant's, and the server that it is on."""

    schema: str
    server: str


def blank_make(*, server: str, at: datetime) -> str:
    """Make a blank schema on `server`; its name.

    On the main server role, schema and row are one transaction. On another a crash can leave a
    schema that no row knows, which `fleet doctor` finds.
    """
    schema = new_schema_name()
    if server != MAIN:
        schema_create(schema, server)
        with platform_scope():
            _note(DEFAULT_DB_ALIAS, schema, server, at)
        return schema
    tables = recorded()  # cannot be recorded inside a transaction
    with tenant_scope(nobody(schema)), transaction.atomic(using=OWNER_ALIAS):
        schema_create(schema, release=tables)
        _note(OWNER_ALIAS, schema, server, at)
    return schema


def _note(alias: str, schema: str, server: str, at: datetime) -> None:
    with connections[alias].cursor() as cursor:
        # By its full name: on the owner's login the path is the new schema's.
        cursor.execute(
            "INSERT INTO public.registry_blankschema (schema_name, server, release, made_at)"
            " VALUES (%s, %s, %s, %s)",
            [schema, server, release(), at],
        )


def blank_claim() -> Blank | None:
    """Take the oldest blank of this code's release off the pool, and have it filled up again.

    None when there is none. Undone with the present transaction. Platform scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM registry_blankschema WHERE schema_name = (
                SELECT schema_name FROM registry_blankschema
                WHERE server = ANY(%s) AND release = %s
                ORDER BY made_at LIMIT 1 FOR UPDATE SKIP LOCKED
            ) RETURNING schema_name, server
            """,
            [settings.SERVERS_FOR_NEW_TENANTS, release()],
        )
        found = cursor.fetchone()
    defer(REFILL, once=POOL)
    if found is None:
        log.warning("the pool of blank schemas is empty: making one while somebody waits")
        return None
    return Blank(*found)


def pool_depth(server: str) -> int:
    """How many blanks of this code's release `server` has. Platform scope."""
    return BlankSchema.objects.filter(server=server, release=release()).count()


def pool_fill(*, size: int, at: datetime) -> Iterator[Blank]:
    """Make blanks until every server for new tenants has `size`; yields each as it is made.

    Several at once share the work and make none too many. Platform scope.
    """
    for server in settings.SERVERS_FOR_NEW_TENANTS:
        while True:
            with transaction.atomic():
                transaction_lock(POOL, server)
                if pool_depth(server) >= size:
                    break
                made = blank_make(server=server, at=at)
            yield Blank(made, server)
