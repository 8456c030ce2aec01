"""Customers sign in by a code sent to their phone."""

import re
import threading
from datetime import timedelta

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Attempt, Grant, Person, PhoneCode, SecurityEvent, Session
from tenants.access.services.sign_in import CODES_OF_ADDRESS
from tests.support.cast import cast
from tests.support.database import admin_connection
from tests.support.graphql import Api
from tests.support.threads import at_once

PHONE = "+8613900001111"
REQUEST = """
mutation Request($phone: String!) {
  phoneCodeRequest(input: {phone: $phone}) {
    __typename
    ... on PhoneCodeRequestSuccess { secondsValid }
    ... on PhoneCodeTooSoonError { retryAt }
    ... on UserError { code message }
  }
}
"""
SIGN_IN = """
mutation SignIn($phone: String!, $code: String!, $name: String) {
  signInWithPhone(input: {phone: $phone, code: $code, name: $name}) {
    __typename
    ... on SignInSuccess { token expiresAt person { id name phone email language } }
    ... on InvalidInputError { field }
    ... on UserError { code message }
  }
}
"""
VIEWER = "{ viewer { isStaff rights person { name } } }"


@pytest.fixture
def api(alpha: TenantRef) -> Api:
    return Api("alpha.localhost")


class Phone:
    """Somebody's phone: asks for codes and reads what arrives."""

    def __init__(self, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
        self.api = api
        self.capsys = capsys

    def request(self, phone: str = PHONE) -> dict:
        return self.api.run(REQUEST, {"phone": phone})["phoneCodeRequest"]

    def code(self, phone: str = PHONE) -> str:
        self.capsys.readouterr()
        assert self.request(phone)["__typename"] == "PhoneCodeRequestSuccess"
        lines = [line for line in self.capsys.readouterr().out.splitlines() if "SMS" in line]
        found = re.fullmatch(r"SMS alpha to (\+\d+): your code is (\d{6})", lines[-1])
        assert found is not None
        return found[2]

    def sign_in(self, code: str, phone: str = PHONE, name: str | None = None) -> dict:
        return self.api.run(SIGN_IN, {"phone": phone, "code": code, "name": name})[
            "signInWithPhone"
        ]


@pytest.fixture
def phone(api: Api, capsys: pytest.CaptureFixture[str]) -> Phone:
    return Phone(api, capsys)


def rows(tenant: TenantRef) -> tuple[int, int, int]:
    with tenant_scope(tenant):
        return Person.objects.count(), Session.objects.count(), Grant.objects.count()


def age_codes(tenant: TenantRef, by: timedelta) -> None:
    """Let `by` pass for every code."""
    with tenant_scope(tenant):
        for code in PhoneCode.objects.all():
            code.created_at -= by
            code.expires_at -= by
            code.save()


def other_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_newcomer_becomes_a_customer(alpha: TenantRef, api: Api, phone: Phone):
    signed_in = phone.sign_in(phone.code("139 0000 1111"), name=" Mei ")
    assert signed_in["person"] | {"id": ""} == {
        "id": "",
        "name": "Mei",
        "phone": PHONE,
        "email": None,
        "language": None,
    }
    viewer = api.run(VIEWER, token=signed_in["token"])["viewer"]
    assert viewer == {
        "isStaff": False,
        "rights": ["ORDER_AS_CUSTOMER"],
        "person": {"name": "Mei"},
    }
    with tenant_scope(alpha):
        session = Session.objects.get()
        assert session.expires_at - session.created_at == timedelta(days=30)
        event = SecurityEvent.objects.get(kind="signed_in")
        assert event.actor_id == session.person_id and event.data == {"by": "phone"}
    age_codes(alpha, timedelta(minutes=2))
    again = phone.sign_in(phone.code(), name="Somebody Else")
    assert again["person"]["name"] == "Mei" and again["person"]["id"] == signed_in["person"]["id"]


def test_what_is_stored_tells_nothing(alpha: TenantRef, phone: Phone, api: Api):
    code = phone.code()
    token = phone.sign_in(code, name="Mei")["token"]
    with admin_connection() as admin:
        for table in ("person", "phonecode", "session", "attempt", "securityevent"):
            stored = admin.execute(f'SELECT t::text FROM "{alpha.schema}".access_{table} t')
            text = "\n".join(row[0] for row in stored.fetchall())
            assert text
            for secret in (PHONE, PHONE[3:], code, token, "Mei"):
                assert secret not in text
                assert secret.encode().hex() not in text


def test_a_code_works_once_and_not_at_the_neighbours(alpha: TenantRef, phone: Phone):
    code = phone.code()
    before = rows(alpha)
    wrong = phone.sign_in(other_code(code))
    assert wrong["code"] == "WRONG_CREDENTIALS"
    assert phone.sign_in(code, phone="+8613900002222") == wrong
    beta = Api("beta.localhost").run(SIGN_IN, {"phone": PHONE, "code": code})
    assert beta["signInWithPhone"] == wrong
    assert rows(alpha) == before
    assert "token" in phone.sign_in(code)
    assert phone.sign_in(code) == wrong


def test_a_code_ends_after_five_minutes_and_with_the_next(alpha: TenantRef, phone: Phone):
    first = phone.code()
    age_codes(alpha, timedelta(seconds=61))
    second = phone.code()
    if first != second:
        assert phone.sign_in(first)["code"] == "WRONG_CREDENTIALS"
    age_codes(alpha, timedelta(minutes=5))
    assert phone.sign_in(second)["code"] == "WRONG_CREDENTIALS"


def test_five_wrong_codes_lock_the_phone_though_a_sixth_is_right(alpha: TenantRef, phone: Phone):
    code = phone.code()
    before = rows(alpha)
    for _ in range(5):
        assert phone.sign_in(other_code(code))["code"] == "WRONG_CREDENTIALS"
    for _ in range(3):  # that it is locked is written down once
        assert phone.sign_in(code)["code"] == "TOO_MANY_ATTEMPTS"
    assert rows(alpha) == before
    with tenant_scope(alpha):
        assert Attempt.objects.filter(kind="phone_code").count() == 5
        assert SecurityEvent.objects.filter(kind="locked").count() == 1
        # Fifteen minutes later the right code of that time would do.
        Attempt.objects.update(at=clock.now() - timedelta(minutes=16))
    assert "token" in phone.sign_in(code)


def test_parallel_guesses_are_counted_one_after_another(alpha: TenantRef, phone: Phone):
    code = phone.code()
    guesses = [lambda: phone.sign_in(other_code(code))["code"]] * 8
    answers = at_once(*guesses)
    assert sorted(answers) == ["TOO_MANY_ATTEMPTS"] * 3 + ["WRONG_CREDENTIALS"] * 5


def test_without_the_lock_all_of_them_would_be_judged(alpha: TenantRef):
    """The race that the attempts' lock closes: all count before any is counted."""
    counted = threading.Barrier(8)

    def guess_unlocked() -> int:
        with tenant_scope(alpha):
            failures = Attempt.objects.filter(succeeded=False).count()
            counted.wait()
            Attempt.objects.create(kind="phone_code", subject=b"x", at=clock.now())
            return failures

    assert at_once(*[guess_unlocked] * 8) == [0] * 8


def test_one_code_twice_at_once_signs_in_once(alpha: TenantRef, phone: Phone):
    code = phone.code()
    answers = at_once(lambda: phone.sign_in(code), lambda: phone.sign_in(code))
    assert sorted(answer["__typename"] for answer in answers) == [
        "SignInSuccess",
        "WrongCredentialsError",
    ]
    assert rows(alpha)[1] == 1


def test_codes_are_rationed(alpha: TenantRef, phone: Phone):
    sent = []
    for _ in range(5):
        sent.append(phone.code())
        refused = phone.request()
        assert refused["code"] == "PHONE_CODE_TOO_SOON" and refused["retryAt"]
        age_codes(alpha, timedelta(minutes=2))
    assert phone.request()["code"] == "PHONE_CODE_TOO_SOON"  # the sixth within the hour
    assert phone.code("+8613900002222")  # nobody else is held up
    age_codes(alpha, timedelta(minutes=51))
    assert phone.code()


def test_of_two_requests_at_once_one_is_too_soon(phone: Phone):
    answers = at_once(phone.request, phone.request, phone.request)
    assert sorted(answer["__typename"] for answer in answers) == [
        "PhoneCodeRequestSuccess",
        "PhoneCodeTooSoonError",
        "PhoneCodeTooSoonError",
    ]


def test_a_known_phone_and_an_unknown_one_are_answered_alike(alpha: TenantRef, phone: Phone):
    cast(alpha).maya  # noqa: B018
    assert phone.request("+8613800138001") == phone.request("+8613800138999")


def test_numbers_are_read_as_dialled_in_the_operators_country(phone: Phone):
    beta = Api("beta.localhost")
    assert phone.request("139 0000 1111")["secondsValid"] == 300
    assert beta.run(REQUEST, {"phone": "07400 123456"})["phoneCodeRequest"]["secondsValid"] == 300
    assert beta.run(REQUEST, {"phone": "139 0000 1111"})["phoneCodeRequest"]["code"] == (
        "INVALID_INPUT"
    )


@pytest.mark.parametrize(
    "number", ["", "+", "12", "+86139", "+999123456789", "x" * 4000, "+86 139 0000 111１１"]
)
def test_what_is_no_phone(alpha: TenantRef, phone: Phone, number: str):
    for answer in (phone.request(number), phone.sign_in("123456", phone=number)):
        assert answer["code"] == "INVALID_INPUT"
    with tenant_scope(alpha):
        assert not PhoneCode.objects.exists() and not Attempt.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "' OR '1'='1", "9" * 5000])
