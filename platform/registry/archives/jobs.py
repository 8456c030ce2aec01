"""Background work of backups. The worker knows them by registry/jobs.py."""

from contextlib import suppress
from uuid import UUID

from kernel import clock
from kernel.jobs import job
from registry.archives import verifying
from registry.archives.backups import JOB, backup_carry_out, backups_nightly
from registry.archives.refusals import ArchiveRefused
from registry.archives.verifying import backup_check
from registry.models import Backup


@job("registry.backups_nightly", every="*/10 * * * *")
def nightly() -> None:
    """Have everybody backed up whose time of night has come."""
    backups_nightly(at=clock.now())


@job(JOB)
def tenant_backup(*, backup: str) -> None:
    """Back up one tenant."""
    backup_carry_out(backup_id=UUID(backup), at=clock.now())


@job(verifying.JOB)
def backup_verify(*, backup: str) -> None:
    """Read one backup whole. That it is broken is a finding, and no failure of the job."""
    row = Backup.objects.filter(id=UUID(backup)).first()
    if row is not None:
        with suppress(ArchiveRefused):
            backup_check(row, at=clock.now())
