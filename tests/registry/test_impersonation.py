"""The owner speaks as platform support: for a reason, for an hour, on record, seen and stopped."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock, events
from kernel.refusals import AccessDenied
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import Impersonation, OwnerAction, Tenant
from registry.resolver import resolver
from tenants.access.models import Grant, Person, Role, Session
from tenants.access.rights import PLATFORM_SUPPORT, Right
from tenants.access.services.support import support_dismiss
from tenants.journal.audit import audit_entries, audit_verify
from tests.support.cast import cast, olga
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate
from tests.support.threads import at_once

SELECT = "token impersonation { id reason startedAt expiresAt endedAt owner { name } }"
BANNER = "{ impersonation { by reason expiresAt } }"
OPEN = "{ impersonationsOpen { by reason } }"


def start(tenant: TenantRef, minutes: int = 30, reason: str = "A ticket") -> dict[str, Any]:
    """What impersonationStart answers to olga."""
    input = {
        "tenantId": global_id("Tenant", tenant.id),
        "reason": reason,
        "minutes": minutes,
    }
    return mutate(olga().api, "impersonationStart", input, SELECT)


def end(impersonation_id: str) -> dict[str, Any]:
    input = {"impersonationId": impersonation_id}
    return mutate(olga().api, "impersonationEnd", input, "impersonation { endedAt }")


def log(tenant: TenantRef) -> list[tuple[str, bool]]:
    """The lines of the tenant's log: what, and whether by impersonation."""
    with tenant_scope(tenant):
        assert audit_verify() is None
        return [
            (entry.action, entry.impersonation_id is not None)
            for entry in audit_entries().order_by("seq")
        ]


def written(tenant: TenantRef) -> tuple[int, ...]:
    with platform_scope():
        counts = Impersonation.objects.count(), OwnerAction.objects.count()
    with tenant_scope(tenant):
        return (*counts, Session.objects.count(), audit_entries().count(), Role.objects.count())


def test_a_session_on_the_tenants_host_with_a_banner(alpha: TenantRef, beta: TenantRef):
    started = start(alpha)
    assert started["impersonation"]["owner"] == {"name": "Olga"}
    token, api = started["token"], Api("alpha.localhost")
    banner = api.run(BANNER, token=token)["impersonation"]
    assert (banner["by"], banner["reason"]) == ("Olga", "A ticket")
    assert banner["expiresAt"] == started["impersonation"]["expiresAt"]
    assert api.run("{ viewer { isStaff } }", token=token)["viewer"]["isStaff"]
    assert Api("beta.localhost").error_code(BANNER, token=token) == "UNAUTHENTICATED"
    assert Api("platform.localhost").error_code(BANNER, token=token) == "WRONG_HOST"
    assert cast(alpha).ines.api.run(BANNER) == {"impersonation": None}
    assert log(alpha) == [("impersonation.started", True)]
    assert log(beta) == []
    with platform_scope():
        assert OwnerAction.objects.get().action == "impersonationStart"


def test_what_it_does_is_on_record_before_it_is_done(alpha: TenantRef):
    token = start(alpha)["token"]
    api = Api("alpha.localhost")
    document = """mutation($id: ID!) { categorySave(input: {id: $id, name: []}) {
      __typename } }"""
    category = global_id("Category", alpha.id)
    api.run(document, {"id": category}, token=token)
    with tenant_scope(alpha):
        entry = audit_entries().first()
    assert (entry.action, entry.data) == ("categorySave", {"id": f"Category:{alpha.id}"})
    with platform_scope():
        assert entry.impersonation_id == Impersonation.objects.get().id
    # Nobody else's mutations are, and no refused one.
    cast(alpha).ines.api.run(document, {"id": category})
    assert api.error_code(document.replace("categorySave", "zoneSave"), token=token)
    assert log(alpha) == [("impersonation.started", True), ("categorySave", True)]


