"""The starter templates: a catalogue and prices that are sound in every currency, made quickly."""

from uuid import UUID

import pytest
from django.db import transaction

from kernel.events import Fact
from kernel.tenancy import TenantRef, tenant_scope
from kernel.texts import LANGUAGES
from registry.templates import BROUGHT_ALONG, templates_brought_along
from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.models import Category, Service, ServiceKind, ServiceVersion
from tenants.catalog.start import catalog_start
from tenants.pricing.models import Rule, Tariff
from tenants.pricing.start import amount_in, pricing_start
from tests.catalog.documents import STOREFRONT
from tests.pricing.documents import QUOTE_CREATE
from tests.support.cast import cast
from tests.support.database import BRANDS, SOME_DAY
from tests.support.factories import CAMPUS
from tests.support.graphql import Api

DATA = dict(templates_brought_along())
POINT = {"position": {"point": {"latitude": CAMPUS[0], "longitude": CAMPUS[1]}}}


def start(tenant: TenantRef, template: dict, currency: str | None = None) -> None:
    """What provisioning announces, heard by the two apps in the order in which they listen."""
    brand = BRANDS[tenant.slug]
    fact = Fact(
        kind="tenant.provisioned",
        subject=UUID(int=1),
        at=SOME_DAY,
        data={"brand": {**brand, "currency": currency or brand["currency"]}, "template": template},
    )
    with transaction.atomic():
        catalog_start(fact)
        pricing_start(fact)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Category, Service, Rule, Tariff))


def test_an_empty_template_makes_nothing(alpha: TenantRef):
    with tenant_scope(alpha):
        assert rows() == (0, 0, 0, 0)
        start(alpha, {})
        assert rows() == (0, 0, 0, 0)


@pytest.mark.parametrize("template", BROUGHT_ALONG)
def test_a_template_takes_nine_statements(
    alpha: TenantRef, template: str, django_assert_num_queries
):
    with tenant_scope(alpha):
        # BEGIN; the categories, the services, their versions; the services for their names and
        # prices, the rules, the tariff, the prices; COMMIT.
        with django_assert_num_queries(9):
            start(alpha, DATA[template])
        assert Service.objects.count() == ServiceVersion.objects.count() >= 8


@pytest.mark.parametrize("template", BROUGHT_ALONG)
def test_a_template_is_sound(alpha: TenantRef, template: str):
    with tenant_scope(alpha):
        start(alpha, DATA[template])
        services = list(Service.objects.select_related("version", "category"))
        assert {service.kind for service in services} >= {
            ServiceKind.PICK_UP,
            ServiceKind.BUY_FOR_ME,
            ServiceKind.ON_SITE,
        }
        texts = [rule.label for rule in Rule.objects.all()]
        assert len({service.name["zh-Hans"] for service in services}) == len(services)
        for service in services:
            Declaration.parse(service.declaration).check(service.kind)
            assert service.duration_minutes is None or service.duration_minutes in DURATION_MINUTES
            assert service.version.declaration == service.declaration
            assert service.version.name == service.name
            texts += [service.name, service.summary, service.description, service.category.name]
        for words in texts:
            assert set(words) == set(LANGUAGES)
            assert all(0 < len(text) <= 200 for text in words.values())


@pytest.mark.parametrize("currency", ["CNY", "GBP", "USD", "EUR", "JPY", "KWD"])
@pytest.mark.parametrize("template", BROUGHT_ALONG)
def test_every_service_of_a_template_has_a_price(beta: TenantRef, template: str, currency: str):
    with tenant_scope(beta):
        start(beta, DATA[template], currency)
        assert set(Service.objects.values_list("price_currency", flat=True)) == {currency}
        assert min(Service.objects.values_list("price_from", flat=True)) > 0
        assert Tariff.objects.get().currency == currency


@pytest.mark.parametrize("template", BROUGHT_ALONG)
def test_every_service_of_a_template_can_be_quoted(alpha: TenantRef, template: str):
    with tenant_scope(alpha):
        start(alpha, DATA[template])
        declarations = {
            service.name["en"]: Declaration.parse(service.declaration)
            for service in Service.objects.all()
        }
    maya = cast(alpha).maya.api
    for edge in Api("alpha.localhost").run(STOREFRONT)["services"]["edges"]:
        declaration = declarations[edge["node"]["name"]]
        asked = declaration.asked
        given = {
            "serviceId": edge["node"]["id"],
            "stops": [
                {**POINT, "parcelCode": "1" if stop.kind == "pick_up" else None}
                if asked.parcel_code is Need.REQUIRED
                else POINT
                for stop in declaration.stops
            ],
        }
        if asked.weight is Need.REQUIRED:
            given["weightGrams"] = 1
        if asked.duration is Need.REQUIRED:
            given["durationMinutes"] = DURATION_MINUTES[0]
        if asked.items is Need.REQUIRED:
            given["items"] = [{"name": "x", "unitPrice": 0}]
        quote = maya.run(QUOTE_CREATE, {"input": given})["quoteCreate"]["quote"]
        assert quote["total"]["amount"] == edge["node"]["priceFrom"]["amount"]


@pytest.mark.parametrize(
    ("currency", "amount"),
    # 4.49 dollars are about 670 yen, 1.3 dinars (of 1,000 fils), 45 kronor; of others, 4.5.
    [("CNY", 500), ("USD", 449), ("JPY", 670), ("KWD", 1300), ("SEK", 4500), ("XAF", 5)],
)
def test_other_currencies_are_worth_roughly_the_same(currency: str, amount: int):
    assert amount_in(currency, {"CNY": 500, "USD": 449}) == amount


def test_without_dollars_another_currency_is_the_reference():
    assert amount_in("JPY", {"CNY": 700}) == 150
    assert amount_in("USD", {"JPY": 1500}) == 1000


def test_what_costs_something_is_never_rounded_to_nothing():
    assert amount_in("USD", {"VND": 3}) == 1
    assert amount_in("USD", {"VND": 0}) == 0
