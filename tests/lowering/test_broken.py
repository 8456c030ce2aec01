"""Rows that should not be: graphql-core makes errors of them, and so does the other path then."""

from typing import Any

import pytest
from django.db import connections

from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.models import Settings
from tenants.catalog.models import Category, Media, Service
from tests.lowering.both import Outcome, both
from tests.support.factories import CategoryFactory, MediaFactory, ServiceFactory

SERVICES = """{ services(first: 5) { totalCount edges { node {
    id kind state name position category { id name position } line { key }
    priceFrom { amount currency } rating { average count } durationMinutes media { width alt url }
} } pageInfo { hasNextPage } } categories { name position children { name } } }"""


@pytest.fixture
def service(gamma: TenantRef) -> Service:
    """One service on sale with a picture, in a tenant whose tables may be spoiled."""
    with tenant_scope(gamma):
        service = ServiceFactory(category=CategoryFactory(), state="published")
        MediaFactory(service=service)
    return service


def spoil(tenant: TenantRef, *statements: str) -> None:
    """Run statements as the owner of the tables."""
    with tenant_scope(tenant), connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connections["owner"].close()


def alike(tenant: TenantRef, document: str = SERVICES) -> tuple[Outcome, Any]:
    """The answer by SQL, which must be graphql-core's own, and its body."""
    by_sql, by_core = both(tenant, document)
    assert by_sql.text == by_core.text
    return by_sql, by_sql.body


def test_sound_rows_are_lowered(service: Service, gamma: TenantRef):
    outcome, body = alike(gamma)
    assert outcome.decisions == {"services": None, "categories": None}
    assert body["data"]["services"]["totalCount"] == 1


@pytest.mark.parametrize(
    "statements",
    [
        [
            "ALTER TABLE catalog_category ALTER name DROP NOT NULL",
            "UPDATE catalog_category SET name = NULL",
        ],
        [
            "ALTER TABLE catalog_category ALTER position DROP NOT NULL",
            "UPDATE catalog_category SET position = NULL",
        ],
        [
            "ALTER TABLE catalog_service ALTER rating_count DROP NOT NULL",
            "UPDATE catalog_service SET rating_count = NULL",
        ],
        [
            "ALTER TABLE catalog_media ALTER width DROP NOT NULL",
            "UPDATE catalog_media SET width = NULL",
        ],
        [
            "ALTER TABLE catalog_service DROP CONSTRAINT IF EXISTS catalog_service_kind_check",
            "UPDATE catalog_service SET kind = 'odd'",
        ],
    ],
    ids=["no name", "no position", "no count", "no width", "odd kind"],
)
def test_what_no_constraint_holds_any_more_is_an_error_as_ever(
    service: Service, gamma: TenantRef, statements: list[str]
):
    alike(gamma)  # the plan is made while all is well
    spoil(gamma, *statements)
    outcome, body = alike(gamma)
    assert body["errors"]
    assert any(reason is not None for reason in outcome.decisions.values())


@pytest.mark.parametrize(
    "name",
    ['{"en": 5}', '{"en": null, "fr": "x"}', '{"en": ""}', "{}", "[]", "7", '{"en": {"a": 1}}'],
)
def test_texts_that_are_none(service: Service, gamma: TenantRef, name: str):
    spoil(gamma, f"UPDATE catalog_category SET name = '{name}'")
    alike(gamma, "{ categories { name } services { edges { node { category { name } } } } }")


def test_numbers_that_no_client_reads(service: Service, gamma: TenantRef):
    spoil(gamma, f"UPDATE catalog_service SET price_from = {2**60}, price_currency = 'CNY'")
    _, body = alike(gamma)
    assert body["errors"]


@pytest.mark.parametrize(
    "at",
    ["2026-01-02 03:04:05.12+00", "2026-01-02 03:04:05+08", "0999-01-02 00:00+00", "infinity"],
)
def test_times_of_every_kind(service: Service, gamma: TenantRef, at: str):
    spoil(gamma, f"UPDATE brand_calendarday SET date = '{at[:10]}'") if at[0] != "i" else None
    with tenant_scope(gamma):
        Category.objects.update(position=-1)
        assert Media.objects.count() == 1
        assert Settings.objects.count() == 1
    alike(gamma)


def test_words_with_everything_that_json_escapes(service: Service, gamma: TenantRef):
    with tenant_scope(gamma):
        odd = "\u0001\u0002\u0003 \" \\ \n \u2028 \ud83d\ude00 % %s %% ' {0}".encode(
            "utf-16", "surrogatepass"
        ).decode("utf-16")
        Category.objects.update(name={"en": odd})
        Media.objects.update(alt={"en": odd, "zh-Hans": odd})
    outcome, body = alike(gamma)
    assert outcome.decisions["services"] is None
    assert body["data"]["categories"][0]["name"] == odd
