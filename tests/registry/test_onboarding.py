"""An operator is onboarded whole or not at all, once per key, and is live at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from PIL import Image

from kernel import events
from kernel.refusals import InvalidInput
from kernel.tenancy import platform_scope
from registry.models import Domain, Onboarding, Tenant
from registry.onboarding import Administrator, Brand, Onboarded, tenant_onboard
from registry.provisioning import PROVISIONED, name_lock, tenant_reserve
from registry.schemas import schema_create
from tests.registry.conftest import catalog
from tests.support.cast import cast, olga
from tests.support.database import PLATFORM_HOST, SOME_DAY
from tests.support.graphql import Api
from tests.support.processes import manage
from tests.support.threads import at_once

ONBOARD = """
mutation Onboard($input: TenantOnboardInput!) {
  tenantOnboard(input: $input) {
    __typename
    ... on TenantOnboardSuccess {
      tenant { id slug name host state template { key } }
      invitationUrl
    }
    ... on InvalidInputError { field }
    ... on UserError { code message }
  }
}
"""


def inputs(**changes: Any) -> dict[str, Any]:
    """Variables of a good onboarding; `brand__language="xx"` changes an inner value."""
    given: dict[str, Any] = {
        "name": "Gamma",
        "slug": "gamma",
        "brand": {
            "name": [
                {"language": "zh-Hans", "text": "伽马跑腿"},
                {"language": "en", "text": "Gamma Errands"},
            ],
            "primaryColor": "#1677FF",
            "accentColor": "#fa8c16",
            "language": "zh-Hans",
            "currency": "CNY",
            "timeZone": "Asia/Shanghai",
        },
        "template": "campus_errands",
        "administrator": {"name": "Ines", "email": "Ines@Gamma.example"},
        "idempotencyKey": "first",
    }
    for path, value in changes.items():
        *inner, last = path.split("__")
        where = given
        for name in inner:
            where = where[name]
        where[last] = value
    return {"input": given}


def onboard(**changes: Any) -> dict[str, Any]:
    return olga().api.run(ONBOARD, inputs(**changes))["tenantOnboard"]


def rows() -> tuple[int, int, int]:
    with platform_scope():
        return Tenant.objects.count(), Domain.objects.count(), Onboarding.objects.count()


@contextmanager
def unchanged() -> Iterator[None]:
    """Neither rows nor schemas nor roles come of what is tried inside."""
    were = rows(), catalog()
    yield
    assert (rows(), catalog()) == were


def logo(size: tuple[int, int] = (40, 20)) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", size, "teal").save(content, "PNG")
    return SimpleUploadedFile("logo.png", content.getvalue(), "image/png")


def test_an_operator_is_live_at_once():
    done = olga().api.upload(ONBOARD, inputs(brand__logo=None), {"input.brand.logo": logo()})[
        "tenantOnboard"
    ]
    assert done["tenant"] | {"id": ""} == {
        "id": "",
        "slug": "gamma",
        "name": "Gamma",
        "host": "gamma.localhost",
        "state": "TRIAL",
        "template": {"key": "campus_errands"},
    }
    gamma = Api("gamma.localhost:8000")
    document = "{ brand { name slogan primaryColor currency timeZone logoUrl } }"
    brand = gamma.run(document, language="zh-Hans")["brand"]
    assert brand.pop("logoUrl").startswith("/files/")
    assert brand == {
        "name": "伽马跑腿",
        "slogan": "同学帮你跑一趟",
        "primaryColor": "#1677ff",
        "currency": "CNY",
        "timeZone": "Asia/Shanghai",
    }
    link = urlsplit(done["invitationUrl"])
    assert (link.scheme, link.netloc, link.path) == ("http", "gamma.localhost", "/invite")
    accept = """mutation ($token: String!) {
      invitationAccept(input: {token: $token, password: "a fine long password"}) {
        ... on SignInSuccess { token person { name email } }
      }
    }"""
    token = parse_qs(link.query)["token"][0]
    signed_in = gamma.run(accept, {"token": token})["invitationAccept"]
    assert signed_in["person"] == {"name": "Ines", "email": "ines@gamma.example"}
    viewer = gamma.run("{ viewer { isStaff rights } }", token=signed_in["token"])["viewer"]
    assert viewer["isStaff"] and "STAFF_MANAGE" in viewer["rights"]


def test_the_same_key_gives_the_same_answer(before: set[str]):
    first = onboard()
    assert onboard() == first
    with unchanged():
        assert onboard(name="Delta")["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert onboard(slug="delta")["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert onboard(brand__accentColor="#000000")["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert onboard(idempotencyKey="second")["code"] == "SLUG_TAKEN"
    assert len(catalog() - before) == 2


def test_a_logo_is_part_of_the_input():
    files = {"input.brand.logo": logo()}
    variables = inputs(brand__logo=None)
    first = olga().api.upload(ONBOARD, variables, files)
    assert olga().api.upload(ONBOARD, variables, {"input.brand.logo": logo()}) == first
    other = olga().api.upload(ONBOARD, variables, {"input.brand.logo": logo((10, 10))})
    assert other["tenantOnboard"]["code"] == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize(
    "slug",
    [
        "ab", "a" * 64, "-ab", "ab-", "-" * 3, "Gamma", "ga.mma", "ga_mma", "ga mma", "gamma\n",
        " gamma", "gamma.", "伽马跑腿", "gämma", "gаmma", "xn--gamma", "xn--80ak6aa92e", "ab--c",
        "www", "api", "admin", "platform", "localhost", "public", "", "a'; drop schema public; --",
    ],
)  # fmt: skip
def test_what_cannot_be_a_subdomain(slug: str):
    with unchanged():
        refused = onboard(slug=slug)
    assert (refused["code"], refused["field"]) == ("INVALID_INPUT", "slug")


@pytest.mark.parametrize(
    "slug",
    [
        "select", "null", "true", "user", "drop-table", "public-1", "t00", "abc", "7-11", "123",
        "0x10", "abc--d", "a" * 63,
    ],
)  # fmt: skip
def test_what_can_be_a_subdomain(slug: str):
    """SQL's own words are harmless: a name is a value, and no identifier, wherever it goes."""
    assert onboard(slug=slug)["tenant"]["host"] == f"{slug}.localhost"
    assert Api(f"{slug}.localhost").run("{ brand { currency } }")["brand"]["currency"] == "CNY"
    answer = olga().api.run("{ tenants { edges { node { slug } } } }")["tenants"]["edges"]
    assert answer[-1]["node"]["slug"] == slug


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "a\tb"),
        ("brand__name", []),
        ("brand__name", [{"language": "en", "text": "Gamma"}]),  # not in its own language
        ("brand__name", [{"language": "zh-Hans", "text": " "}]),
        ("brand__name", [{"language": "zz-zz-zz", "text": "Gamma"}]),
        ("brand__primaryColor", "red"),
        ("brand__primaryColor", "#12345g"),
        ("brand__accentColor", "#fff"),
        ("brand__language", "klingon"),
        ("brand__currency", "cny"),
        ("brand__currency", "ZZZ"),
        ("brand__timeZone", "Asia/Atlantis"),
        ("brand__timeZone", "../../etc/passwd"),
        ("administrator__email", "nobody"),
        ("administrator__name", "x" * 61),
        ("idempotencyKey", ""),
        ("idempotencyKey", "x" * 81),
    ],
)
def test_bad_values_are_named_and_nothing_is_made(path: str, value: Any):
    with unchanged():
        refused = onboard(**{path: value})
    assert refused["code"] == "INVALID_INPUT"
    assert refused["field"] == path.replace("__", ".")


