"""Staff are invited, sign in by password, and are given and lose roles."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kernel import clock, events
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Grant, Invitation, Person, Role, SecurityEvent, Session
from tenants.access.rights import ADMINISTRATOR, DISPATCHER, SUPPORT
from tenants.access.services.roles import role_revoke
from tenants.access.services.staff import _others_manage_staff
from tests.support.cast import Member, cast
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.threads import at_once

PASSWORD = "a fine long password"
ACCEPT = """
mutation Accept($token: String!, $password: String!) {
  invitationAccept(input: {token: $token, password: $password}) {
    ... on SignInSuccess { token expiresAt person { id name email } }
    ... on InvalidInputError { field reason }
    ... on UserError { code message }
  }
}
"""
SIGN_IN = """
mutation SignIn($email: String!, $password: String!) {
  signInWithPassword(input: {email: $email, password: $password}) {
    ... on SignInSuccess { token }
    ... on UserError { code message }
  }
}
"""
INVITE = """
mutation Invite($name: String!, $email: String!, $role: String!) {
  staffInvite(input: {name: $name, email: $email, role: $role}) {
    ... on StaffInviteSuccess { invitationUrl }
    ... on InvalidInputError { field }
    ... on UserError { code message }
  }
}
"""
GRANT = """
mutation Grant($id: ID!, $role: String!) {
  staffGrant(input: {staffMemberId: $id, role: $role}) {
    ... on StaffGrantSuccess { staffMember { roles { key } } }
    ... on UserError { code message }
  }
}
"""
REVOKE = GRANT.replace("Grant", "Revoke")
STAFF = """
{ staff { totalCount edges { node { id name email active joined roles { key name rights } } } } }
"""
VIEWER = "{ viewer { isStaff rights } }"


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


@contextmanager
def unchanged(tenant: TenantRef) -> Iterator[None]:
    def rows() -> list[list[tuple]]:
        with tenant_scope(tenant):
            return [
                sorted(map(repr, table.objects.values_list()))
                for table in (Grant, Invitation, Session)
            ] + [list(Person.objects.values_list("id", "password", "active").order_by("id"))]

    before = rows()
    yield
    assert rows() == before


def invite(by: Member, email: str = "dora@alpha.example", role: str = DISPATCHER) -> dict:
    return by.api.run(INVITE, {"name": "Dora", "email": email, "role": role})["staffInvite"]


def token_of(invited: dict) -> str:
    return parse_qs(urlsplit(invited["invitationUrl"]).query)["token"][0]


def accept(token: str, password: str = PASSWORD, host: str = "alpha.localhost") -> dict:
    return Api(host).run(ACCEPT, {"token": token, "password": password})["invitationAccept"]


def sign_in(
    email: str,
    password: str = PASSWORD,
    host: str = "alpha.localhost",
    address: str = "127.0.0.1",
) -> dict:
    api = Api(host)
    api.client.defaults["REMOTE_ADDR"] = address
    return api.run(SIGN_IN, {"email": email, "password": password})["signInWithPassword"]


def node_id(by: Member, email: str) -> str:
    edges = by.api.run(STAFF)["staff"]["edges"]
    return next(edge["node"]["id"] for edge in edges if edge["node"]["email"] == email)


def test_a_colleague_is_invited_and_signs_in(alpha: TenantRef, ines: Member):
    invited = invite(ines, email=" Dora@Alpha.example")
    assert invited["invitationUrl"].startswith("http://alpha.localhost/invite?token=")
    with unchanged(alpha):
        assert sign_in("dora@alpha.example", "")["code"] == "WRONG_CREDENTIALS"
    dora = accept(token_of(invited))
    assert dora["person"]["email"] == "dora@alpha.example"
    viewer = Api("alpha.localhost").run(VIEWER, token=dora["token"])["viewer"]
    assert viewer == {
        "isStaff": True,
        "rights": ["COURIERS_READ", "ORDERS_MANAGE", "ORDERS_READ"],
    }
    assert "token" in sign_in("DORA@alpha.example")
    with tenant_scope(alpha):
        for session in Session.objects.exclude(person_id=ines.id):
            assert session.expires_at - session.created_at == timedelta(hours=12)
        kinds = list(SecurityEvent.objects.values_list("kind", flat=True).order_by("id"))
        assert kinds == ["invitation_accepted", "signed_in"]


def test_a_link_works_once_here_for_a_week(alpha: TenantRef, ines: Member):
    token = token_of(invite(ines))
    with unchanged(alpha):
        assert accept(token, host="beta.localhost")["code"] == "NOT_FOUND"
        assert accept(token + "x") == accept("")
        assert accept(token + "x")["code"] == "NOT_FOUND"
    answers = at_once(lambda: accept(token), lambda: accept(token))
    assert sorted("token" in answer for answer in answers) == [False, True]
    with unchanged(alpha):
        assert accept(token)["code"] == "NOT_FOUND"
    late = token_of(invite(ines, email="late@alpha.example"))
    with tenant_scope(alpha):
        invitation = Invitation.objects.latest("created_at")
        invitation.expires_at = invitation.created_at - timedelta(seconds=1)
        invitation.save()
    with unchanged(alpha):
        assert accept(late)["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 201, "dora@alpha.example", "DORA@ALPHA.EXAMPLE", "1234567890",
     "qwertyuiop", "password123", "good but\x07 odd"],
)  # fmt: skip
def test_a_password_that_is_too_easy_does_not_cost_the_link(
    alpha: TenantRef, ines: Member, password: str
):
    token = token_of(invite(ines))
    with unchanged(alpha):
        refused = accept(token, password)
        assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "password")
    assert "token" in accept(token)


def test_five_wrong_passwords_lock(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        Person.objects.filter(id=ines.id).update(password=make_password(PASSWORD))
    with unchanged(alpha):
        for _ in range(5):
            assert sign_in("ines@example.test", "wrong") == sign_in("x@example.test", "wrong")
        assert sign_in("ines@example.test")["code"] == "TOO_MANY_ATTEMPTS"
    with tenant_scope(alpha):
        assert SecurityEvent.objects.filter(kind="locked").count() == 1
    assert sign_in("ines@example.test", host="beta.localhost")["code"] == "WRONG_CREDENTIALS"
    # Whoever knows an email locks nobody out who comes from elsewhere.
    assert "token" in sign_in("ines@example.test", address="198.51.100.7")


def test_one_address_tries_so_many_emails(alpha: TenantRef):
    tried = [sign_in(f"{each}@example.test", "wrong")["code"] for each in range(51)]
    assert tried == ["WRONG_CREDENTIALS"] * 50 + ["TOO_MANY_ATTEMPTS"]
    elsewhere = sign_in("0@example.test", "wrong", address="198.51.100.7")
    assert elsewhere["code"] == "WRONG_CREDENTIALS"


def test_who_has_not_accepted_is_invited_anew(alpha: TenantRef, ines: Member):
    first, second = token_of(invite(ines)), token_of(invite(ines, role=SUPPORT))
    with unchanged(alpha):
        assert accept(first)["code"] == "NOT_FOUND"
    assert "token" in accept(second)
    with unchanged(alpha):
        assert invite(ines)["code"] == "EMAIL_TAKEN"
        assert invite(ines, email="ines@example.test")["code"] == "EMAIL_TAKEN"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": "customer"}, "NOT_FOUND"),
        ({"role": "courier"}, "NOT_FOUND"),
        ({"role": "emperor"}, "NOT_FOUND"),
        ({"email": "nobody"}, "INVALID_INPUT"),
        ({"email": "a@b\x07.example"}, "INVALID_INPUT"),
        ({"email": f"{'x' * 300}@alpha.example"}, "INVALID_INPUT"),
        ({"name": ""}, "INVALID_INPUT"),
        ({"name": "x" * 61}, "INVALID_INPUT"),
    ],
)
def test_bad_invitations(alpha: TenantRef, ines: Member, changes: dict, code: str):
    given = {"name": "Dora", "email": "dora@alpha.example", "role": DISPATCHER, **changes}
    with unchanged(alpha):
        assert ines.api.run(INVITE, given)["staffInvite"]["code"] == code


def test_a_change_of_rights_holds_from_the_next_request(alpha: TenantRef, ines: Member):
    dora = Api("alpha.localhost")
    token = accept(token_of(invite(ines)))["token"]
    dora_id = node_id(ines, "dora@alpha.example")
    assert dora.error_code(STAFF, token=token) == "FORBIDDEN"
    granted = ines.api.run(GRANT, {"id": dora_id, "role": ADMINISTRATOR})["staffGrant"]
    assert [role["key"] for role in granted["staffMember"]["roles"]] == [
        ADMINISTRATOR,
        DISPATCHER,
    ]
    assert dora.run(STAFF, token=token)["staff"]["totalCount"] == 2
    for _ in range(2):  # twice is once
        revoked = ines.api.run(REVOKE, {"id": dora_id, "role": ADMINISTRATOR})["staffRevoke"]
        assert [role["key"] for role in revoked["staffMember"]["roles"]] == [DISPATCHER]
    assert dora.error_code(STAFF, token=token) == "FORBIDDEN"
    ines.api.run(REVOKE, {"id": dora_id, "role": DISPATCHER})
    assert dora.run(VIEWER, token=token)["viewer"] == {"isStaff": False, "rights": []}


def test_live_readers_are_told_to_look_again(
    alpha: TenantRef, ines: Member, monkeypatch: pytest.MonkeyPatch
):
    """A socket re-checks its session when it is hinted at: see schema/live."""
    hints: list[str] = []

    class Recorder:
        def publish(self, scope_label: str, *, log_only: bool) -> None:
            assert not log_only
            hints.append(scope_label)

    dora = cast(alpha).person(10, "Dora", DISPATCHER, email="dora@example.test")
    dora_id = node_id(ines, "dora@example.test")
    monkeypatch.setattr(events, "_publisher", Recorder())
    ines.api.run(GRANT, {"id": dora_id, "role": SUPPORT})
    ines.api.run(REVOKE, {"id": dora_id, "role": SUPPORT})
    dora.api.run("mutation { signOut { __typename } }")
    assert hints == [alpha.label] * 3
    ines.api.run(GRANT, {"id": dora_id, "role": "emperor"})
    assert len(hints) == 3


def test_a_staff_role_shortens_the_sessions_that_are_open(alpha: TenantRef, ines: Member):
    maya = cast(alpha).maya
    with tenant_scope(alpha):
        Invitation.objects.create(
            person_id=maya.id,
            token_digest=b"x" * 16,
            created_at=Session.objects.get(id=maya.session_id).created_at,
            expires_at=Session.objects.get(id=maya.session_id).created_at,
        )
    with tenant_scope(alpha):
        before = Session.objects.get(id=maya.session_id)
    ines.api.run(GRANT, {"id": node_id(ines, None), "role": SUPPORT})
    with tenant_scope(alpha):
        session = Session.objects.get(id=maya.session_id)
        assert session.expires_at < before.expires_at
        assert session.expires_at - before.created_at < timedelta(hours=13)


def test_the_last_administrator_stays(alpha: TenantRef, ines: Member):
    itself = {"id": node_id(ines, "ines@example.test"), "role": ADMINISTRATOR}
    with unchanged(alpha):
        assert ines.api.run(REVOKE, itself)["staffRevoke"]["code"] == "LAST_ADMINISTRATOR"
    token = token_of(invite(ines, role=ADMINISTRATOR))
    with unchanged(alpha):  # an invitation that nobody has accepted cannot run the place
        assert ines.api.run(REVOKE, itself)["staffRevoke"]["code"] == "LAST_ADMINISTRATOR"
    accept(token)
    assert ines.api.run(REVOKE, itself)["staffRevoke"]["staffMember"]["roles"] == []


def two_administrators(alpha: TenantRef) -> tuple[Member, Member]:
    people = cast(alpha)
    return people.ines, people.person(10, "Igor", ADMINISTRATOR, email="igor@example.test")


def test_two_administrators_who_revoke_each_other_leave_one(alpha: TenantRef):
    ines, igor = two_administrators(alpha)
    first = {"id": node_id(ines, "igor@example.test"), "role": ADMINISTRATOR}
    second = {"id": node_id(ines, "ines@example.test"), "role": ADMINISTRATOR}
    at_once(lambda: ines.api.run(REVOKE, first), lambda: igor.api.run(REVOKE, second))
    with tenant_scope(alpha):
        assert Grant.objects.filter(role__key=ADMINISTRATOR).count() == 1


def test_without_the_lock_both_would_go(alpha: TenantRef):
    """The race that the roles' lock closes: both look, both see the other, both revoke."""
    ines, igor = two_administrators(alpha)
    looked = threading.Barrier(2)

    def revoke_unlocked(person_id: UUID) -> None:
        with tenant_scope(alpha), transaction.atomic():
            assert _others_manage_staff(person_id, ADMINISTRATOR)
            looked.wait()
            role_revoke(person_id=person_id, role=ADMINISTRATOR, at=clock.now())

    at_once(lambda: revoke_unlocked(ines.id), lambda: revoke_unlocked(igor.id))
    with tenant_scope(alpha):
        assert not Grant.objects.filter(role__key=ADMINISTRATOR).exists()


