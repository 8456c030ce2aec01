"""A backup brought back: into a schema beside the tenant's, looked at, then swapped or dropped.

At every moment there is a schema and a role of each of two names: the tenant's own, and that of
the restoration's row. Swapping exchanges what the names stand for, so role, log label and file
paths stay; what was replaced is the one beside now, and can be taken back until it is dropped.
A comment on the restored schema goes with it wherever it is renamed, and so says which is which,
whenever the process was killed.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import OperationalError, connections, transaction
from django.db.models import Max
from psycopg import sql
from psycopg.errors import LockNotAvailable

from kernel.tenancy import TenantRef, TenantState, tenant_scope
from registry.archives.announce import rows_announce
from registry.archives.backups import backup_open
from registry.archives.dump import key_check, migrations_had, tenant_of
from registry.archives.load import rows_load
from registry.archives.locks import archive_lock
from registry.archives.manifest import Manifest
from registry.archives.media import media_has, media_put
from registry.archives.progress import Progress, silent
from registry.archives.refusals import ArchiveRefused
from registry.archives.shapes import schema_renewed, schema_shaped
from registry.archives.store import Kept
from registry.archives.tables import SKIPPED, tables_of
from registry.audit import owner_action
from registry.fleet.freeze import ATTEMPT_MS, freeze_lift, tenant_frozen
from registry.models import Backup, Move, Restoration, Tenant
from registry.schemas import OWNER_ALIAS, new_schema_name, schema_drop, schema_grant

READERS_SECONDS: Final = 20
"""How long a swap tries to come between those who read."""

EVENTS: Final = "journal.Event"

_State = Restoration.State


class RestoreImpossible(ArchiveRefused):
    """This backup cannot become this tenant's rows, or not now."""


@dataclass(frozen=True, slots=True)
class TableReport:
    """A table's rows as they are served, and in the schema beside; None where it is absent."""

    name: str
    now: int | None
    beside: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What to know before swapping. `files_missing` are in the backup and not with the tenant."""

    tables: list[TableReport]
    newest_now: datetime | None
    newest_beside: datetime | None
    files_missing: list[str]


def restoration_open(tenant: Tenant) -> Restoration | None:
    """The tenant's restoration that has a schema, its state as the database knows it. Platform."""
    restorations = Restoration.objects.filter(tenant=tenant).exclude(state=_State.DROPPED)
    found = restorations.select_related("backup").first()
    if found is not None and found.state != _State.LOADING:
        # Killed between the renaming and the row's update, the comment knows.
        served = _mark(tenant.ref(), tenant.schema_name) == _marked(found)
        state = _State.SWAPPED if served else _State.BESIDE
        if found.state != state:
            found.state = state
            found.save(update_fields=["state"])
    return found


def restoration_load(
    *, tenant: Tenant, backup: Backup, at: datetime, progress: Progress = silent
) -> Restoration:
    """Load a backup into a schema of its own, beside the tenant's. Platform scope.

    Every byte is checked before, every row after. What a killed process left is taken away first.
    Raises `RestoreImpossible`, `ArchiveBroken`, `ReleaseUnknown` and `ArchiveBusy`.
    """
    with archive_lock(tenant.id):
        tenant = tenant_of(tenant.id)
        before = restoration_open(tenant)
        if before is not None and before.state != _State.LOADING:
            raise RestoreImpossible(
                f"{tenant.slug} has a restored schema already: --swap or --drop it first"
            )
        kept = backup_open(backup)
        kept.check()
        _check_fits(tenant, kept.manifest)
        if before is not None:
            _drop(tenant, before)
        restoration = Restoration.objects.create(
            tenant=tenant, backup=backup, schema_name=new_schema_name(), started_at=at
        )
        try:
            beside = replace(tenant.ref(), schema=restoration.schema_name)
            schema_shaped(beside, kept.manifest.migrations)
            rows_load(beside, kept.manifest, kept.table, progress=progress)
            _set_mark(beside, _marked(restoration))
        except BaseException:
            _drop(tenant, restoration)
            raise
        restoration.state = _State.BESIDE
        restoration.save(update_fields=["state"])
    return restoration


