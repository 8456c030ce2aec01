"""Owners: made by command, signed in by password, locked after five wrong tries."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from kernel import clock
from kernel.tenancy import platform_scope
from registry.models import OwnerAccount, OwnerAttempt, OwnerSession
from registry.owners import owners_forget
from tests.support.cast import cast, olga
from tests.support.database import ALPHA_HOST, PLATFORM_HOST
from tests.support.graphql import Api

PASSWORD = "correct horse battery"
SIGN_IN = """
mutation SignIn($email: String!, $password: String!) {
  ownerSignIn(input: {email: $email, password: $password}) {
    __typename
    ... on OwnerSignInSuccess { token expiresAt }
    ... on UserError { code message }
  }
}
"""
SELF = "{ ownerSelf { name email } }"


@pytest.fixture
def platform() -> Api:
    return Api(PLATFORM_HOST)


@pytest.fixture
def _owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_ACCOUNT_PASSWORD", PASSWORD)
    call_command("owner", "create", email="Olga@Daiqu.example", name="Olga")


def sign_in(api: Api, email: str = "olga@daiqu.example", password: str = PASSWORD) -> dict:
    return api.run(SIGN_IN, {"email": email, "password": password})["ownerSignIn"]


def count(model: type) -> int:
    with platform_scope():
        return model.objects.count()


@pytest.mark.usefixtures("_owner")
def test_an_owner_signs_in_and_out(platform: Api):
    token = sign_in(platform, "OLGA@daiqu.example ")["token"]
    assert platform.run(SELF, token=token) == {
        "ownerSelf": {"name": "Olga", "email": "olga@daiqu.example"}
    }
    with platform_scope():
        kept = bytes(OwnerSession.objects.get().token_digest)
    assert token.encode() not in kept
    platform.run("mutation { ownerSignOut { __typename } }", token=token)
    assert platform.error_code(SELF, token=token) == "UNAUTHENTICATED"


def test_the_command_refuses_what_it_cannot_take(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(CommandError, match="OWNER_ACCOUNT_PASSWORD"):
        call_command("owner", "create", email="olga@daiqu.example", name="Olga")
    for password, reason in {
        "short": "between 10",
        "olga@daiqu.example": "email",
        "qwertyuiop": "common",
    }.items():
        monkeypatch.setenv("OWNER_ACCOUNT_PASSWORD", password)
        with pytest.raises(CommandError, match=reason):
            call_command("owner", "create", email="olga@daiqu.example", name="Olga")
    monkeypatch.setenv("OWNER_ACCOUNT_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="email"):
        call_command("owner", "create", email="no address", name="Olga")
    assert count(OwnerAccount) == 0
    call_command("owner", "create", email="olga@daiqu.example", name="Olga")
    with pytest.raises(CommandError, match="already"):
        call_command("owner", "create", email="OLGA@daiqu.example", name="Olga")
    assert count(OwnerAccount) == 1


@pytest.mark.usefixtures("_owner")
def test_five_wrong_tries_lock_even_for_the_right_password(platform: Api):
    unknown = sign_in(platform, email="nobody@daiqu.example")
    for _ in range(5):
        wrong = sign_in(platform, password="wrong wrong wrong")
        assert wrong == unknown  # known or not reads the same
    assert sign_in(platform)["code"] == "TOO_MANY_ATTEMPTS"
    # Of the email from here, of the email, and of the address.
    assert count(OwnerAttempt) == 3 * 6 and count(OwnerSession) == 0
    connections["default"].close()  # what was counted survives every roll-back
    platform.client.defaults["REMOTE_ADDR"] = "198.51.100.7"  # who guesses locks out nobody else
    assert "token" in sign_in(platform)


@pytest.mark.usefixtures("_owner")
def test_a_right_password_forgives_what_was_wrong_before(platform: Api):
    for _ in range(2):
        for _ in range(4):
            sign_in(platform, password="wrong wrong wrong")
        assert "token" in sign_in(platform)


@pytest.mark.usefixtures("_owner")
def test_what_is_over_of_signing_in_is_dropped(platform: Api):
    sign_in(platform, password="wrong wrong wrong")
    assert "token" in sign_in(platform)
    for hours, left in {11: (6, 1), 25: (0, 1), 35: (0, 1), 37: (0, 0)}.items():
        with platform_scope():
            owners_forget(at=clock.now() + timedelta(hours=hours))
        assert (count(OwnerAttempt), count(OwnerSession)) == left


@pytest.mark.usefixtures("_owner")
@pytest.mark.parametrize("garbage", ["x" * 5000, "' OR 1=1 --", "a@\u200b.example", ""])
def test_garbage_is_wrong_and_nothing_more(platform: Api, garbage: str):
    assert sign_in(platform, email=garbage)["code"] == "INVALID_INPUT"
    assert sign_in(platform, password=garbage)["code"] == "WRONG_CREDENTIALS"
    assert count(OwnerSession) == 0


def test_only_owners_only_on_the_platform(platform: Api, alpha):
    documents = {
        SELF,
        "{ tenants { edges { node { slug } } } }",
        "{ templates { key } }",
        "mutation { ownerSignOut { __typename } }",
    }
    people = cast(alpha)
    for document in documents:
        assert platform.error_code(document) == "UNAUTHENTICATED"
        assert platform.error_code(document, token=people.ines.token) == "UNAUTHENTICATED"
        assert people.ines.api.error_code(document) == "WRONG_HOST"
        assert Api(ALPHA_HOST).error_code(document, token=olga().token) == "WRONG_HOST"
    assert Api(ALPHA_HOST).error_code(SIGN_IN, {"email": "", "password": ""}) == "WRONG_HOST"
    assert olga().api.error_code("{ viewer { isStaff } }") == "WRONG_HOST"
