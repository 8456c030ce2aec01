"""A business signs up by itself: it proves its contact, and has a name like no other's."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from billing.models import Plan, Subscription
from kernel import clock
from kernel.tenancy import MAIN, platform_scope
from registry.fleet.pool import blank_make
from registry.models import OwnerAction, SignUp, SignUpAttempt, Tenant
from registry.sign_ups import sign_ups_forget
from tests.registry.conftest import catalog
from tests.support.database import PLATFORM_HOST, SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.threads import at_once

START = """
mutation Start($input: SignUpStartInput!) {
  signUpStart(input: $input) {
    __typename
    ... on SignUpStartSuccess { signUpId expiresAt }
    ... on InvalidInputError { field }
    ... on NotFoundError { what }
    ... on UserError { code message }
  }
}
"""
CONFIRM = """
mutation Confirm($input: SignUpConfirmInput!) {
  signUpConfirm(input: $input) {
    __typename
    ... on SignUpConfirmSuccess { host invitationUrl }
    ... on InvalidInputError { field }
    ... on NotFoundError { what }
    ... on UserError { code message }
  }
}
"""
OPTIONS = "{ signUpOptions { templates { key title summary } } }"


@pytest.fixture(autouse=True)
def plan() -> str:
    """The plan that everybody chooses here."""
    with platform_scope():
        return str(Plan.objects.filter(offered=True).values_list("key", flat=True)[0])


def inputs(**changes: Any) -> dict[str, Any]:
    with platform_scope():
        plan = Plan.objects.filter(offered=True).first()
        assert plan is not None
    given = {
        "name": "Gamma Errands",
        "slug": "gamma",
        "contactName": "Gina",
        "email": "Gina@Gamma.example",
        "language": "en",
        "currency": "GBP",
        "timeZone": "Europe/London",
        "template": "campus_errands",
        "plan": plan.key,
    }
    return {"input": {**given, **changes}}


def start(**changes: Any) -> dict[str, Any]:
    return Api(PLATFORM_HOST).run(START, inputs(**changes))["signUpStart"]


def confirm(sign_up_id: str, code: str, **more: Any) -> dict[str, Any]:
    given = {"input": {"signUpId": sign_up_id, "code": code, **more}}
    return Api(PLATFORM_HOST).run(CONFIRM, given)["signUpConfirm"]


def code_mailed() -> str:
    found = re.search(r"\b\d{6}\b", mail.outbox[-1].body)
    assert found is not None
    return found[0]


def begun(**changes: Any) -> tuple[str, str]:
    """A sign-up, and the code that was mailed for it."""
    return start(**changes)["signUpId"], code_mailed()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@contextmanager
def nothing_made() -> Iterator[None]:
    def there() -> tuple[Any, ...]:
        with platform_scope():
            return Tenant.objects.count(), Subscription.objects.count(), catalog()

    before = there()
    yield
    assert there() == before


def test_a_business_is_live_after_its_code(plan: str):
    answer = start()
    assert answer["__typename"] == "SignUpStartSuccess"
    (message,) = mail.outbox
    assert message.to == ["gina@gamma.example"] and "gamma.localhost" in message.body
    done = confirm(answer["signUpId"], f" {code_mailed()} ")
    assert done["host"] == "gamma.localhost"
    gamma = Api("gamma.localhost")
    brand = gamma.run("{ brand { name currency timeZone } }")["brand"]
    assert brand == {"name": "Gamma Errands", "currency": "GBP", "timeZone": "Europe/London"}
    token = parse_qs(urlsplit(done["invitationUrl"]).query)["token"][0]
    accept = """mutation ($token: String!) {
      invitationAccept(input: {token: $token, password: "a fine long password"}) {
        ... on SignInSuccess { token person { name email } }
      }
    }"""
    signed_in = gamma.run(accept, {"token": token})["invitationAccept"]
    assert signed_in["person"] == {"name": "Gina", "email": "gina@gamma.example"}
    with platform_scope():
        tenant = Tenant.objects.select_related("template_version__template").get(slug="gamma")
        assert (tenant.state, tenant.terms["plan"]) == ("trial", plan)
        assert tenant.template_version.template.key == "campus_errands"
        assert Subscription.objects.get(tenant=tenant).plan.key == plan
        assert SignUp.objects.get().confirmed_at is not None
        assert OwnerAction.objects.filter(action="signUpConfirm", tenant=tenant).count() == 1


def test_a_code_can_come_as_a_text_message(capsys: pytest.CaptureFixture[str]):
    sign_up_id = start(phone="+447400123456")["signUpId"]
    found = re.fullmatch(
        r"SMS platform to \+447400123456: your code is (\d{6})",
        capsys.readouterr().out.splitlines()[-1],
    )
    assert found is not None and mail.outbox == []
    assert confirm(sign_up_id, found[1])["host"] == "gamma.localhost"


def test_the_code_speaks_the_business_language():
    begun(language="zh-Hans")
    assert "验证码" in mail.outbox[-1].subject
    begun(language="fr", slug="delta")
    assert "is your code" in mail.outbox[-1].subject


def test_confirmed_twice_it_is_one_tenant():
    sign_up_id, code = begun()
    first = confirm(sign_up_id, code)
    assert confirm(sign_up_id, code) == first
    assert confirm(sign_up_id, code, slug="delta") == first
    with platform_scope():
        assert Tenant.objects.count() == 3


def test_confirmed_twice_at_once_it_is_one_tenant():
    sign_up_id, code = begun()
    answers = at_once(
        lambda: confirm(sign_up_id, code), lambda: confirm(sign_up_id, code, slug="delta")
    )
    assert answers[0] == answers[1]
    with platform_scope():
        assert Tenant.objects.count() == 3


@pytest.mark.parametrize("pool", [0, 2])
def test_of_two_for_one_name_at_once_one_wins(before: set[str], pool: int):
    for _ in range(pool):
        blank_make(server=MAIN, at=SOME_DAY)
    first, second = begun(), begun(email="other@gamma.example")
    were = catalog()
    answers = at_once(lambda: confirm(*first), lambda: confirm(*second))
    assert sorted(answer["__typename"] for answer in answers) == [
        "SignUpConfirmSuccess",
        "SlugTakenError",
    ]
    assert len(catalog() - before) == max(2, 2 * pool) and (pool == 0 or catalog() == were)
    loser = second if answers[0]["__typename"] == "SignUpConfirmSuccess" else first
    assert confirm(*loser)["code"] == "SLUG_TAKEN"
    assert confirm(*loser, slug="delta")["host"] == "delta.localhost"


def test_of_two_that_look_alike_at_once_one_wins():
    first, second = begun(slug="gamma"), begun(slug="garnma", email="other@gamma.example")
    answers = at_once(lambda: confirm(*first), lambda: confirm(*second))
    assert sorted(answer["__typename"] for answer in answers) == [
        "SignUpConfirmSuccess",
        "SlugLooksAlikeError",
    ]


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("alpha", "SLUG_TAKEN"),
        ("a1pha", "SLUG_LOOKS_ALIKE"),
        ("aipha", "SLUG_LOOKS_ALIKE"),
        ("al-pha", "SLUG_LOOKS_ALIKE"),
        ("admin", "INVALID_INPUT"),
        ("adrnin", "SLUG_LOOKS_ALIKE"),
        ("b1lling", "SLUG_LOOKS_ALIKE"),
        ("vvvvvv", "SLUG_LOOKS_ALIKE"),
        ("xn--gamma", "INVALID_INPUT"),
        ("Gamma", "INVALID_INPUT"),
        ("g" * 64, "INVALID_INPUT"),
        ("", "INVALID_INPUT"),
    ],
)
def test_names_that_cannot_be(slug: str, code: str):
    with nothing_made():
        assert start(slug=slug)["code"] == code
        sign_up_id, number = begun()
        assert confirm(sign_up_id, number, slug=slug)["code"] == code
    with platform_scope():
        assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"contactName": ""}, "contactName"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\nBcc: all@b.example"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"language": "klingon"}, "language"),
        ({"currency": "ZZZ"}, "currency"),
        ({"timeZone": "Asia/Atlantis"}, "timeZone"),
    ],
)
def test_bad_values_are_named(changes: dict[str, str], field: str):
    refused = start(**changes)
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", field)
    assert mail.outbox == []
    with platform_scope():
        assert SignUp.objects.count() == SignUpAttempt.objects.count() == 0


@pytest.mark.parametrize(("field", "what"), [("template", "Template"), ("plan", "Plan")])
def test_a_choice_that_is_not_offered(field: str, what: str):
    assert start(**{field: "golden"})["what"] == what
    with platform_scope():
        Plan.objects.update(offered=False)
        plan = Plan.objects.values_list("key", flat=True)[0]
    with platform_scope():
        Plan.objects.exclude(key=plan).update(offered=True)
    assert start(plan=plan)["what"] == "Plan"
    assert mail.outbox == []


def test_five_wrong_codes_end_it():
    sign_up_id, code = begun()
    with nothing_made():
        for _ in range(5):
            assert confirm(sign_up_id, wrong(code))["code"] == "WRONG_CREDENTIALS"
        assert confirm(sign_up_id, code)["code"] == "SIGN_UP_OVER"
    assert confirm(*begun(email="other@gamma.example"))["host"] == "gamma.localhost"


def test_a_right_code_does_not_count():
    sign_up_id, code = begun()
    for _ in range(4):
        confirm(sign_up_id, wrong(code))
    for _ in range(3):
        assert confirm(sign_up_id, code)["host"] == "gamma.localhost"


@pytest.mark.parametrize("code", ["", "000", "x" * 5000, "' OR 1=1 --", "１２３４５６"])
def test_garbage_is_wrong_and_nothing_more(code: str):
    sign_up_id, _ = begun()
    with nothing_made():
        assert confirm(sign_up_id, code)["code"] == "WRONG_CREDENTIALS"


def row(sign_up_id: str) -> SignUp:
    with platform_scope():
        return SignUp.objects.get(id=b64decode(sign_up_id).decode().partition(":")[2])


def test_a_code_is_good_for_half_an_hour():
    sign_up_id, code = begun()
    found = row(sign_up_id)
    with nothing_made():
        with platform_scope():
            SignUp.objects.update(expires_at=clock.now())
        assert confirm(sign_up_id, code)["code"] == "SIGN_UP_OVER"
    assert found.expires_at - found.created_at == timedelta(minutes=30)


def test_one_code_opens_one_sign_up():
    first, second = begun(), begun(slug="delta")
    with nothing_made():
        assert confirm(first[0], second[1])["code"] == "WRONG_CREDENTIALS"
        assert confirm(global_id("SignUp", UUID(int=7)), first[1])["what"] == "SignUp"


def test_neither_code_nor_contact_can_be_read():
    sign_up_id, code = begun()
    start(phone="+447400123456", slug="delta")
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT row(s)::text FROM registry_signup s")
        kept = " ".join(line for (line,) in cursor.fetchall())
        cursor.execute("SELECT row(a)::text FROM registry_signupattempt a")
        kept += " ".join(line for (line,) in cursor.fetchall())
    for secret in ("gina@gamma", "Gina", "7400123456", code):
        assert secret not in kept and secret.encode().hex() not in kept
    assert row(sign_up_id).contact == "gina@gamma.example"


def test_three_an_hour_to_one_contact():
    for number in range(3):
        assert "signUpId" in start(slug=f"gamma{number}")
    assert start(slug="delta")["code"] == "SIGN_UPS_TOO_MANY"
    assert start(slug="delta", email="GINA@gamma.example ")["code"] == "SIGN_UPS_TOO_MANY"
    assert len(mail.outbox) == 3
    assert "signUpId" in start(slug="delta", email="other@gamma.example")
    with platform_scope():
        SignUpAttempt.objects.update(at=clock.now() - timedelta(hours=1))
    assert "signUpId" in start(slug="delta")


def test_ten_an_hour_from_one_address(settings: Settings):
    settings.TRUSTED_PROXIES = 1

    def from_(address: str, number: int) -> dict[str, Any]:
        given = inputs(slug=f"gamma{number}", email=f"gina{number}@gamma.example")
        answer = Api(PLATFORM_HOST).post(START, given, X_Forwarded_For=f"1.2.3.4, {address}")
        return answer["data"]["signUpStart"]

    for number in range(10):
        assert "signUpId" in from_(f"2001:db8::{number}", number)
    assert from_("2001:db8::99", 10)["code"] == "SIGN_UPS_TOO_MANY"
    assert "signUpId" in from_("2001:db8:1::1", 11)
    with platform_scope():
        assert SignUp.objects.count() == 11


def test_a_mail_that_cannot_be_sent_is_said(settings: Settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1},
        }
    }
    assert start()["code"] == "CODE_NOT_SENT"


def test_a_failure_half_way_leaves_the_sign_up_to_be_confirmed_again():
    sign_up_id, code = begun()
    with platform_scope():
        Plan.objects.update(offered=False)
    with nothing_made():
        answer = Api(PLATFORM_HOST).post(CONFIRM, {"input": {"signUpId": sign_up_id, "code": code}})
        assert answer["data"]["signUpConfirm"]["what"] == "Plan"
    assert row(sign_up_id).tenant is None
    with platform_scope():
        Plan.objects.update(offered=True)
    assert confirm(sign_up_id, code)["host"] == "gamma.localhost"


def test_what_a_killed_process_left_is_taken_back():
    sign_up_id, code = begun()
    first = confirm(sign_up_id, code)
    with platform_scope():  # as if it had not come to its end
        Subscription.objects.filter(tenant__slug="gamma").delete()
        OwnerAction.objects.using("owner").filter(tenant__slug="gamma").delete()
        Tenant.objects.filter(slug="gamma").update(state="preparing")
    assert confirm(sign_up_id, code) == first
    with platform_scope():
        assert Tenant.objects.filter(slug="gamma", state="trial").count() == 1


def test_what_nothing_can_come_of_is_forgotten():
    sign_up_id, code = begun()
    confirm(sign_up_id, code)
    with platform_scope():
        sign_ups_forget(at=clock.now() + timedelta(hours=24))
        assert SignUp.objects.count() == 1
        sign_ups_forget(at=clock.now() + timedelta(hours=25))
        assert SignUp.objects.count() == SignUpAttempt.objects.count() == 0
        assert Tenant.objects.filter(slug="gamma").exists()


def test_the_choices_speak_the_callers_language():
    api = Api(PLATFORM_HOST)
    chinese = api.run(OPTIONS, language="zh-Hans")["signUpOptions"]["templates"]
    assert chinese[0] | {"summary": ""} == {
        "key": "campus_errands",
        "title": "校园跑腿",
        "summary": "",
    }
    assert Api("alpha.localhost").error_code(OPTIONS) == "WRONG_HOST"
    assert Api("alpha.localhost").error_code(START, inputs()) == "WRONG_HOST"