def test_nobody_gives_more_than_they_hold(alpha: TenantRef, ines: Member):
    with tenant_scope(alpha):
        Role.objects.create(key="recruiter", name={"en": "Recruiter"}, rights=["staff_manage"])
    rita = cast(alpha).person(10, "Rita", "recruiter", email="rita@example.test")
    itself = node_id(ines, "rita@example.test")
    with unchanged(alpha):
        assert rita.api.error_code(GRANT, {"id": itself, "role": ADMINISTRATOR}) == "FORBIDDEN"
        given = {"name": "Dora", "email": "dora@alpha.example", "role": SUPPORT}
        assert rita.api.error_code(INVITE, given) == "FORBIDDEN"
    assert "invitationUrl" in invite(rita, role="recruiter")


def test_staff_is_the_business_of_who_manages_it(alpha: TenantRef, beta: TenantRef):
    people = cast(alpha)
    dora = people.person(10, "Dora", DISPATCHER, email="dora@example.test")
    itself = node_id(people.ines, "dora@example.test")
    node = "query ($id: ID!) { node(id: $id) { ... on StaffMember { name } } }"
    given = {"name": "X", "email": "x@example.test", "role": SUPPORT}
    run = {"id": itself, "role": DISPATCHER}
    documents = [(STAFF, {}), ("{ staffRoles { key } }", {}), (INVITE, given)]
    documents += [(GRANT, run), (REVOKE, run)]
    customers = [people.maya, people.tomas]
    with unchanged(alpha):
        for document, variables in documents:
            assert Api("alpha.localhost").error_code(document, variables) == "UNAUTHENTICATED"
            for member in (*customers, dora):
                assert member.api.error_code(document, variables) == "FORBIDDEN"
            foreign = cast(beta).ines.token
            answer = Api("alpha.localhost").error_code(document, variables, token=foreign)
            assert answer == "UNAUTHENTICATED"
        assert dora.api.run(node, {"id": itself}) == {"node": None}
        assert cast(beta).ines.api.run(node, {"id": itself}) == {"node": None}
    assert people.ines.api.run(node, {"id": itself}) == {"node": {"name": "Dora"}}