def test_a_logo_that_is_none_takes_everything_back():
    fake = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    with unchanged():
        answer = olga().api.upload(ONBOARD, inputs(brand__logo=None), {"input.brand.logo": fake})
    assert answer["tenantOnboard"]["code"] == "FILE_TYPE_REFUSED"
    assert "tenant" in onboard()


def test_only_an_owner_onboards(alpha):
    with unchanged():
        assert Api(PLATFORM_HOST).error_code(ONBOARD, inputs()) == "UNAUTHENTICATED"
        assert cast(alpha).ines.api.error_code(ONBOARD, inputs()) == "WRONG_HOST"


def test_a_name_that_exists_is_taken():
    with unchanged():
        assert onboard(slug="alpha")["code"] == "SLUG_TAKEN"


def test_of_two_at_once_one_wins(before: set[str]):
    olga()
    answers = at_once(lambda: onboard(idempotencyKey="one"), lambda: onboard(idempotencyKey="two"))
    assert sorted(answer["__typename"] for answer in answers) == [
        "SlugTakenError",
        "TenantOnboardSuccess",
    ]
    assert len(catalog() - before) == 2
    assert Api("gamma.localhost").run("{ brand { currency } }")


def test_the_same_request_twice_at_once_is_one(before: set[str]):
    olga()
    first, second = at_once(onboard, onboard)
    assert first == second and first["__typename"] == "TenantOnboardSuccess"
    assert len(catalog() - before) == 2


