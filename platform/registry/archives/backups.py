"""Backups: every night and on demand, each a tenant's rows and files as of one moment.

A backup holds nothing that opens the personal data in it: the tenant's key stays in the register,
so that erasing the key there makes every backup of it unreadable.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from time import monotonic
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import Error, transaction

from kernel.jobs import defer
from kernel.tenancy import TenantState, platform_scope
from kernel.transitions import IllegalMove
from registry.archives.dump import manifest_made, tenant_dump, tenant_of
from registry.archives.locks import archive_lock
from registry.archives.manifest import FileFacts, Manifest
from registry.archives.progress import Progress, both, seldom, silent
from registry.archives.refusals import ArchiveBroken, ArchiveRefused
from registry.archives.store import Kept, Store
from registry.audit import owner_action
from registry.life_cycle import tenant_locked
from registry.models import Backup, Restoration, Tenant
from registry.owners import Owner

NIGHT = timedelta(hours=4)
"""Over how long the nightly backups of all tenants are spread."""

TICK = timedelta(minutes=10)
"""How often it is looked who is due."""

AGAIN = timedelta(hours=1)
"""How long a nightly backup that failed, its job's attempts included, is left alone."""

JOB = "registry.tenant_backup"


class BackupImpossible(ArchiveRefused):
    """There is nothing of the tenant's to back up."""


@transaction.atomic
def tenant_backup(*, owner: Owner, tenant_id: UUID, at: datetime) -> Backup:
    """Have a worker back up the tenant; one that is under way already is the answer as it is.

    Platform scope. Raises `NotFound`, and `IllegalMove` for a tenant that has no rows.
    """
    tenant = tenant_locked(tenant_id)  # two who ask get the same
    if tenant.state == TenantState.ERASED:
        raise IllegalMove(state=tenant.state, move="backup")
    under_way = tenant.backups.filter(state=Backup.State.RUNNING, started_at__gt=at - NIGHT)
    backup: Backup | None = under_way.first()
    if backup is None:
        backup = _asked(tenant, Backup.Kind.ON_DEMAND, at)
        data = {"backup": str(backup.id)}
        owner_action(owner=owner, action="tenantBackup", tenant=tenant, data=data, at=at)
    return backup


def backup_make(
    *, tenant: Tenant, kind: Backup.Kind, at: datetime, progress: Progress = silent
) -> Backup:
    """Back up the tenant here and now. Platform scope. Raises like `backup_carry_out`."""
    with archive_lock(tenant.id):
        return _carried_out(_begun(tenant, kind, at), at, progress)


def backup_carry_out(*, backup_id: UUID, at: datetime, progress: Progress = silent) -> Backup:
    """Make a backup that was asked for; does nothing when it is done. Platform scope.

    Others read and write as ever meanwhile. A failure is on record in the row, and raised.
    Raises `ArchiveBusy` and `BackupImpossible`.
    """
    backup = Backup.objects.get(id=backup_id)
    with archive_lock(backup.tenant_id):
        backup.refresh_from_db()
        if backup.state == Backup.State.DONE:
            return backup
        return _carried_out(backup, at, progress)


def backup_open(backup: Backup) -> Kept:
    """A finished backup, its manifest checked. Platform scope.

    Raises `ArchiveBroken` and `UnknownSigner`.
    """
    if backup.state != Backup.State.DONE:
        raise ArchiveRefused(f"that backup is {backup.state}: choose another one")
    kept = Store(backup.tenant_id).open(backup.id)
    if kept.digest != backup.manifest_digest or kept.manifest.tenant.id != backup.tenant_id:
        raise ArchiveBroken("its manifest is not the one that was written: take another one")
    return kept


def backup_verify(backup: Backup) -> Manifest:
    """Read a backup whole. Raises `ArchiveBroken` for one wrong byte, and like `backup_open`."""
    kept = backup_open(backup)
    kept.check()
    return kept.manifest


def backups_due(*, at: datetime) -> list[tuple[Tenant, datetime]]:
    """The served tenants whose time of night comes within `TICK`, and when. Platform scope.

    Each has its own minute of the night, so that they do not all come at once; who missed it,
    because no worker ran, is due now.
    """
    served = Tenant.objects.filter(
        state__in=[state for state in TenantState if state.served], moving_since=None
    )
    nightly = Backup.objects.filter(kind=Backup.Kind.NIGHTLY)
    newest = dict(
        nightly.exclude(state=Backup.State.FAILED)
        .order_by("tenant_id", "-started_at")
        .distinct("tenant_id")
        .values_list("tenant_id", "started_at")
    )
    tried = set(nightly.filter(started_at__gt=at - AGAIN).values_list("tenant_id", flat=True))
    turns = [(tenant, _turn(tenant.id, at + TICK)) for tenant in served.order_by("id")]
    return [
        (tenant, max(turn, at))
        for tenant, turn in turns
        if tenant.id not in tried and newest.get(tenant.id, tenant.created_at) < turn
    ]


def backups_nightly(*, at: datetime) -> None:
    """Have a worker back up whoever is due, each in its minute. Platform scope."""
    for tenant, turn in backups_due(at=at):
        with transaction.atomic():
            _asked(tenant, Backup.Kind.NIGHTLY, turn)


