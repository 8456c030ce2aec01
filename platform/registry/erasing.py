"""A confirmed erasure carried out, step by step, so that it can be killed anywhere and run again.

    survey      what there is, counted and kept once, before anything goes
    schemas     its own, with its role; copies beside it; what a broken move left on other servers
    jobs        what it still had in the queues
    files       its media, and its backups
    register    one transaction: hosts, sign-up, flags, key and name go, billing is told,
                and the certificate stands

Every step does nothing where it is done already. Platform scope, outside a transaction.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Sum
from psycopg import sql

from kernel.events import Fact, announce
from kernel.jobs import SCOPE_ARGUMENT
from kernel.tenancy import tenant_scope
from registry.archives.locks import archive_lock
from registry.archives.media import media_clear, media_list
from registry.archives.signing import sign
from registry.archives.store import Store
from registry.fleet import nobody
from registry.fleet.releases import tables_of
from registry.life_cycle import state_change, tenant_locked
from registry.models import (
    Backup,
    Domain,
    DomainClaim,
    Erasure,
    FlagOverride,
    Move,
    Onboarding,
    ReleaseFailure,
    Restoration,
    SignUp,
    Tenant,
)
from registry.schemas import OWNER_ALIAS, schema_drop
from registry.servers import servers

ERASED: Final = "tenant.erased"
"""Announced under the platform's scope, in the transaction that ends it; the subject is the tenant.
Whoever keeps anything of the tenant's in the platform's tables, or with others, lets it go.
"""

STATEMENT: Final = (
    "All rows, files, backups and queued jobs of this tenant were removed from the databases, the"
    " file store and the backup store of this installation, and the key that its personal data was"
    " encrypted under was destroyed. No copy is held in any of them."
)
KEPT: Final = (
    "the tenant's id, the history of its standing, and the platform owners' acts upon it, with"
    " their reasons",
    "figures of what it used and what it was billed for",
    "this certificate",
)
NOT_COVERED: Final = (
    "dumps and write-ahead logs that the database servers' own administrators keep, until they"
    " expire: the personal data in them stays encrypted, and the key can be had only from a dump of"
    " the register with a master key",
    "archives that were exported before, and are where they were taken to",
    "sandboxes cloned from this tenant, which are tenants of their own with masked personal data",
)


def erasure_carry_out(erasure_id: UUID, *, at: datetime) -> None:
    """Erase the tenant of a confirmed erasure; nothing, when that is done.

    Raises `ArchiveBusy` while its copies are in use, and `Unavailable` when its server is away:
    then it has to be tried again.
    """
    erasure = Erasure.objects.select_related("tenant").get(id=erasure_id)
    tenant: Tenant = erasure.tenant
    if erasure.confirmed_at is None or erasure.erased_at is not None:
        return
    with archive_lock(tenant.id):
        if erasure.survey is None:
            erasure.survey = _survey(tenant)
            erasure.save(update_fields=["survey"])
        for server in _servers(tenant):
            for schema in _schemas(tenant):
                schema_drop(schema, server=server)
        _jobs_clear(tenant)
        media_clear(tenant.schema_name)
        Store(tenant.id).erase()
        _register_clear(erasure.id, at)


# -- what there is -----------------------------------------------------------------------------


def _survey(tenant: Tenant) -> dict[str, Any]:
    files = media_list(tenant.schema_name)
    backups = Backup.objects.filter(tenant=tenant)
    return {
        "rows": _row_counts(tenant),
        "schemas": len(_schemas(tenant)),
        "jobs": sum(_jobs_of(tenant, server) for server in _servers(tenant)),
        "files": len(files),
        "file_bytes": sum(file.size for file in files.values()),
        "backups": backups.count(),
        "backup_bytes": backups.aggregate(sum=Sum("bytes"))["sum"] or 0,
        "domains": Domain.objects.filter(tenant=tenant).count(),
        "key": hashlib.sha256(bytes(tenant.wrapped_key)).hexdigest(),
    }


def _row_counts(tenant: Tenant) -> dict[str, int]:
    with tenant_scope(tenant.ref()), connections[OWNER_ALIAS].cursor() as cursor:
        tables = sorted(tables_of(tenant.schema_name) - {"django_migrations"})
        counts = sql.SQL(", ").join(
            sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(tenant.schema_name, table))
            for table in tables
        )
        cursor.execute(sql.SQL("SELECT {}").format(counts))
        return dict(zip(tables, cursor.fetchone(), strict=True))


def _schemas(tenant: Tenant) -> list[str]:
    """Its own, and copies that stand beside it."""
    beside = Restoration.objects.filter(tenant=tenant).exclude(state=Restoration.State.DROPPED)
    return [tenant.schema_name, *beside.values_list("schema_name", flat=True)]


def _servers(tenant: Tenant) -> list[str]:
    """Where something of it may be: its own server, and those that it was moved from, or towards.

    One that is no more, as the settings have it, holds nothing that we could reach.
    """
    moves = Move.objects.filter(tenant=tenant).values_list("source", "target")
    been = {tenant.server, *(server for move in moves for server in move)}
    return [server for server in servers() if server in been]


def _jobs_of(tenant: Tenant, server: str) -> int:
    with tenant_scope(nobody(tenant.schema_name, server)), connections[OWNER_ALIAS].cursor() as c:
        c.execute(
            "SELECT count(*) FROM queue.procrastinate_jobs WHERE args ->> %s = %s",
            [SCOPE_ARGUMENT, tenant.schema_name],
        )
        count: int = c.fetchone()[0]
    return count


# -- taking it away ----------------------------------------------------------------------------


def _jobs_clear(tenant: Tenant) -> None:
    """After its role is gone nobody can queue another one as the tenant."""
    for server in _servers(tenant):
        scope = tenant_scope(nobody(tenant.schema_name, server))
        with scope, connections[OWNER_ALIAS].cursor() as cursor:
            cursor.execute(
                "DELETE FROM queue.procrastinate_jobs WHERE args ->> %s = %s",
                [SCOPE_ARGUMENT, tenant.schema_name],
            )


@transaction.atomic
def _register_clear(erasure_id: UUID, at: datetime) -> None:
    erasure = Erasure.objects.select_related("requested_by", "confirmed_by").get(id=erasure_id)
    tenant = tenant_locked(erasure.tenant_id)
    if erasure.erased_at is not None:
        return
    certificate = _certificate(erasure, tenant, at)
    signature = sign(orjson.dumps(certificate, option=orjson.OPT_SORT_KEYS))
    for table in (Backup, Domain, DomainClaim, FlagOverride, Onboarding, SignUp):
        table._default_manager.filter(tenant=tenant).delete()
    ReleaseFailure.objects.filter(schema_name=tenant.schema_name).delete()
    state_change(
        tenant,
        move="erase",
        account_id=erasure.confirmed_by_id,
        reason=erasure.reason,
        at=at,
    )
    tenant.slug = tenant.name = f"erased-{tenant.id.hex[-12:]}"
    tenant.wrapped_key, tenant.terms = b"", {}
    tenant.save(update_fields=["slug", "name", "wrapped_key", "terms"])
    announce(Fact(kind=ERASED, subject=tenant.id, at=at))
    erasure.erased_at = at
    erasure.certificate = {
        "certificate": certificate,
        "signature": {
            "algorithm": "Ed25519",
            "public_key": signature.public_key,
            "signature": signature.signature,
        },
    }
    erasure.save(update_fields=["erased_at", "certificate"])


def _certificate(erasure: Erasure, tenant: Tenant, at: datetime) -> dict[str, Any]:
    """What was done, in JSON of whole numbers and text. The tenant's name may be a person's."""
    assert erasure.survey is not None
    assert erasure.confirmed_by is not None
    assert erasure.confirmed_at is not None
    counted = dict(erasure.survey)
    key = counted.pop("key")
    sandboxes = Tenant.objects.filter(sandbox_of=tenant).order_by("id")
    return {
        "what": "certificate of erasure",
        "platform": settings.PLATFORM_HOST,
        "erasure": str(erasure.id),
        "tenant": {
            "id": str(tenant.id),
            "slug": tenant.slug,
            "created_at": _instant(tenant.created_at),
        },
        "reason": erasure.reason,
        "requested": {
            "by": str(erasure.requested_by_id),
            "name": erasure.requested_by.name,
            "at": _instant(erasure.requested_at),
        },
        "due_at": _instant(erasure.due_at),
        "confirmed": {
            "by": str(erasure.confirmed_by_id),
            "name": erasure.confirmed_by.name,
            "at": _instant(erasure.confirmed_at),
        },
        "erased_at": _instant(at),
        "removed": counted,
        "key": {"sha256": key, "of": "the wrapped key of the tenant, which was destroyed"},
        "statement": STATEMENT,
        "kept": list(KEPT),
        "not_covered": list(NOT_COVERED),
        "sandboxes": [str(sandbox.id) for sandbox in sandboxes],
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
