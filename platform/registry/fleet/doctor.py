"""What is not as it should be with the fleet, what to do about it, and doing what is safe.

Whatever looks wrong is looked at twice: a tenant that is made, moved or dropped in between leaves a
picture that never was. Nothing here drops a schema that holds a row.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q

from kernel.locks import transaction_lock
from kernel.tenancy import TenantState, platform_scope
from kernel.tenancy.unavailable import Unavailable
from registry.archives.locks import ArchiveBusy, archive_lock
from registry.fleet import FleetSchema, schemas_known
from registry.fleet import Kind as SchemaKind
from registry.fleet.catalog import CatalogLook, catalog_look, drift_mend, orphan_has_rows
from registry.fleet.freeze import freeze_lift
from registry.fleet.keys import NEWEST, columns, keys_counted
from registry.fleet.pool import POOL, pool_depth, pool_fill
from registry.models import Backup, BlankSchema, Move, Restoration, Tenant
from registry.provisioning import tenant_take_back
from registry.schemas import schema_drop
from registry.servers import servers

PREPARING: Final = timedelta(hours=1)
"""After so long nobody is at work on a tenant any more."""

BACKED_UP: Final = timedelta(hours=26)
"""A night's backup, and two hours for it to be late."""


SAID: Final = 4
"""Differences of one schema that are said in words."""

_OPEN: Final = (Move.State.COPYING, Move.State.SWITCHED)


