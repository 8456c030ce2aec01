"""An operator's administrator whose first link was lost gets another, from an owner."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from kernel.events import Fact, announce
from kernel.tenancy import TenantState, tenant_scope
from kernel.transitions import IllegalMove
from registry.audit import owner_action
from registry.hosts import invitation_url
from registry.life_cycle import tenant_locked
from registry.models import Tenant
from registry.onboarding import Administrator, administrator_checked
from registry.owners import Owner
from registry.resolver import resolver

INVITED: Final = "administrator.invited"
"""Announced under the tenant's scope; data: name, email, token, and the owner's account_id."""


@dataclass(frozen=True, slots=True)
class AdministratorInvited:
    """The tenant, and the link: told this once."""

    tenant: Tenant
    invitation_url: str


def tenant_administrator_invite(
    *, owner: Owner, tenant_id: UUID, administrator: Administrator, at: datetime
) -> AdministratorInvited:
    """Invite whoever is to administer a tenant by a new link; their earlier one works no more.

    Platform scope, outside a transaction. Raises `IllegalMove` for a tenant that is not served or
    is being moved, `NotFound`, `InvalidInput`, and what a listener of `INVITED` raises: then
    neither log has a line.
    """
    administrator = administrator_checked(administrator)
    with transaction.atomic():
        tenant = tenant_locked(tenant_id)
        _check_open(tenant)
    token = secrets.token_urlsafe(32)
    fact = Fact(
        kind=INVITED,
        subject=tenant.id,
        at=at,
        data={
            "name": administrator.name,
            "email": administrator.email,
            "token": token,
            "account_id": owner.account_id,
        },
    )
    # No transaction spans both; the tenant's comes first, since only there can it be refused.
    with tenant_scope(tenant.ref()), transaction.atomic():
        announce(fact)
    owner_action(owner=owner, action="tenantAdministratorInvite", tenant=tenant, at=at)
    link = invitation_url(resolver.primary_host(tenant.ref()), token)
    return AdministratorInvited(tenant=tenant, invitation_url=link)


def _check_open(tenant: Tenant) -> None:
    if not TenantState(tenant.state).served:
        raise IllegalMove(state=tenant.state, move="invite")
    if tenant.moving_since is not None:
        raise IllegalMove(state="moving", move="invite")