def restoration_report(restoration: Restoration) -> Report:
    """The schema beside, compared with the tenant's. Platform scope."""
    tenant = tenant_of(restoration.tenant_id)
    now, beside = tenant.ref(), replace(tenant.ref(), schema=restoration.schema_name)
    counts = [_counts(now), _counts(beside)]
    files = backup_open(restoration.backup).manifest.files
    return Report(
        tables=[
            TableReport(name, counts[0].get(name), counts[1].get(name))
            for name in sorted(counts[0].keys() | counts[1].keys())
        ],
        newest_now=_newest_event(now),
        newest_beside=_newest_event(beside),
        files_missing=[
            path for path, file in files.items() if not media_has(now.label, path, file.size)
        ],
    )


def restoration_swap(*, tenant: Tenant, at: datetime, back: bool = False) -> Restoration:
    """Serve the rows of the schema beside, and keep those that were served in its place.

    With `back`, take back what an earlier swap replaced. Both are done when they were done before.
    Writers wait for seconds, readers for less. Platform scope.
    Raises `RestoreImpossible`, `ArchiveBroken` and `ArchiveBusy`.
    """
    after = _State.BESIDE if back else _State.SWAPPED
    with archive_lock(tenant.id):
        tenant = _thawed(tenant_of(tenant.id))
        restoration = restoration_open(tenant)
        if restoration is None or restoration.state == _State.LOADING:
            raise RestoreImpossible(f"{tenant.slug} has no restored schema: load one with --at")
        if restoration.state == after:
            return restoration
        now, beside = tenant.ref(), replace(tenant.ref(), schema=restoration.schema_name)
        schema_renewed(beside, migrations_had(beside))
        if not back:
            kept = backup_open(restoration.backup)
            _check_fits(tenant, kept.manifest)
            _media_back(now, kept)
        with tenant_frozen(now, at=at):
            _exchange(now, beside)
        with transaction.atomic():
            restoration.state = after
            restoration.swapped_at = None if back else at
            restoration.save(update_fields=["state", "swapped_at"])
            owner_action(
                owner=None,
                action="tenantRestoreBack" if back else "tenantRestore",
                tenant=tenant,
                data={"backup": str(restoration.backup_id)},
                at=at,
            )
        rows_announce(now, at)
    return restoration


def restoration_drop(*, tenant: Tenant) -> Restoration:
    """Drop the schema beside, whichever rows it has. There is no way back. Platform scope.

    Raises `RestoreImpossible` and `ArchiveBusy`.
    """
    with archive_lock(tenant.id):
        tenant = tenant_of(tenant.id)
        restoration = restoration_open(tenant)
        if restoration is None:
            raise RestoreImpossible(f"{tenant.slug} has no schema beside its own: nothing to drop")
        _drop(tenant, restoration)
        if _mark(tenant.ref(), tenant.schema_name):
            _set_mark(tenant.ref(), None)
    return restoration


def _thawed(tenant: Tenant) -> Tenant:
    """The tenant without the freeze of a swap that was killed: under the lock nobody is at one.

    A move's own is left, which `_check_fits` refuses.
    """
    moves = Move.objects.filter(tenant=tenant, state__in=(Move.State.COPYING, Move.State.SWITCHED))
    if tenant.moving_since is None or moves.exists():
        return tenant
    freeze_lift(tenant.id)
    return tenant_of(tenant.id)


def _check_fits(tenant: Tenant, manifest: Manifest) -> None:
    """Raises `RestoreImpossible` unless the manifest's rows can be this tenant's."""
    if tenant.state in (TenantState.PREPARING, TenantState.ERASED):
        raise RestoreImpossible(
            f"{tenant.slug} is {tenant.state}: its key is gone, and with it all"
        )
    if tenant.moving_since is not None:
        raise RestoreImpossible(f"{tenant.slug} is being moved: let `fleet move` end first")
    if manifest.tenant.key_check != key_check(tenant.ref()):
        raise RestoreImpossible(
            f"{tenant.slug} has had another key since: nothing would open what is encrypted in it"
        )


def _counts(tenant: TenantRef) -> dict[str, int]:
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        found = {}
        for table in tables_of(tenant.schema):
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(tenant.schema, table))
            )
            found[table] = cursor.fetchone()[0]
    return found


