"""Background work of backups. The worker knows them by registry/jobs.py."""

from uuid import UUID

from kernel import clock
from kernel.jobs import job
from registry.archives.backups import JOB, backup_carry_out, backups_nightly


@job("registry.backups_nightly", every="*/10 * * * *")
def nightly() -> None:
    """Have everybody backed up whose time of night has come."""
    backups_nightly(at=clock.now())


@job(JOB)
def tenant_backup(*, backup: str) -> None:
    """Back up one tenant."""
    backup_carry_out(backup_id=UUID(backup), at=clock.now())
