"""Reading a backup whole, and remembering what came of it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.jobs import defer
from kernel.refusals import NotFound
from kernel.transitions import IllegalMove
from registry.archives.backups import backup_verify
from registry.archives.manifest import Manifest
from registry.archives.refusals import ArchiveRefused
from registry.audit import owner_action
from registry.models import Backup
from registry.owners import Owner

JOB: Final = "registry.backup_verify"

WAITED_FOR: Final = timedelta(hours=1)
"""After so long nobody is believed to be reading it any more, and it can be asked for again."""


@transaction.atomic
def backup_verify_ask(*, owner: Owner, backup_id: UUID, at: datetime) -> Backup:
    """Have a worker read a backup whole; one that is being read is the answer as it is.

    Platform scope. Raises `NotFound`, and `IllegalMove` for one that is not done.
    """
    backup = Backup.objects.select_for_update().filter(id=backup_id).first()
    if backup is None:
        raise NotFound(what="Backup")
    if backup.state != Backup.State.DONE:
        raise IllegalMove(state=backup.state, move="verify")
    if is_verifying(backup, at=at):
        return backup
    backup.verify_asked_at = at
    backup.save(update_fields=["verify_asked_at"])
    defer(JOB, backup=str(backup.id))
    data = {"backup": str(backup.id)}
    owner_action(owner=owner, action="backupVerify", tenant=backup.tenant, data=data, at=at)
    return backup


def backup_check(backup: Backup, *, at: datetime) -> Manifest:
    """Read it whole, and write down what was found. Platform scope. Raises `ArchiveRefused`."""
    try:
        manifest = backup_verify(backup)
    except ArchiveRefused as refused:
        _read(backup, at, str(refused))
        raise
    _read(backup, at, "")
    return manifest


def is_verifying(backup: Backup, *, at: datetime) -> bool:
    """Whether a worker has been asked to read it, and has not."""
    return backup.verify_asked_at is not None and backup.verify_asked_at > at - WAITED_FOR


def _read(backup: Backup, at: datetime, broken: str) -> None:
    # One that was retired meanwhile is not there to be written about.
    rows = Backup.objects.filter(id=backup.id)
    rows.update(verified_at=at, verify_asked_at=None, broken=broken[:500])