def _newest_event(tenant: TenantRef) -> datetime | None:
    with tenant_scope(tenant):
        events = apps.get_model(EVENTS)._default_manager.using(OWNER_ALIAS)
        newest: datetime | None = events.aggregate(newest=Max("at"))["newest"]
    return newest


def _media_back(tenant: TenantRef, kept: Kept) -> None:
    """Bring back the files that are missing. Those that are there stay: no file ever changes."""
    for path, facts in kept.manifest.files.items():
        if not media_has(tenant.label, path, facts.size):
            with kept.file(facts) as content:
                media_put(tenant.label, path, content)


def _exchange(now: TenantRef, beside: TenantRef) -> None:
    """Let the two schemas have each other's name. Raises `RestoreImpossible` for endless readers.

    Tried in short attempts: whoever holds one table and waits for another goes first.
    """
    deadline = monotonic() + READERS_SECONDS
    while True:
        try:
            _exchange_now(now, beside)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            if monotonic() > deadline:
                raise RestoreImpossible(
                    f"somebody has been reading for {READERS_SECONDS} s and does not end: see"
                    " pg_stat_activity, then try again"
                ) from error
        else:
            return


def _exchange_now(now: TenantRef, beside: TenantRef) -> None:
    """The names, and the rights of the two roles, in one transaction."""
    between = sql.Identifier(f"{beside.schema}_swap")
    mine, other = sql.Identifier(now.schema), sql.Identifier(beside.schema)
    schemas = (now.schema, beside.schema)
    with (
        tenant_scope(now),
        transaction.atomic(using=OWNER_ALIAS),
        connections[OWNER_ALIAS].cursor() as cursor,
    ):
        cursor.execute(f"SET LOCAL lock_timeout TO '{ATTEMPT_MS}ms'")
        tables = {schema: [*tables_of(schema), *SKIPPED] for schema in schemas}
        for schema, names in tables.items():
            every = sql.SQL(", ").join(sql.Identifier(schema, name) for name in names)
            for statement in (
                # Who reads has finished, and who wants to read waits and then finds the new table.
                "LOCK TABLE {every} IN ACCESS EXCLUSIVE MODE",
                "REVOKE ALL ON {every} FROM {role}",
                "REVOKE ALL ON SCHEMA {role} FROM {role}",
            ):
                cursor.execute(sql.SQL(statement).format(every=every, role=sql.Identifier(schema)))
        for old, new in ((mine, between), (other, mine), (between, other)):
            cursor.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, new))
        for schema in schemas:
            schema_grant(schema)


def _drop(tenant: Tenant, restoration: Restoration) -> None:
    schema_drop(restoration.schema_name, tenant.server)
    restoration.state = _State.DROPPED
    restoration.save(update_fields=["state"])


def _marked(restoration: Restoration) -> str:
    return f"restoration {restoration.id}"


def _mark(tenant: TenantRef, schema: str) -> str | None:
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [schema])
        mark: str | None = cursor.fetchone()[0]
    return mark


def _set_mark(tenant: TenantRef, mark: str | None) -> None:
    with tenant_scope(tenant), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON SCHEMA {} IS {}").format(
                sql.Identifier(tenant.schema), sql.Literal(mark)
            )
        )


def backup_chosen(*, tenant: Tenant, which: str) -> Backup:
    """The finished backup that `which` names: `latest`, the beginning of an id, or a time.

    A time (ISO 8601, UTC unless it says otherwise) names the newest from before it. Platform
    scope. Raises `RestoreImpossible`.
    """
    done = Backup.objects.filter(tenant=tenant, state=Backup.State.DONE)
    if which == "latest":
        found = list(done[:1])
    elif (time := _time(which)) is not None:
        found = list(done.filter(started_at__lte=time)[:1])
    else:
        found = [backup for backup in done if _id_begins(backup.id, which)]
    if len(found) != 1:
        raise RestoreImpossible(
            f"{tenant.slug} has {'several backups' if found else 'no backup'} {which!a}:"
            " choose one that `fleet backups` lists"
        )
    return found[0]


def _id_begins(id: UUID, which: str) -> bool:
    return len(which) >= 4 and str(id).startswith(which.lower())


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