def test_one_key_for_two_names_at_once_makes_one(before: set[str]):
    olga()
    answers = at_once(lambda: onboard(slug="gamma"), lambda: onboard(slug="delta"))
    assert sorted(answer["__typename"] for answer in answers) == [
        "IdempotencyKeyReusedError",
        "TenantOnboardSuccess",
    ]
    assert len(catalog() - before) == 2 and rows()[0] == 3


@contextmanager
def failing(error: BaseException) -> Iterator[None]:
    """The last listener of a provisioned tenant raises `error`."""

    def fail(_: events.Fact) -> None:
        raise error

    events.listen(PROVISIONED, fail)
    try:
        yield
    finally:
        events._listeners[PROVISIONED].remove(fail)


def onboard_directly() -> Onboarded:
    """The service itself: the API would mask what is no refusal."""
    with platform_scope():
        return tenant_onboard(
            owner=olga().owner,
            name="Gamma",
            slug="gamma",
            brand=Brand(
                name={"en": "Gamma"},
                primary_color="#000000",
                accent_color="#ffffff",
                language="en",
                currency="GBP",
                time_zone="Europe/London",
                logo=None,
            ),
            template="home_services",
            administrator=Administrator(name="Ines", email="ines@gamma.example"),
            key="first",
            at=SOME_DAY,
        )


@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_nothing(error: BaseException):
    with unchanged(), failing(error), pytest.raises(type(error)):
        onboard_directly()
    assert Client(headers={"host": "gamma.localhost"}).get("/graphql").status_code == 404
    assert "tenant" in onboard()  # other input under the same key: the key is free again


def test_a_refusal_of_a_listener_is_answered_as_one():
    with unchanged(), failing(InvalidInput(field="starter", reason="broken")):
        assert onboard()["field"] == "starter"


def killed_half_way() -> str:
    """What a killed process leaves: a reserved tenant with a schema, and no rows in it."""
    with platform_scope():
        tenant = tenant_reserve(
            slug="gamma", name="Old", hosts=["gamma.localhost"], template=None, at=SOME_DAY
        ).tenant
        schema_create(tenant.schema_name)
        return str(tenant.schema_name)


def test_what_a_killed_process_left_is_cleared_away(before: set[str]):
    remains = killed_half_way()
    assert Client(headers={"host": "gamma.localhost"}).get("/graphql").status_code == 404
    assert onboard()["tenant"]["name"] == "Gamma"
    assert remains not in catalog()
    assert len(catalog() - before) == 2


def test_without_the_lock_one_would_clear_away_the_others_work():
    """The race that `name_lock` closes: a half-made tenant at work looks like a killed one's."""
    at_work = killed_half_way()
    killed_half_way()
    assert at_work not in catalog()


def test_the_lock_ends_with_its_block():
    done: list[bool] = []

    def second() -> None:
        with platform_scope(), name_lock("gamrna"):  # which looks like the other
            done.append(True)
        connections.close_all()

    with platform_scope(), name_lock("gamma"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert not done
    thread.join(5)
    assert done


def test_the_lock_dies_with_its_process():
    code = """
import os, signal
from kernel.tenancy import platform_scope
from registry.provisioning import name_lock
with platform_scope(), name_lock("gamma"):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    with manage("shell", "--no-imports", "--command", code) as killed:
        assert killed.wait(60) == -signal.SIGKILL
    assert "tenant" in onboard()
