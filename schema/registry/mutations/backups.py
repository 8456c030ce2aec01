"""Backups on demand."""

from typing import cast

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.transitions import IllegalMove
from registry.archives import backups
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
