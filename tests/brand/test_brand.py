"""The operator's brand: read by anybody, changed by right; a pause that customers are told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.models import Settings
from tenants.brand.selectors import brand_region
from tenants.brand.services import OrdersPaused, orders_open_check
from tenants.journal.models import Event
from tests.support.cast import Member, cast
from tests.support.graphql import Api
from tests.support.threads import at_once

BRAND = """
{ brand { name names { language text } slogan primaryColor accentColor logoUrl language currency
  timeZone pausedUntil pauseMessage supportPhone } }
"""
UPDATE = """
mutation Update($input: BrandUpdateInput!) {
  brandUpdate(input: $input) {
    ... on BrandUpdateSuccess { brand {
      name names { text } slogan primaryColor timeZone supportPhone logoUrl } }
    ... on InvalidInputError { field }
    ... on UserError { code }
  }
}
"""
PAUSE = """
mutation Pause($input: BrandPauseInput!) {
  brandPause(input: $input) {
    ... on BrandPauseSuccess { brand { pausedUntil pauseMessage } }
    ... on InvalidInputError { field }
    ... on UserError { code }
  }
}
"""
RESUME = "mutation { brandResume { ... on BrandResumeSuccess { brand { pausedUntil } } } }"


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    return cast(alpha).ines


@contextmanager
def unchanged(tenant: TenantRef) -> Iterator[None]:
    def rows() -> tuple[list, int]:
        with tenant_scope(tenant):
            return list(Settings.objects.values()), Event.objects.count()

    before = rows()
    yield
    assert rows() == before


def update(by: Member, **changes: Any) -> dict:
    return by.api.run(UPDATE, {"input": changes})["brandUpdate"]


def pause(by: Member, until: datetime | str, **changes: Any) -> dict:
    given = until if isinstance(until, str) else until.isoformat()
    return by.api.run(PAUSE, {"input": {"until": given, **changes}})["brandPause"]


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (30, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("logo.png", content.getvalue(), "image/png")


def test_anybody_reads_it(alpha: TenantRef, django_assert_num_queries):
    # The settings.
    with django_assert_num_queries(1):
        brand = Api("alpha.localhost").run(BRAND)["brand"]
    assert brand == {
        "name": "Alpha Errands",
        "names": [
            {"language": "en", "text": "Alpha Errands"},
            {"language": "zh-Hans", "text": "阿尔法跑腿"},
        ],
        "slogan": "",
        "primaryColor": "#1677ff",
        "accentColor": "#fa8c16",
        "logoUrl": None,
        "language": "zh-Hans",
        "currency": "CNY",
        "timeZone": "Asia/Shanghai",
        "pausedUntil": None,
        "pauseMessage": "",
        "supportPhone": "",
    }


def test_an_administrator_changes_what_they_name(alpha: TenantRef, ines: Member):
    done = update(
        ines,
        name=[{"language": "zh-Hans", "text": " 新名 "}],
        primaryColor="#ABCDEF",
        slogan=[{"language": "en", "text": "Quick"}],
        timeZone="Asia/Urumqi",
        supportPhone="400-123",
    )
    assert done["brand"] == {
        "name": "新名",
        "names": [{"text": "新名"}],
        "slogan": "Quick",
        "primaryColor": "#abcdef",
        "timeZone": "Asia/Urumqi",
        "supportPhone": "400-123",
        "logoUrl": None,
    }
    with unchanged_but_time(alpha):
        update(ines)
    assert update(ines, slogan=[], supportPhone="")["brand"]["slogan"] == ""
    assert Api("beta.localhost").run(BRAND)["brand"]["name"] == "Beta Home Services"


@contextmanager
def unchanged_but_time(tenant: TenantRef) -> Iterator[None]:
    def row() -> dict:
        with tenant_scope(tenant):
            return Settings.objects.values().get() | {"updated_at": None}

    before = row()
    yield
    assert row() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": []}, "name"),
        ({"name": [{"language": "en", "text": "Only English"}]}, "name"),
        ({"name": [{"language": "zh-Hans", "text": ""}]}, "name"),
        ({"name": [{"language": "zh-Hans", "text": "长" * 61}]}, "name"),
        ({"name": [{"language": "zh-Hans", "text": "x"}, {"language": "", "text": "x"}]}, "name"),
        ({"slogan": [{"language": "en", "text": "x" * 121}]}, "slogan"),
        ({"primaryColor": "#12"}, "primaryColor"),
        ({"accentColor": "url(x)"}, "accentColor"),
        ({"language": "fr"}, "name"),  # there is no French name
        ({"language": "x" * 40}, "language"),
        ({"timeZone": "Mars/Phobos"}, "timeZone"),
        ({"supportPhone": "1" * 21}, "supportPhone"),
    ],
)
def test_bad_values(alpha: TenantRef, ines: Member, changes: dict, field: str):
    with unchanged(alpha):
        assert update(ines, **changes) == {"code": "INVALID_INPUT", "field": field}


def test_a_logo_is_shown_by_a_link(alpha: TenantRef, ines: Member):
    files = {"input.logo": picture()}
    done = ines.api.upload(UPDATE, {"input": {"logo": None}}, files)["brandUpdate"]
    assert done["brand"]["logoUrl"].startswith("/files/")
    fake = SimpleUploadedFile("logo.png", b"MZ not an image", "image/png")
    with unchanged(alpha):
        refused = ines.api.upload(UPDATE, {"input": {"logo": None}}, {"input.logo": fake})
        assert refused["brandUpdate"]["code"] == "FILE_TYPE_REFUSED"


def test_a_pause_ends_by_itself_or_is_ended(alpha: TenantRef, ines: Member):
    until = clock.now().replace(microsecond=0) + timedelta(hours=2)
    message = [
        {"language": "zh-Hans", "text": "大雪暂停"},
        {"language": "en", "text": "Heavy snow"},
    ]
    done = pause(ines, until, message=message)["brand"]
    assert datetime.fromisoformat(done["pausedUntil"]) == until
    assert Api("alpha.localhost").run(BRAND)["brand"]["pauseMessage"] == "Heavy snow"
    with tenant_scope(alpha):
        with pytest.raises(OrdersPaused) as refused:
            orders_open_check(at=until - timedelta(seconds=1))
        assert refused.value.until == until and refused.value.notice["en"] == "Heavy snow"
        orders_open_check(at=until)
        Settings.objects.update(paused_until=clock.now())
    assert Api("alpha.localhost").run(BRAND)["brand"]["pausedUntil"] is None
    pause(ines, until)
    for _ in range(2):  # resuming twice is resuming once
        assert ines.api.run(RESUME)["brandResume"]["brand"]["pausedUntil"] is None
    with tenant_scope(alpha):
        orders_open_check(at=clock.now())
        events = list(Event.objects.order_by("id").values_list("stream", "seq", "kind"))
        assert events == [
            ("brand", 1, "brand.paused"),
            ("brand", 2, "brand.paused"),
            ("brand", 3, "brand.resumed"),
        ]
        assert Event.objects.first().data == {"until": until.isoformat()}


@pytest.mark.parametrize(
    "until",
    [timedelta(0), timedelta(seconds=-1), timedelta(days=31)],
)
def test_a_pause_is_within_the_next_thirty_days(alpha: TenantRef, ines: Member, until: timedelta):
    with unchanged(alpha):
        assert pause(ines, clock.now() + until) == {"code": "INVALID_INPUT", "field": "until"}


@pytest.mark.parametrize("until", ["tomorrow", "2026-12-01T00:00:00", "2026-12-01", 1, None])
def test_a_pause_ends_at_an_instant(alpha: TenantRef, ines: Member, until: object):
    with unchanged(alpha):
        assert ines.api.error_code(PAUSE, {"input": {"until": until}}) == "BAD_USER_INPUT"


def test_events_of_pauses_at_once_are_numbered_one_by_one(alpha: TenantRef, ines: Member):
    until = clock.now() + timedelta(hours=1)
    answers = at_once(*[lambda: pause(ines, until)] * 4)
    assert all("brand" in answer for answer in answers)
    with tenant_scope(alpha):
        assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4]


def test_nobody_else_may(alpha: TenantRef, beta: TenantRef):
    people = cast(alpha)
    documents = [
        (UPDATE, {"input": {"primaryColor": "#000000"}}),
        (PAUSE, {"input": {"until": (clock.now() + timedelta(hours=1)).isoformat()}}),
        (RESUME, {}),
    ]
    dora = people.person(10, "Dora", "dispatcher", email="dora@example.test")
    with unchanged(alpha):
        for document, variables in documents:
            assert Api("alpha.localhost").error_code(document, variables) == "UNAUTHENTICATED"
            for member in (people.maya, people.tomas, dora):
                assert member.api.error_code(document, variables) == "FORBIDDEN"
            foreign = cast(beta).ines.token
            answer = Api("alpha.localhost").error_code(document, variables, token=foreign)
            assert answer == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("zone", "region"),
    [("Asia/Shanghai", "CN"), ("Europe/London", "GB"), ("Etc/UTC", "ZZ"), ("UTC", None)],
)
def test_the_region_is_the_time_zones(alpha: TenantRef, zone: str, region: str | None):
    with tenant_scope(alpha):
        Settings.objects.update(time_zone=zone, updated_at=datetime(2026, 3, 2, tzinfo=UTC))
        assert brand_region() == region
