"""A tenant's standing with the platform, moved by an owner or by billing. Platform scope.

states.py has the table. Every move is one transaction under the tenant's lock: the state, the line
of its history, the owner's line, and a job that tells the tenant's own log.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kernel.events import Fact, announce
from kernel.jobs import defer
from kernel.refusals import NotFound, Refusal
from kernel.tenancy import TenantState, tenant_scope
from kernel.texts import line_checked
from registry.audit import owner_action
from registry.models import Erasure, StateChange, Tenant
from registry.owners import Owner
from registry.resolver import resolver
from registry.selectors import tenants_known
from registry.states import BEFORE, OWNER, TENANT_LIFE, WAYS_IN

MOVED = "tenant.moved"
"""Announced under the tenant's scope, by a job, once at least: change, before, after, reason."""


class ErasureOpen(Refusal):
    """The tenant is about to be erased; cancel that first."""


def tenant_activate(*, owner: Owner | None, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Serve in full what was on trial, or owed money. `owner` is None for billing.

    Raises `IllegalMove`, `NotFound` and `InvalidInput`.
    """
    return _moved("activate", owner=owner, tenant_id=tenant_id, reason=reason, at=at)


def tenant_past_due(*, owner: Owner | None, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Serve it read-only, until it has paid. Raises like `tenant_activate`."""
    return _moved("past_due", owner=owner, tenant_id=tenant_id, reason=reason, at=at)


def tenant_suspend(*, owner: Owner | None, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Refuse everybody at its host, at once and in every process. Raises like `tenant_activate`."""
    return _moved("suspend", owner=owner, tenant_id=tenant_id, reason=reason, at=at)


def tenant_resume(*, owner: Owner | None, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Serve a suspended tenant again, in the standing it had. Raises like `tenant_activate`."""
    return _moved("resume", owner=owner, tenant_id=tenant_id, reason=reason, at=at)


def tenant_archive(*, owner: Owner, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Keep all it has, and serve it to nobody. Raises like `tenant_activate`."""
    return _moved("archive", owner=owner, tenant_id=tenant_id, reason=reason, at=at)


def tenant_reopen(*, owner: Owner, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    """Take it out of the archive, as it was. Raises `ErasureOpen`, and like `tenant_activate`."""
    return _moved("reopen", owner=owner, tenant_id=tenant_id, reason=reason, at=at)


def tenant_locked(tenant_id: UUID) -> Tenant:
    """The tenant, whose standing nobody else moves until the transaction ends. `NotFound`."""
    tenant = tenants_known().select_for_update().filter(id=tenant_id).first()
    if tenant is None:
        raise NotFound(what="Tenant")
    return tenant


def moves_open(tenant: Tenant, *, erasure_open: bool) -> list[str]:
    """The moves that an owner may make of `tenant` now, in the table's order."""
    if erasure_open:
        return []
    return TENANT_LIFE.open_moves(state=tenant.state, roles=[OWNER])


def state_change(
    tenant: Tenant, *, move: str, account_id: UUID | None, reason: str, at: datetime
) -> StateChange:
    """Make `move` of a locked tenant, whoever may. Raises `IllegalMove`."""
    after = TENANT_LIFE.check(state=tenant.state, move=move)
    if after == BEFORE:
        after = _state_before(tenant)
    change = StateChange.objects.create(
        tenant=tenant,
        before=tenant.state,
        after=after,
        reason=reason,
        account_id=account_id,
        at=at,
    )
    tenant.state = after
    tenant.save(update_fields=["state"])
    transaction.on_commit(resolver.clear)
    return change


def tenant_tell(change_id: int) -> None:
    """Announce a move of a tenant under its own scope, where its log listens."""
    change = StateChange.objects.select_related("tenant").get(id=change_id)
    if change.tenant.state == TenantState.ERASED:
        return
    with tenant_scope(change.tenant.ref()), transaction.atomic():
        announce(
            Fact(
                kind=MOVED,
                subject=change.tenant_id,
                at=change.at,
                data={
                    "change": change.id,
                    "before": change.before,
                    "after": change.after,
                    "reason": change.reason,
                },
            )
        )


@transaction.atomic
def _moved(move: str, *, owner: Owner | None, tenant_id: UUID, reason: str, at: datetime) -> Tenant:
    tenant = tenant_locked(tenant_id)
    reason = line_checked(reason, field="reason", max_length=500)
    TENANT_LIFE.check(state=tenant.state, move=move)
    if move == "reopen" and erasure_is_open(tenant):
        raise ErasureOpen
    change = state_change(
        tenant, move=move, account_id=owner.account_id if owner else None, reason=reason, at=at
    )
    owner_action(
        owner=owner,
        action="tenant" + move.title().replace("_", ""),
        tenant=tenant,
        data={"before": change.before, "after": change.after},
        at=at,
    )
    defer("registry.tenant_tell", change_id=change.id)
    return tenant


def erasure_is_open(tenant: Tenant) -> bool:
    """Whether the tenant is about to be erased."""
    return Erasure.objects.filter(tenant=tenant, cancelled_at=None, erased_at=None).exists()


def _state_before(tenant: Tenant) -> TenantState:
    """Where it was when it was last suspended, or archived: not where a resumption left it."""
    way_in = TENANT_LIFE.moves[WAYS_IN[TenantState(tenant.state)]]
    entries = tenant.changes.filter(after=tenant.state, before__in=way_in.sources)
    return TenantState(entries.latest("id").before)
