"""The starter templates: a catalogue and prices that are sound in every currency, made quickly."""

from uuid import UUID

import pytest
from django.db import transaction

from kernel import clock
from kernel.events import Fact
from kernel.refusals import InvalidInput
from kernel.tenancy import TenantRef, tenant_scope
from kernel.texts import LANGUAGES
from registry.templates import BROUGHT_ALONG, templates_brought_along
from registry.templates.format import format_check
from tenants.brand.models import Settings
from tenants.catalog.declaration import DURATION_MINUTES, Declaration, Need
from tenants.catalog.models import Category, Service, ServiceKind, ServiceVersion
from tenants.catalog.start import catalog_start
from tenants.pricing.models import Rule, Tariff
from tenants.pricing.services import tariff_publish
from tenants.pricing.start import amount_in, pricing_described, pricing_start
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


EVERY_STEP: list[dict] = [
    {"step": "base", "params": {"amount": {"CNY": 500, "USD": 449}}},
    {
        "step": "base",
        "params": {"amount": {"CNY": 700}},
        "when": {"weekdays": [6, 7]},
        "priority": 1,
    },
    {
        "step": "distance",
        "params": {"per_km": {"CNY": 100}, "bands": [{"up_to": 2000, "amount": {"CNY": 0}}]},
    },
    {"step": "weight", "params": {"per_kg": {"CNY": 100}, "free_grams": 1000}},
    {"step": "size", "params": {"amounts": {"big": {"CNY": 300}}}},
    {
        "step": "duration",
        "params": {"per_hour": {"CNY": 5000}, "minimum_minutes": 60},
        "round_to": {"CNY": 10},
        "rounding": "up",
    },
    {"step": "option", "params": {"field": "rooms", "per_unit": {"CNY": 300}, "free_units": 2}},
    {"step": "option", "params": {"field": "extras", "amounts": {"mop": {"CNY": 300}}}},
    {"step": "floors", "params": {"per_floor": {"CNY": 300}, "free_floors": 1}},
    {"step": "urgent", "params": {"percent_bps": 2000}},
    {
        "step": "night",
        "params": {"amount": {"CNY": 300}},
        "when": {"hours": {"from": "22:00", "to": "06:00"}},
    },
    {"step": "peak", "params": {"percent_bps": 500}, "when": {"weekdays": [5]}},
    {"step": "holiday", "params": {"percent_bps": 3000}, "when": {"days": ["holiday"]}},
    {"step": "demand", "params": {"percent_bps": 3000}},
    {"step": "minimum", "params": {"amount": {"CNY": 400}}},
    {"step": "maximum", "params": {"amount": {"CNY": 90000}}},
    {"step": "insured", "params": {"rate_bps": 50, "minimum": {"CNY": 100}}},
    {"step": "goods", "params": {}},
    {"step": "tip", "params": {}},
    {"step": "tax", "params": {"rate_bps": 600, "included": True}},
    {"step": "commission", "params": {"percent_bps": 1500}},
]


@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_a_template_can_say_all_that_a_rule_can(alpha: TenantRef, currency: str):
    label = {"en": "A step", "zh-Hans": "步骤"}
    rules = [{**row, "label": label} for row in EVERY_STEP]
    template = {**DATA["campus_errands"], "pricing": {"rules": rules}}
    format_check(template)
    with tenant_scope(alpha):
        Settings.objects.update(currency=currency)
        start(alpha, template, currency)
        assert Rule.objects.count() == len(rules)
        told: dict = {"template": template, "began": {}, "now": {}}
        pricing_described(Fact("tenant.described", UUID(int=1), SOME_DAY, told))
        assert sorted(told["began"]["pricing"]["rules"], key=repr) == sorted(
            told["now"]["pricing"]["rules"], key=repr
        )
        twice = {**template, "pricing": {"rules": [*rules, rules[1]]}}
        with pytest.raises(InvalidInput) as refused:
            start(alpha, twice, currency)
        assert refused.value.field == f"pricing.rules.{len(rules)}.step"


@pytest.mark.parametrize("template", BROUGHT_ALONG)
def test_a_templates_prices_are_proven(alpha: TenantRef, template: str):
    with tenant_scope(alpha):
        start(alpha, DATA[template])
        tariff_publish(actor=cast(alpha).ines.actor, at=clock.now())
