"""An administrator whose first link was lost gets another, by the owner, until one has accepted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kernel import clock
from kernel.meters import Meter
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.models import OwnerAction, Tenant
from registry.resolver import resolver
from tenants.access.models import Invitation, Person, Role
from tenants.access.rights import ADMINISTRATOR, DISPATCHER
from tenants.journal.audit import audit_entries, audit_verify
from tests.support.cast import cast, olga
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes

SELECT = "invitationUrl tenant { slug }"


def invite(
    tenant: TenantRef, email: str = "ines@example.test", name: str = "Ines", tenant_id: str = ""
) -> dict[str, Any]:
    input = {
        "tenantId": tenant_id or global_id("Tenant", tenant.id),
        "administrator": {"name": name, "email": email},
    }
    return mutate(olga().api, "tenantAdministratorInvite", input, SELECT)


def accept(link: str) -> dict[str, Any]:
    """The link's host is the tenant's own."""
    parts = urlsplit(link)
    token = parse_qs(parts.query)["token"][0]
    document = """mutation ($token: String!) {
      invitationAccept(input: {token: $token, password: "a fine long password"}) {
        ... on SignInSuccess { person { name email } }
        ... on UserError { code }
      }
    }"""
    host = parts.netloc.split(":")[0]
    return Api(host).run(document, {"token": token})["invitationAccept"]


def logged() -> list[str]:
    with platform_scope():
        return list(OwnerAction.objects.order_by("id").values_list("action", flat=True))


@contextmanager
def refused(tenant: TenantRef) -> Iterator[None]:
    """Neither the tenant nor the platform's log has changed."""
    before = logged()
    with nothing_changes(tenant):
        yield
    assert logged() == before


def test_a_lost_link_is_made_anew(alpha: TenantRef, beta: TenantRef):
    lost, again = invite(alpha), invite(alpha, email=" INES@example.test", name="Somebody")
    assert again["tenant"] == {"slug": "alpha"}
    with refused(alpha):
        assert accept(lost["invitationUrl"])["code"] == "NOT_FOUND"
    with nothing_changes(beta):
        person = accept(again["invitationUrl"])["person"]
    assert person == {"name": "Ines", "email": "ines@example.test"}
    with refused(alpha):
        assert accept(again["invitationUrl"])["code"] == "NOT_FOUND"
    with tenant_scope(alpha):  # nor does that of her onboarding
        ines = Person.objects.get(roles__key=ADMINISTRATOR)
        still_open = Invitation.objects.filter(accepted_at=None, expires_at__gt=clock.now())
        assert ines.email == "ines@example.test" and not still_open.exists()


def test_both_logs_say_so(alpha: TenantRef, beta: TenantRef):
    invite(alpha)
    with tenant_scope(alpha):
        entry, ines = audit_entries().get(), Person.objects.get()
        assert audit_verify() is None
    with platform_scope():
        line = OwnerAction.objects.get()
    assert (line.action, line.tenant_id) == ("tenantAdministratorInvite", alpha.id)
    assert line.account_id is not None and line.data == {}
    assert (entry.action, entry.actor_id) == ("administrator.invited", None)
    assert entry.data == {"staff_member": str(ines.id), "owner": str(line.account_id)}
    with tenant_scope(beta):
        assert not audit_entries().exists()


def test_nobody_is_let_in_past_who_administers_it(alpha: TenantRef):
    assert cast(alpha).ines
    for email in ("ines@example.test", "olga@platform.example"):
        with refused(alpha):
            assert invite(alpha, email)["code"] == "ADMINISTRATOR_PRESENT"
    with tenant_scope(alpha):  # who has left administers nothing
        Person.objects.update(active=False)
    with refused(alpha):
        assert invite(alpha)["code"] == "EMAIL_TAKEN"
    assert accept(invite(alpha, "iris@example.test")["invitationUrl"])["person"]


def test_a_colleague_who_signs_in_is_not_made_administrator(alpha: TenantRef):
    assert cast(alpha).person(13, "Dora", DISPATCHER, email="dora@example.test")
    with refused(alpha):
        assert invite(alpha, "dora@example.test")["code"] == "EMAIL_TAKEN"


@pytest.mark.parametrize("state", [TenantState.SUSPENDED, TenantState.ARCHIVED])
def test_what_is_not_served_has_nobody_to_invite(alpha: TenantRef, state: TenantState):
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state=state)
    resolver.clear()
    with refused(alpha):
        assert invite(alpha)["code"] == "ILLEGAL_MOVE"


def test_nor_has_what_is_on_its_way_to_another_server(alpha: TenantRef):
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(moving_since=clock.now())
    resolver.clear()
    with refused(alpha):
        assert invite(alpha)["code"] == "ILLEGAL_MOVE"


def test_who_owes_money_can_be_let_in_to_pay(alpha: TenantRef):
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state=TenantState.PAST_DUE)
    resolver.clear()
    assert accept(invite(alpha)["invitationUrl"])["person"]["name"] == "Ines"


def test_the_plan_counts_them(alpha: TenantRef):
    with platform_scope():
        terms = {"limits": {Meter.STAFF.value: 1}}
        Tenant.objects.filter(id=alpha.id).update(terms=terms)
    resolver.clear()
    with refused(alpha):
        assert invite(alpha, "iris@example.test")["code"] == "PLAN_LIMIT_REACHED"
    assert accept(invite(alpha)["invitationUrl"])["person"]["name"] == "Ines"


@pytest.mark.parametrize(
    ("administrator", "code"),
    [
        ({"email": "nobody"}, "INVALID_INPUT"),
        ({"name": " "}, "INVALID_INPUT"),
        ({"name": "x" * 61}, "INVALID_INPUT"),
        ({"tenant_id": global_id("Tenant", Tenant().id)}, "NOT_FOUND"),
        ({"tenant_id": global_id("Person", Tenant().id)}, "NOT_FOUND"),
    ],
)
def test_an_input_that_says_nothing(alpha: TenantRef, administrator: dict[str, str], code: str):
    with refused(alpha):
        assert invite(alpha, **administrator)["code"] == code


def test_only_the_platforms_owner_may(alpha: TenantRef):
    document = f"""mutation {{ tenantAdministratorInvite(input: {{
      tenantId: "{global_id("Tenant", alpha.id)}"
      administrator: {{name: "x", email: "x@x.example"}}
    }}) {{ __typename }} }}"""
    ines = cast(alpha).ines
    with refused(alpha):
        assert ines.api.error_code(document) == "WRONG_HOST"
        assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
    with tenant_scope(alpha):
        assert Role.objects.filter(key=ADMINISTRATOR, people=ines.id).count() == 1