def test_it_reaches_no_personal_data_and_cannot_outlast_itself(alpha: TenantRef):
    token = start(alpha)["token"]
    api = Api("alpha.localhost")
    rights = set(api.run("{ viewer { rights } }", token=token)["viewer"]["rights"])
    assert not rights & {"PERSONAL_DATA_READ", "COURIERS_REVIEW", "STAFF_MANAGE"}
    assert {"ORDERS_READ", "CATALOG_MANAGE", "AUDIT_READ"} <= rights
    maya = global_id("Person", cast(alpha).maya.id)
    personal = f'{{ personalData(personId: "{maya}", reason: ORDER) {{ phone }} }}'
    assert api.error_code(personal, token=token) == "FORBIDDEN"
    invite = """mutation { staffInvite(input: {name: "x", email: "x@x.example",
      role: "administrator"}) { __typename } }"""
    assert api.error_code(invite, token=token) == "FORBIDDEN"


def test_the_support_is_nobody_whom_the_operator_employs(alpha: TenantRef):
    start(alpha)
    start(alpha)
    ines = cast(alpha).ines
    document = "{ staff { edges { node { name } } } staffRoles { key } }"
    shown = ines.api.run(document)
    assert [edge["node"]["name"] for edge in shown["staff"]["edges"]] == ["Ines"]
    assert PLATFORM_SUPPORT not in [role["key"] for role in shown["staffRoles"]]
    grant = {"staffMemberId": global_id("StaffMember", ines.id), "role": PLATFORM_SUPPORT}
    assert mutate(ines.api, "staffGrant", grant)["code"] == "NOT_FOUND"
    with tenant_scope(alpha):
        person = Person.objects.get(roles__key=PLATFORM_SUPPORT)
        assert (person.phone, person.email, person.password) == (None, None, "")
        assert Grant.objects.filter(role__key=PLATFORM_SUPPORT).count() == 1


def test_its_role_follows_the_release(alpha: TenantRef):
    start(alpha)
    with tenant_scope(alpha):
        Role.objects.filter(key=PLATFORM_SUPPORT).update(rights=["staff_manage"])
    token = start(alpha)["token"]
    rights = Api("alpha.localhost").run("{ viewer { rights } }", token=token)["viewer"]["rights"]
    assert "STAFF_MANAGE" not in rights and "ORDERS_READ" in rights


