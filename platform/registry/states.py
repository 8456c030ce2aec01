"""A tenant's standing with the platform, one row a move."""

from typing import Final

from kernel.tenancy import TenantState as S
from kernel.transitions import Transitions, move
from registry.models import Erasure

E = Erasure.State

OWNER, BILLING, ERASURE = "owner", "billing", "erasure"

BEFORE: Final = "before"
"""In place of a target: where the tenant was before it came into the state it leaves."""

TENANT_LIFE = Transitions(
    move("activate", [S.TRIAL, S.PAST_DUE], S.ACTIVE, OWNER, BILLING),
    move("past_due", [S.TRIAL, S.ACTIVE], S.PAST_DUE, OWNER, BILLING),
    move("suspend", [S.TRIAL, S.ACTIVE, S.PAST_DUE], S.SUSPENDED, OWNER, BILLING),
    move("resume", [S.SUSPENDED], BEFORE, OWNER, BILLING),
    move("archive", [S.TRIAL, S.ACTIVE, S.PAST_DUE, S.SUSPENDED], S.ARCHIVED, OWNER),
    move("reopen", [S.ARCHIVED], BEFORE, OWNER),
    move("erase", [S.ARCHIVED], S.ERASED, OWNER, ERASURE),
)
"""Trial and active: served. Past due: served, read-only. The others: refused to everybody."""

ERASURE_LIFE = Transitions(
    move("cancel", [E.REQUESTED], E.CANCELLED, OWNER),
    move("confirm", [E.REQUESTED], E.CONFIRMED, OWNER),
    move("erase", [E.CONFIRMED], E.ERASED, ERASURE),
)
"""The erasing of an archived tenant; confirmed no sooner than its waiting period is over."""

WAYS_IN = {S.SUSPENDED: "suspend", S.ARCHIVED: "archive"}
"""By which move a tenant comes into a state that it can leave for where it was before."""
