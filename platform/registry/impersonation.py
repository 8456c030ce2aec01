"""An owner speaks as a tenant's platform support: for a reason, for an hour at most.

The register keeps who, why and until when; the tenant's own schema keeps the session, which
`tenants.access` makes and ends when it hears of it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kernel.events import Fact, announce
from kernel.refusals import InvalidInput, NotFound
from kernel.tenancy import TenantState, current_tenant, platform_scope, tenant_scope
from kernel.texts import line_checked
from kernel.transitions import IllegalMove
from registry.audit import owner_action
from registry.life_cycle import tenant_locked
from registry.models import Impersonation, OwnerAccount, Tenant
from registry.owners import Owner

MAX_MINUTES: Final = 60
STARTED, ENDED = "impersonation.started", "impersonation.ended"
"""Announced under the tenant's scope; the subject is the impersonation."""


@dataclass(frozen=True, slots=True)
class ImpersonationStarted:
    """`token` is for the tenant's host; it is told this once."""

    impersonation: Impersonation
    token: str


@dataclass(frozen=True, slots=True)
class Impersonator:
    """What the operator is told of an impersonation: by whom, why, from when to when."""

    by: str
    reason: str
    started_at: datetime
    expires_at: datetime


def impersonation_start(
    *, owner: Owner, tenant_id: UUID, reason: str, minutes: int, at: datetime
) -> ImpersonationStarted:
    """Open a session as the tenant's platform support, for 1 to 60 minutes. Platform scope.

    What the same owner had open there ends. Raises `IllegalMove` for a tenant that is not served
    or is being moved, `NotFound` and `InvalidInput`.
    """
    reason = line_checked(reason, field="reason", max_length=500)
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidInput(field="minutes", reason=f"from 1 to {MAX_MINUTES}")
    for open_one in _open(at).filter(tenant_id=tenant_id, account_id=owner.account_id):
        impersonation_end(owner=owner, impersonation_id=open_one.id, at=at)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        tenant = tenant_locked(tenant_id)
        if not TenantState(tenant.state).served:
            raise IllegalMove(state=tenant.state, move="impersonate")
        if tenant.moving_since is not None:
            raise IllegalMove(state="moving", move="impersonate")
        started = Impersonation.objects.create(
            account=OwnerAccount.objects.get(id=owner.account_id),
            tenant=tenant,
            reason=reason,
            started_at=at,
            expires_at=at + timedelta(minutes=minutes),
        )
        owner_action(
            owner=owner,
            action="impersonationStart",
            tenant=tenant,
            data={"impersonation": str(started.id), "minutes": minutes},
            at=at,
        )
    facts = {
        "token": token,
        "reason": reason,
        "account_id": owner.account_id,
        "expires_at": started.expires_at,
    }
    try:
        _announce(STARTED, started, at, facts)
    except BaseException:
        impersonations_dismissed(ids=[started.id], at=at)
        raise
    return ImpersonationStarted(impersonation=started, token=token)


def impersonation_end(*, owner: Owner, impersonation_id: UUID, at: datetime) -> Impersonation:
    """End what is still open; the tenant's sockets of it are closed. Platform scope. `NotFound`."""
    found = Impersonation.objects.select_related("tenant").filter(id=impersonation_id).first()
    if found is None:
        raise NotFound(what="Impersonation")
    if found.tenant.state != TenantState.ERASED:
        _announce(ENDED, found, at, {})  # first, so that what is said to have ended has
    with transaction.atomic():
        still_open = Impersonation.objects.filter(id=found.id, ended_at=None)
        if still_open.update(ended_at=min(at, found.expires_at)):
            owner_action(
                owner=owner,
                action="impersonationEnd",
                tenant=found.tenant,
                data={"impersonation": str(found.id)},
                at=at,
            )
    return found


def impersonations_dismissed(*, ids: Collection[UUID], at: datetime) -> None:
    """Their sessions are no more, whoever ended them. Under any scope, outside a transaction."""
    with platform_scope():
        Impersonation.objects.filter(id__in=ids, ended_at=None).update(ended_at=at)


def impersonator(impersonation_id: UUID) -> Impersonator:
    """Who speaks by the impersonation of that id. Under any scope, outside a transaction."""
    with platform_scope():
        rows = Impersonation.objects.select_related("account")
        return _impersonator(rows.get(id=impersonation_id))


def impersonators_here(at: datetime) -> list[Impersonator]:
    """Who may speak as the bound tenant's platform support now. Outside a transaction."""
    tenant = current_tenant()
    with platform_scope():
        open_here = _open(at).filter(tenant_id=tenant.id).select_related("account")
        return [_impersonator(row) for row in open_here]


def impersonations_known(*, open_now: bool | None, at: datetime) -> QuerySet[Impersonation]:
    """Every impersonation there was, the newest first. Platform scope.

    With `open_now` only those under way at `at`, or only the others.
    """
    found = Impersonation.objects.order_by("-id")
    under_way = Q(ended_at=None, expires_at__gt=at)
    return found if open_now is None else found.filter(under_way if open_now else ~under_way)


def impersonation_row(impersonation_id: UUID) -> QuerySet[Impersonation]:
    """The one impersonation, as a queryset. Platform scope."""
    return Impersonation.objects.filter(id=impersonation_id)


def _open(at: datetime) -> QuerySet[Impersonation]:
    return Impersonation.objects.filter(ended_at=None, expires_at__gt=at).order_by("id")


def _impersonator(row: Impersonation) -> Impersonator:
    return Impersonator(row.account.name, row.reason, row.started_at, row.expires_at)


def _announce(kind: str, row: Impersonation, at: datetime, data: dict[str, Any]) -> None:
    tenant: Tenant = row.tenant
    with tenant_scope(tenant.ref()), transaction.atomic():
        announce(Fact(kind=kind, subject=row.id, at=at, data=data))