class Kind(StrEnum):
    """What can be wrong."""

    SERVER = "server"
    POOL = "pool"
    GRANTS = "grants"
    ABSENT = "absent"
    ORPHAN = "orphan"
    ORPHAN_ROLE = "orphan role"
    UNFINISHED = "unfinished"
    BACKUP = "backup"
    MOVE = "move"
    INDEX = "index"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: what, where, and what to do about it. `mend` does it, where that is safe."""

    kind: Kind
    what: str
    where: str
    how: str
    mend: Callable[[], None] | None = field(default=None, compare=False, repr=False)


def findings(*, at: datetime) -> list[Finding]:
    """What is wrong, seen twice."""
    first = _look(at)
    if not first:
        return []
    again = {(found.kind, found.where) for found in _look(at)}
    return [found for found in first if (found.kind, found.where) in again]


def mended(found: Finding) -> str | None:
    """Mend what was found; why that failed, in a line, or None. Only for what has a `mend`."""
    assert found.mend is not None
    try:
        found.mend()
    except DatabaseError as error:
        return str(error).strip().splitlines()[0]
    return None


def _look(at: datetime) -> list[Finding]:
    with platform_scope():
        found = [*_pool(at), *_unfinished(at), *_moves(), *_backups(at), *_sealed()]
    schemas = schemas_known()
    for server in servers():
        its = {one.schema: one for one in schemas if one.server == server}
        try:
            look = catalog_look(server, schemas=its.keys(), known=_known(server))
            found += [*_schemas(server, its, look), *_orphans(server, look)]
        except Unavailable:
            how = "start it, or mend its address in the settings"
            found.append(Finding(Kind.SERVER, "the server does not answer", server, how))
    return found


# -- the register ---------------------------------------------------------------------------------


def _pool(at: datetime) -> Iterator[Finding]:
    size = settings.SCHEMA_POOL_SIZE
    for server in settings.SERVERS_FOR_NEW_TENANTS:
        depth = pool_depth(server)
        if depth * 2 < size:  # the worker is about to fill up what was claimed just now
            what = f"{depth} blank schemas of {size}"
            how = "see that a worker runs; meanwhile: manage.py fleet pool"
            yield Finding(Kind.POOL, what, server, how, partial(_fill_pool, size, at))


def _fill_pool(size: int, at: datetime) -> None:
    with platform_scope():
        for _ in pool_fill(size=size, at=at):
            pass


def _unfinished(at: datetime) -> Iterator[Finding]:
    old = Tenant.objects.filter(state=TenantState.PREPARING, created_at__lt=at - PREPARING)
    for tenant in old.order_by("id"):
        how = "take it back: the next to ask for the name does, or --mend"
        mend = partial(_take_back, tenant)
        yield Finding(Kind.UNFINISHED, "its making was broken off", tenant.slug, how, mend)


def _take_back(tenant: Tenant) -> None:
    with platform_scope():
        tenant_take_back(tenant)


def _moves() -> Iterator[Finding]:
    begun = {move.tenant_id: move for move in Move.objects.filter(state__in=_OPEN)}
    concerned = Q(moving_since__isnull=False) | Q(id__in=begun)
    for tenant in Tenant.objects.filter(concerned).order_by("id"):
        if _is_at_work(tenant):
            continue
        move = begun.get(tenant.id)
        again = f"manage.py fleet move {tenant.slug} --to {move.target}" if move else ""
        if tenant.moving_since is None:
            yield Finding(Kind.MOVE, "its move was broken off", tenant.slug, f"end it: {again}")
        else:
            what = "it is read-only for a move that is dead"
            how = "make it writable again: --mend" + (f", then {again}" if again else "")
            yield Finding(Kind.MOVE, what, tenant.slug, how, partial(_lift, tenant))


def _is_at_work(tenant: Tenant) -> bool:
    """Whether somebody copies the tenant now."""
    try:
        with archive_lock(tenant.id):
            return False
    except ArchiveBusy:
        return True


def _lift(tenant: Tenant) -> None:
    with suppress(ArchiveBusy), archive_lock(tenant.id):
        freeze_lift(tenant.id)


def _backups(at: datetime) -> Iterator[Finding]:
    done = Backup.objects.filter(
        tenant=OuterRef("id"), state=Backup.State.DONE, finished_at__gt=at - BACKED_UP
    )
    served = [state for state in TenantState if state.served]
    stale = Tenant.objects.filter(state__in=served, created_at__lt=at - BACKED_UP)
    for slug in stale.exclude(Exists(done)).order_by("id").values_list("slug", flat=True):
        what = f"no backup in {BACKED_UP.total_seconds() / 3600:.0f} hours"
        yield Finding(Kind.BACKUP, what, slug, f"manage.py fleet backup {slug}")


def _sealed() -> Iterator[Finding]:
    for column in columns():
        count = keys_counted(column)
        if lost := count.pop(None, 0):
            what = f"{lost:,} values that none of MASTER_KEYS opens"
            how = "put back the key that was taken out, then: manage.py fleet rewrap"
            yield Finding(Kind.KEY, what, f"{column}, none", how)
        for number, values in count.items():
            if number is not None and number != NEWEST:
                what = f"{values:,} values under a key that is not the newest"
                where = f"{column}, MASTER_KEYS {number + 1} of {len(settings.MASTER_KEYS)}"
                # Not mended from here: first everything has to be started anew with the new key.
                yield Finding(Kind.KEY, what, where, "manage.py fleet rewrap; its manual says when")


# -- the catalogs ---------------------------------------------------------------------------------


def _known(server: str) -> set[str]:
    """Every schema that somebody knows of on `server`, whatever its state."""
    with platform_scope():
        moves = Move.objects.filter(state__in=_OPEN).select_related("tenant")
        return {
            *Tenant.objects.exclude(state=TenantState.ERASED)
            .filter(server=server)
            .values_list("schema_name", flat=True),
            *BlankSchema.objects.filter(server=server).values_list("schema_name", flat=True),
            *Restoration.objects.exclude(state=Restoration.State.DROPPED)
            .filter(tenant__server=server)
            .values_list("schema_name", flat=True),
            *(move.tenant.schema_name for move in moves if server in (move.source, move.target)),
        }


def _schemas(server: str, its: dict[str, FleetSchema], look: CatalogLook) -> Iterator[Finding]:
    for schema in look.absent:
        slug = its[schema].slug
        if its[schema].kind == SchemaKind.BLANK:
            what, where = "a blank schema that is not there", f"{schema}, {server}"
            yield Finding(Kind.ABSENT, what, where, "forget it: --mend", partial(_forget, schema))
        else:
            how = f"manage.py fleet backups {slug}, and restore the newest"
            yield Finding(Kind.ABSENT, "its schema is not there", f"{slug}, {server}", how)
    for schema, differences in look.drift.items():
        one = its[schema]
        if one.state == TenantState.PREPARING or (one.tenant and one.tenant.moving):
            continue  # somebody is at work on it, or `_moves` says that nobody is
        more = f"; and {len(differences) - SAID} more" if len(differences) > SAID else ""
        what = "; ".join(differences[:SAID]) + more
        where = f"{one.slug or one.kind.value}, {schema}, {server}"
        how = "grant it anew: --mend; what a superuser did, only a superuser can undo"
        yield Finding(Kind.GRANTS, what, where, how, partial(drift_mend, server, schema))
    for schema, index in look.invalid_indexes:
        how = f'REINDEX INDEX CONCURRENTLY "{schema}"."{index}", as the owner'
        yield Finding(Kind.INDEX, f"the index {index} is invalid", f"{schema}, {server}", how)


def _forget(schema: str) -> None:
    with platform_scope():
        BlankSchema.objects.filter(schema_name=schema).delete()


def _orphans(server: str, look: CatalogLook) -> Iterator[Finding]:
    for schema in look.orphans:
        where = f"{schema}, {server}"
        if orphan_has_rows(server, schema):
            how = "find out whose rows these are; nothing here drops them"
            yield Finding(Kind.ORPHAN, "a schema with rows that nobody knows", where, how)
        else:
            what, mend = "an empty schema that nobody knows", partial(_drop, server, schema)
            yield Finding(Kind.ORPHAN, what, where, "drop it: --mend", mend)
    for role in look.orphan_roles:
        what, mend = "a role without a schema", partial(_drop, server, role)
        yield Finding(Kind.ORPHAN_ROLE, what, f"{role}, {server}", "drop it: --mend", mend)


def _drop(server: str, schema: str) -> None:
    """Drop role and schema, if they are still nobody's and empty."""
    with platform_scope(), transaction.atomic():
        transaction_lock(POOL, server)  # who makes a blank elsewhere notes it a moment later
        if schema not in _known(server) and not orphan_has_rows(server, schema):
            schema_drop(schema, server)
