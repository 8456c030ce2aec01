"""A tenant's standing with the platform: suspended with a reason, and let go on. Platform scope."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.refusals import NotFound
from kernel.tenancy import TenantState
from kernel.texts import line_checked
from kernel.transitions import IllegalMove
from registry.models import StateChange, Tenant
from registry.owners import Owner
from registry.resolver import resolver
from registry.selectors import tenants_known


def tenant_suspend(*, owner: Owner, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Refuse everybody at this tenant's host, at once and in every process.

    Raises `IllegalMove` unless it is served now, `NotFound` and `InvalidInput`.
    """
    with transaction.atomic():
        tenant = _locked(tenant_id)
        if not TenantState(tenant.state).served:
            raise IllegalMove(state=tenant.state, move="suspend")
        _change(tenant, TenantState.SUSPENDED, owner=owner, reason=reason, at=at)
    resolver.clear()
    return tenant


def tenant_resume(*, owner: Owner, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Serve a suspended tenant again, in the standing it had before.

    Raises `IllegalMove` unless it is suspended, `NotFound` and `InvalidInput`.
    """
    with transaction.atomic():
        tenant = _locked(tenant_id)
        if tenant.state != TenantState.SUSPENDED:
            raise IllegalMove(state=tenant.state, move="resume")
        suspension = tenant.changes.filter(after=TenantState.SUSPENDED).latest("id")
        _change(tenant, TenantState(suspension.before), owner=owner, reason=reason, at=at)
    resolver.clear()
    return tenant


def _locked(tenant_id: UUID) -> Tenant:
    tenant = tenants_known().select_for_update().filter(id=tenant_id).first()
    if tenant is None:
        raise NotFound(what="Tenant")
    return tenant


def _change(tenant: Tenant, after: TenantState, *, owner: Owner, reason: str, at: datetime) -> None:
    StateChange.objects.create(
        tenant=tenant,
        before=tenant.state,
        after=after,
        reason=line_checked(reason, field="reason", max_length=500),
        account_id=owner.account_id,
        at=at,
    )
    tenant.state = after
    tenant.save(update_fields=["state"])
