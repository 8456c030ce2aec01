"""Backups on demand."""

from typing import cast
from uuid import UUID

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.refusals import InvalidInput
from kernel.transitions import IllegalMove
from registry.archives import backups, verifying
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.registry.types.backups import Backup


@strawberry.input(description="A tenant to back up.")
class TenantBackupInput:
    """Which."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")


@strawberry.type(description="A worker backs it up, or is at it already.")
class TenantBackupSuccess:
    """The backup."""

    backup: Backup = strawberry.field(
        description="As it is now; `Tenant.backups` shows how it goes."
    )


@strawberry.input(description="A backup to read whole.")
class BackupVerifyInput:
    """Which."""

    backup_id: str = strawberry.field(description="A Backup's id, all of it.")


@strawberry.type(description="A worker reads it, or is at it already.")
class BackupVerifySuccess:
    """The backup."""

    backup: Backup = strawberry.field(description="As it is now; `verifying` says when it ends.")


@strawberry.type
class BackupMutations:
    """Root mutations of backups."""

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_backup(self, info: Info, input: TenantBackupInput) -> TenantBackupSuccess:
        """Have a tenant backed up now, besides every night. Its people work on meanwhile."""
        backup = backups.tenant_backup(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            at=clock.now(),
        )
        return TenantBackupSuccess(backup=cast(Backup, backup))

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def backup_verify(self, info: Info, input: BackupVerifyInput) -> BackupVerifySuccess:
        """Have every byte of a backup compared with its signed manifest."""
        backup = verifying.backup_verify_ask(
            owner=owner_of(info.context),
            backup_id=_backup_id(input.backup_id),
            at=clock.now(),
        )
        return BackupVerifySuccess(backup=cast(Backup, backup))


def _backup_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInput(field="backupId", reason="not the id of a backup") from error