def test_the_owner_ends_it(alpha: TenantRef):
    started = start(alpha)
    ended = end(started["impersonation"]["id"])
    assert ended["impersonation"]["endedAt"]
    assert Api("alpha.localhost").error_code(BANNER, token=started["token"]) == "UNAUTHENTICATED"
    assert end(started["impersonation"]["id"]) == ended
    assert log(alpha) == [("impersonation.started", True), ("impersonation.ended", True)]
    with platform_scope():
        actions = list(OwnerAction.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["impersonationStart", "impersonationEnd"]


def test_a_second_one_ends_the_first(alpha: TenantRef, beta: TenantRef):
    first, elsewhere = start(alpha), start(beta)
    second = start(alpha, reason="Another ticket")
    api = Api("alpha.localhost")
    assert api.error_code(BANNER, token=first["token"]) == "UNAUTHENTICATED"
    assert api.run(BANNER, token=second["token"])["impersonation"]["reason"] == "Another ticket"
    assert Api("beta.localhost").run(BANNER, token=elsewhere["token"])["impersonation"]


def test_the_operators_administrator_sees_it_and_shows_it_out(alpha: TenantRef):
    started = start(alpha)
    ines = cast(alpha).ines
    assert ines.api.run(OPEN) == {"impersonationsOpen": [{"by": "Olga", "reason": "A ticket"}]}
    dismiss = "mutation { impersonationsDismiss { ... on ImpersonationsDismissSuccess { count } } }"
    assert cast(alpha).maya.api.error_code(dismiss) == "FORBIDDEN"
    api = Api("alpha.localhost")
    assert api.error_code(dismiss, token=started["token"]) == "FORBIDDEN"
    assert ines.api.run(dismiss) == {"impersonationsDismiss": {"count": 1}}
    assert api.error_code(BANNER, token=started["token"]) == "UNAUTHENTICATED"
    assert ines.api.run(OPEN) == {"impersonationsOpen": []}
    assert ines.api.run(dismiss) == {"impersonationsDismiss": {"count": 0}}
    with tenant_scope(alpha):
        entry = audit_entries().first()
        assert (entry.action, entry.actor_id) == ("impersonation.dismissed", ines.id)
    document = "{ impersonations { edges { node { endedAt tenant { slug } } } } }"
    node = olga().api.run(document)["impersonations"]["edges"][0]["node"]
    assert node["endedAt"] and node["tenant"] == {"slug": "alpha"}


def test_it_ends_by_itself(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    token = start(alpha, minutes=60)["token"]
    later = clock.now() + timedelta(minutes=60, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Api("alpha.localhost").error_code(BANNER, token=token) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.run(OPEN) == {"impersonationsOpen": []}


@pytest.mark.parametrize(
    ("minutes", "reason", "field"),
    [(0, "x", "minutes"), (61, "x", "minutes"), (-5, "x", "minutes"), (5, " ", "reason")],
)
def test_without_a_reason_or_without_an_end(alpha: TenantRef, minutes, reason, field):
    before = written(alpha)
    assert start(alpha, minutes, reason)["code"] == "INVALID_INPUT"
    assert written(alpha) == before


@pytest.mark.parametrize("columns", [{"state": "suspended"}, {"state": "archived"}, {"moving": 1}])
def test_only_where_somebody_is_served(alpha: TenantRef, columns: dict[str, Any]):
    before = written(alpha)
    with platform_scope():
        update = {"moving_since": clock.now()} if "moving" in columns else columns
        Tenant.objects.filter(id=alpha.id).update(**update)
    assert start(alpha)["code"] == "ILLEGAL_MOVE"
    assert written(alpha) == before
    resolver.clear()


def test_of_two_at_once_there_is_one_person_and_one_role(alpha: TenantRef):
    olga()
    tokens = [each["token"] for each in at_once(*[lambda: start(alpha)] * 3)]
    assert len(set(tokens)) == 3
    with tenant_scope(alpha):
        assert Person.objects.filter(roles__key=PLATFORM_SUPPORT).count() == 1
    log(alpha)


def test_what_goes_wrong_in_the_tenant_leaves_nothing_open(
    alpha: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    def fail(fact: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(events._listeners, "impersonation.started", [fail])
    answer = olga().api.post(
        """mutation($id: ID!) { impersonationStart(input: {
        tenantId: $id, reason: "x", minutes: 5}) { __typename } }""",
        {"id": global_id("Tenant", alpha.id)},
    )
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    with platform_scope():
        assert Impersonation.objects.get().ended_at is not None


def test_nobody_but_an_owner(alpha: TenantRef):
    before = written(alpha)
    input = {"tenantId": global_id("Tenant", alpha.id), "reason": "x", "minutes": 5}
    document = """mutation($input: ImpersonationStartInput!) {
      impersonationStart(input: $input) { __typename } }"""
    assert Api("platform.localhost").error_code(document, {"input": input}) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.error_code(document, {"input": input}) == "WRONG_HOST"
    assert written(alpha)[:2] == before[:2]


def test_dismissing_is_for_whoever_manages_the_staff(alpha: TenantRef):
    actor = cast(alpha).maya.actor
    assert Right.STAFF_MANAGE not in actor.rights
    with tenant_scope(alpha), pytest.raises(AccessDenied):
        support_dismiss(actor=actor, at=clock.now())


def test_signing_out_of_it_ends_it_on_both_records(alpha: TenantRef):
    token, api = start(alpha)["token"], Api("alpha.localhost")
    document = "query($open: Boolean) { impersonations(open: $open) { totalCount } }"

    def count(open_now: bool) -> int:
        found = olga().api.run(document, {"open": open_now})["impersonations"]
        return int(found["totalCount"])

    assert (count(True), count(False)) == (1, 0)
    api.run("mutation { signOut { __typename } }", token=token)
    assert api.error_code(BANNER, token=token) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.run(OPEN) == {"impersonationsOpen": []}
    assert (count(True), count(False)) == (0, 1)
    assert log(alpha)[-1] == ("impersonation.ended", True)
    # One that ended by itself is among the others, too.
    start(alpha)
    with platform_scope():
        Impersonation.objects.filter(ended_at=None).update(expires_at=clock.now())
    assert (count(True), count(False)) == (0, 2)