def files_known(tenant_id: UUID) -> dict[str, FileFacts]:
    """The media of the newest readable backup: they need not be read again. Platform scope."""
    for backup in Backup.objects.filter(tenant_id=tenant_id, state=Backup.State.DONE)[:3]:
        with suppress(ArchiveRefused):
            return dict(Store(tenant_id).open(backup.id).manifest.files)
    return {}


def _asked(tenant: Tenant, kind: Backup.Kind, at: datetime) -> Backup:
    backup = _begun(tenant, kind, at)
    defer(JOB, run_at=at, backup=str(backup.id))
    return backup


def _begun(tenant: Tenant, kind: Backup.Kind, at: datetime) -> Backup:
    check_has_rows(tenant)
    return Backup.objects.create(tenant=tenant, kind=kind, started_at=at)


def _carried_out(backup: Backup, at: datetime, progress: Progress) -> Backup:
    """Under the lock: so nobody else is at work on a backup of the tenant, whatever rows say."""
    began, backup.started_at, backup.share = monotonic(), at, 0.0
    backup.save(update_fields=["started_at", "share"])
    others = Backup.objects.filter(tenant_id=backup.tenant_id, id__lt=backup.id)
    others.filter(state=Backup.State.RUNNING).update(
        state=Backup.State.FAILED,
        failure=Backup.Failure.STOPPED,
        error="stopped half-way",
        finished_at=at,
    )
    try:
        shown = seldom(partial(_share_told, backup.id))
        manifest, backup.manifest_digest = _written(backup, at, both(shown, progress))
    except Exception as error:
        # The text of a database's error may quote a row: only its kind is kept.
        backup.state, backup.error = Backup.State.FAILED, type(error).__name__
        backup.failure = _failure(error)
        raise
    else:
        backup.state, backup.failure, backup.error = Backup.State.DONE, "", ""
        backup.share = 1.0
        backup.rows, backup.bytes = manifest.row_count, manifest.byte_count
    finally:
        backup.finished_at = at + timedelta(seconds=monotonic() - began)
        backup.save()
    _retire(backup.tenant_id, at)
    return backup


def _share_told(backup_id: UUID, share: float) -> None:
    """For whoever looks on. In whatever scope the work is just now."""
    with platform_scope():
        Backup.objects.filter(id=backup_id).update(share=share)


def _failure(error: Exception) -> Backup.Failure:
    """What kind of thing went wrong, by which people know where to look."""
    if isinstance(error, Error | psycopg.Error):
        return Backup.Failure.DATABASE
    return Backup.Failure.STORE if isinstance(error, OSError) else Backup.Failure.OTHER


def check_has_rows(tenant: Tenant) -> None:
    if tenant.state in (TenantState.PREPARING, TenantState.ERASED):
        raise BackupImpossible(f"{tenant.slug} is {tenant.state}: it has nothing to back up")


def _written(backup: Backup, at: datetime, progress: Progress) -> tuple[Manifest, str]:
    """The backup in the store, and its manifest's digest."""
    store, tenant = Store(backup.tenant_id), tenant_of(backup.tenant_id)
    check_has_rows(tenant)
    dump = tenant_dump(
        tenant=tenant,
        store=store,
        id=backup.id,
        known=files_known(tenant.id),
        progress=progress,
    )
    manifest = manifest_made(id=backup.id, tenant=tenant, dump=dump, at=at)
    return manifest, store.finish(manifest)


def _retire(tenant_id: UUID, at: datetime) -> None:
    """Forget what is older than the settings say, but never the newest, nor one in use."""
    backups = Backup.objects.filter(tenant_id=tenant_id)
    done = backups.filter(state=Backup.State.DONE)
    in_use = Restoration.objects.filter(tenant_id=tenant_id).exclude(
        state=Restoration.State.DROPPED
    )
    keep = {
        *done.values_list("id", flat=True)[:1],
        *done.filter(kind=Backup.Kind.NIGHTLY).values_list("id", flat=True)[
            : settings.BACKUP_NIGHTS
        ],
        *done.filter(
            kind=Backup.Kind.ON_DEMAND,
            started_at__gt=at - timedelta(days=settings.BACKUP_ON_DEMAND_DAYS),
        ).values_list("id", flat=True),
        *in_use.values_list("backup_id", flat=True),
    }
    failed = backups.exclude(state=Backup.State.DONE).filter(
        started_at__gt=at - timedelta(days=settings.BACKUP_ON_DEMAND_DAYS)
    )
    backups.exclude(id__in=keep | set(failed.values_list("id", flat=True))).delete()
    Store(tenant_id).sweep(keep)


def _turn(tenant_id: UUID, at: datetime) -> datetime:
    """When the tenant's time of night was last."""
    share = int.from_bytes(sha256(tenant_id.bytes).digest()[:4]) / 2**32
    begin = at.replace(hour=settings.BACKUP_HOUR, minute=0, second=0, microsecond=0)
    turn = begin + NIGHT * share
    return turn if turn <= at else turn - timedelta(days=1)
