"""A tenant's standing with the platform."""

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.transitions import IllegalMove
from registry import life_cycle
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.registry.types.tenants import WithTenant


@strawberry.input
class OneTenant:
    """An input that moves one tenant."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    reason: str = strawberry.field(description="For the record; up to 500 characters.")


@strawberry.input(description="A tenant to serve in full.")
class TenantActivateInput(OneTenant):
    """Of tenantActivate."""


@strawberry.input(description="A tenant to serve read-only.")
class TenantPastDueInput(OneTenant):
    """Of tenantPastDue."""


@strawberry.input(description="A tenant to suspend.")
class TenantSuspendInput(OneTenant):
    """Of tenantSuspend."""


@strawberry.input(description="A tenant to let go on.")
class TenantResumeInput(OneTenant):
    """Of tenantResume."""


@strawberry.input(description="A tenant to archive.")
class TenantArchiveInput(OneTenant):
    """Of tenantArchive."""


@strawberry.input(description="A tenant to take out of the archive.")
class TenantReopenInput(OneTenant):
    """Of tenantReopen."""


@strawberry.type(description="Served in full.")
class TenantActivateSuccess(WithTenant):
    """Answers tenantActivate."""


@strawberry.type(description="Read-only from now on.")
class TenantPastDueSuccess(WithTenant):
    """Answers tenantPastDue."""


@strawberry.type(description="Suspended.")
class TenantSuspendSuccess(WithTenant):
    """Answers tenantSuspend."""


@strawberry.type(description="Served again.")
class TenantResumeSuccess(WithTenant):
    """Answers tenantResume."""


@strawberry.type(description="Archived.")
class TenantArchiveSuccess(WithTenant):
    """Answers tenantArchive."""


@strawberry.type(description="As it was.")
class TenantReopenSuccess(WithTenant):
    """Answers tenantReopen."""


@strawberry.type
class LifeCycleMutations:
    """Root mutations of tenants' life cycle."""

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_activate(self, info: Info, input: TenantActivateInput) -> TenantActivateSuccess:
        """Serve in full what was on trial, or owed money."""
        tenant = life_cycle.tenant_activate(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantActivateSuccess(row=tenant.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_past_due(self, info: Info, input: TenantPastDueInput) -> TenantPastDueSuccess:
        """Serve a tenant read-only, until it has paid."""
        tenant = life_cycle.tenant_past_due(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantPastDueSuccess(row=tenant.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_suspend(self, info: Info, input: TenantSuspendInput) -> TenantSuspendSuccess:
        """Refuse everybody at a tenant's host, at once; its open sockets are closed."""
        tenant = life_cycle.tenant_suspend(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantSuspendSuccess(row=tenant.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_resume(self, info: Info, input: TenantResumeInput) -> TenantResumeSuccess:
        """Serve a suspended tenant again, in the standing it had."""
        tenant = life_cycle.tenant_resume(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantResumeSuccess(row=tenant.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def tenant_archive(self, info: Info, input: TenantArchiveInput) -> TenantArchiveSuccess:
        """Keep all that a tenant has, and serve it to nobody."""
        tenant = life_cycle.tenant_archive(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantArchiveSuccess(row=tenant.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove, life_cycle.ErasureOpen])
    def tenant_reopen(self, info: Info, input: TenantReopenInput) -> TenantReopenSuccess:
        """Take a tenant out of the archive, in the standing it had."""
        tenant = life_cycle.tenant_reopen(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return TenantReopenSuccess(row=tenant.id)
