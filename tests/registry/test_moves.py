"""A tenant's standing, tried in full over the API: every mutation in every state."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from kernel.transitions import IllegalMove
from registry.life_cycle import tenant_past_due, tenant_suspend, tenant_tell
from registry.models import OwnerAction, StateChange, Tenant
from registry.states import TENANT_LIFE
from schema.registry.types.tenants import TenantMove
from tenants.journal.audit import audit_entries, audit_verify
from tests.support.cast import olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.jobs import platform_jobs_run
from tests.support.stage import mutate
from tests.support.threads import at_once

# The test's own copy of the table.
LEGAL = {
    "tenantActivate": "trial past_due",
    "tenantPastDue": "trial active",
    "tenantSuspend": "trial active past_due",
    "tenantResume": "suspended",
    "tenantArchive": "trial active past_due suspended",
    "tenantReopen": "archived",
}
OFFERED = {
    "trial": "ACTIVATE PAST_DUE SUSPEND ARCHIVE",
    "active": "PAST_DUE SUSPEND ARCHIVE",
    "past_due": "ACTIVATE SUSPEND ARCHIVE",
    "suspended": "RESUME ARCHIVE",
    "archived": "REOPEN ERASE",
    "erased": "",
}
WAY_TO = {
    "trial": [],
    "active": ["tenantActivate"],
    "past_due": ["tenantPastDue"],
    "suspended": ["tenantSuspend"],
    "archived": ["tenantArchive"],
}
SELECT = "tenant { state moves changes { before after reason owner { name } } }"


def move(tenant: TenantRef, name: str, reason: str = "because") -> dict[str, Any]:
    """What the mutation `name` answers to olga."""
    input = {"tenantId": global_id("Tenant", tenant.id), "reason": reason}
    return mutate(olga().api, name, input, SELECT)


def bring(tenant: TenantRef, state: str) -> None:
    """Bring alpha from its trial into `state`, by the moves that lead there."""
    if state == "erased":
        with platform_scope():
            Tenant.objects.filter(id=tenant.id).update(state=state)
    for name in WAY_TO.get(state, ()):
        assert "tenant" in move(tenant, name)


def written(tenant: TenantRef) -> tuple[str, int, int]:
    with platform_scope():
        state = Tenant.objects.get(id=tenant.id).state
        return state, StateChange.objects.count(), OwnerAction.objects.count()


def status(tenant: TenantRef) -> int:
    api = Api(f"{tenant.slug}.localhost")
    asked = {"query": "{ brand { currency } }"}
    return api.client.post("/graphql", asked, content_type="application/json").status_code


@pytest.mark.parametrize("state", OFFERED)
@pytest.mark.parametrize("name", LEGAL)
def test_each_move_in_each_state(alpha: TenantRef, name: str, state: str):
    bring(alpha, state)
    before = written(alpha)
    answer = move(alpha, name)
    if state in LEGAL[name].split():
        after = written(alpha)
        assert answer["tenant"]["state"] == after[0].upper()
        assert answer["tenant"]["moves"] == OFFERED[after[0]].split()
        assert after[1:] == (before[1] + 1, before[2] + 1)
    else:
        assert answer["code"] == "ILLEGAL_MOVE"
        assert written(alpha) == before


@pytest.mark.parametrize("state", OFFERED)
def test_what_is_offered_and_what_is_served(alpha: TenantRef, state: str):
    bring(alpha, state)
    document = "query($id: ID!) { tenant(id: $id) { moves } }"
    found = olga().api.run(document, {"id": global_id("Tenant", alpha.id)})["tenant"]
    assert found["moves"] == OFFERED[state].split()
    assert status(alpha) == (200 if state in ("trial", "active", "past_due") else 403)


def test_every_move_of_the_table_is_in_the_api():
    assert [each.value for each in TenantMove] == list(TENANT_LIFE.moves)


def test_it_goes_back_to_where_it_was_however_deep(alpha: TenantRef):
    steps = [
        ("tenantActivate", "ACTIVE"),
        ("tenantSuspend", "SUSPENDED"),
        ("tenantArchive", "ARCHIVED"),
        ("tenantReopen", "SUSPENDED"),
        ("tenantArchive", "ARCHIVED"),
        ("tenantReopen", "SUSPENDED"),
        ("tenantResume", "ACTIVE"),
        ("tenantPastDue", "PAST_DUE"),
        ("tenantArchive", "ARCHIVED"),
        ("tenantReopen", "PAST_DUE"),
    ]
    for number, (name, expected) in enumerate(steps):
        answer = move(alpha, name, reason=f"step {number}")["tenant"]
        assert answer["state"] == expected, number
    last = {"before": "ARCHIVED", "after": "PAST_DUE", "reason": "step 9"}
    assert answer["changes"][-1] == {**last, "owner": {"name": "Olga"}}
    assert len(answer["changes"]) == len(steps)


def test_two_owners_at_once_move_it_once(alpha: TenantRef):
    answers = at_once(*[lambda: move(alpha, "tenantSuspend")] * 4)
    codes = [answer.get("code") for answer in answers]
    assert sorted(map(str, codes)) == ["ILLEGAL_MOVE"] * 3 + ["None"]
    assert written(alpha) == ("suspended", 1, 1)


def test_billing_moves_it_too_and_is_nobody(alpha: TenantRef):
    with platform_scope():
        tenant_past_due(owner=None, tenant_id=alpha.id, reason="Unpaid", at=SOME_DAY)
        tenant_suspend(owner=None, tenant_id=alpha.id, reason="Unpaid still", at=SOME_DAY)
        with pytest.raises(IllegalMove):
            tenant_past_due(owner=None, tenant_id=alpha.id, reason="Unpaid", at=SOME_DAY)
        rows = list(StateChange.objects.values_list("before", "after", "account_id"))
        acts = list(OwnerAction.objects.order_by("id").values_list("action", "account_id"))
    assert rows == [("trial", "past_due", None), ("past_due", "suspended", None)]
    assert acts == [("tenantPastDue", None), ("tenantSuspend", None)]
    answer = move(alpha, "tenantResume")["tenant"]
    assert [change["owner"] for change in answer["changes"]] == [None, None, {"name": "Olga"}]


def test_owners_acts_are_listed_the_newest_first(alpha: TenantRef, beta: TenantRef):
    move(alpha, "tenantSuspend")
    move(beta, "tenantActivate")
    move(alpha, "tenantResume")
    document = """query($tenant: ID) { ownerActions(tenantId: $tenant, first: 2) {
      totalCount edges { node { action at data owner { name } tenant { slug } } } } }"""
    every = olga().api.run(document)["ownerActions"]
    assert every["totalCount"] == 3
    first = every["edges"][0]["node"]
    assert first.pop("at")
    assert first == {
        "action": "tenantResume",
        "data": {"before": "suspended", "after": "trial"},
        "owner": {"name": "Olga"},
        "tenant": {"slug": "alpha"},
    }
    theirs = olga().api.run(document, {"tenant": global_id("Tenant", beta.id)})["ownerActions"]
    assert [edge["node"]["action"] for edge in theirs["edges"]] == ["tenantActivate"]


def test_the_operators_own_log_learns_of_it_once(alpha: TenantRef, beta: TenantRef):
    move(alpha, "tenantSuspend", reason="Complaints")
    assert platform_jobs_run("registry.tenant_tell") == ["registry.tenant_tell"]
    with platform_scope():
        change = StateChange.objects.get()
    with platform_scope():
        tenant_tell(change.id)  # its worker was killed, and it ran again
    with tenant_scope(alpha):
        entry = audit_entries().get()
        assert entry.data == {
            "change": change.id,
            "before": "trial",
            "after": "suspended",
            "reason": "Complaints",
        }
        assert (entry.action, entry.actor_id, entry.at) == ("tenant.moved", None, change.at)
        assert audit_verify() is None
    with tenant_scope(beta):
        assert not audit_entries().exists()


def test_a_reason_is_needed(alpha: TenantRef):
    for reason in ("", " ", "x" * 501, "a\nb"):
        assert move(alpha, "tenantActivate", reason)["code"] == "INVALID_INPUT"
    assert written(alpha) == (TenantState.TRIAL, 0, 0)