def test_what_is_no_code(alpha: TenantRef, phone: Phone, code: str):
    phone.code()
    before = rows(alpha)
    assert phone.sign_in(code)["code"] == "WRONG_CREDENTIALS"
    assert rows(alpha) == before


def test_a_name_that_is_none_does_not_cost_the_code(alpha: TenantRef, phone: Phone):
    code = phone.code()
    for name in ("", " ", "x" * 61, "a\x07b"):
        assert phone.sign_in(code, name=name)["field"] == "name"
    assert "token" in phone.sign_in(code)


def test_a_closed_account_reads_like_a_wrong_code(alpha: TenantRef, phone: Phone):
    phone.sign_in(phone.code())
    with tenant_scope(alpha):
        Person.objects.update(active=False)
    age_codes(alpha, timedelta(minutes=2))
    before = rows(alpha)
    assert phone.sign_in(phone.code())["code"] == "WRONG_CREDENTIALS"
    assert rows(alpha) == before


def test_fixed_codes_are_for_the_phones_that_are_named(phone: Phone, settings):
    settings.FIXED_PHONE_CODES = {PHONE: "246810"}
    assert phone.code() == "246810"
    assert phone.code() == "246810"
    assert "token" in phone.sign_in("246810")


def test_an_address_asks_for_so_many_codes_that_nobody_signs_in_with(
    alpha: TenantRef, phone: Phone
):
    numbers = [f"+86139000{each:05d}" for each in range(CODES_OF_ADDRESS + 2)]
    used = phone.code(numbers[-1])
    assert "token" in phone.sign_in(used, numbers[-1])  # which is not held against the address
    for number in numbers[:CODES_OF_ADDRESS]:
        assert phone.request(number)["__typename"] == "PhoneCodeRequestSuccess"
    before = rows(alpha)
    assert phone.request(numbers[-2])["code"] == "TOO_MANY_ATTEMPTS"
    assert rows(alpha) == before
    phone.api.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert phone.request(numbers[-2])["__typename"] == "PhoneCodeRequestSuccess"