@pytest.mark.parametrize("what", ["customer", "other type", "nonsense", "never"])
def test_who_is_no_member_of_staff(alpha: TenantRef, ines: Member, what: str):
    maya = cast(alpha).maya
    ids = {
        "customer": global_id("StaffMember", maya.id),
        "other type": global_id("Person", ines.id),
        "nonsense": global_id("StaffMember", "1"),
        "never": global_id("StaffMember", uuid4()),
    }
    given = {"id": ids[what], "role": DISPATCHER}
    with unchanged(alpha):
        for document, name in ((GRANT, "staffGrant"), (REVOKE, "staffRevoke")):
            refused = ines.api.run(document, given)[name]
            assert refused == {"code": "NOT_FOUND", "message": "There is no such StaffMember."}


@pytest.mark.parametrize("extra", [1, 8])
def test_the_list_takes_the_same_queries_for_any_number(
    alpha: TenantRef, extra: int, django_assert_num_queries
):
    people = cast(alpha)
    ines = people.ines
    for number in range(extra):
        roles = (DISPATCHER, SUPPORT)[: 1 + number % 2]
        people.person(10 + number, f"P{number}", *roles, email=f"p{number}@example.test")
    # The session with its rights; the people with their count; their roles.
    with django_assert_num_queries(3):
        staff = ines.api.run(STAFF)["staff"]
    assert staff["totalCount"] == extra + 1
    assert staff["edges"][1]["node"]["roles"][0]["name"] == "Dispatcher"


FOUND = """
query($text: String = "", $ids: [ID!]) {
  staff(text: $text, ids: $ids) { totalCount edges { node { name } } } }
"""


def found(by: Member, **asked: object) -> list[str]:
    edges = by.api.run(FOUND, asked)["staff"]["edges"]
    return [edge["node"]["name"] for edge in edges]


def test_staff_are_found_by_some_of_their_name_or_email(alpha: TenantRef, ines: Member):
    invite(ines, "dora@alpha.example")
    assert cast(alpha).maya
    assert found(ines) == ["Ines", "Dora"]
    assert found(ines, text=" OR") == ["Dora"]
    assert found(ines, text="@ALPHA") == ["Dora"]
    assert found(ines, text="maya") == []  # who is no staff
    mine, hers = (global_id("StaffMember", each) for each in (ines.id, cast(alpha).maya.id))
    assert found(ines, ids=[mine, hers]) == ["Ines"]
    assert found(ines, ids=[mine], text="dora") == []
    assert found(ines, ids=[]) == []
    assert ines.api.error_code(FOUND, {"ids": [mine] * 101}) == "INVALID_INPUT"
