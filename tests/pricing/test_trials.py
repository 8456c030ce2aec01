"""Rules that are tried before they are published: against figures, and against what was sold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kernel.tenancy import TenantRef, tenant_scope
from tenants.pricing.models import Rule, Step
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.factories import RuleFactory, ServiceFactory, TariffFactory
from tests.support.factories_orders import QuoteFactory
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes

PRICE = """price { hasBase total { amount currency } commission { amount }
  lines { code text amount { amount } inputs } }"""
TRIALS = "trials { quoteId serviceId takenAt before { amount } after { amount currency } }"
LABEL = [{"language": "zh-Hans", "text": "夜间"}, {"language": "en", "text": "At night"}]
NIGHT = {
    "step": "NIGHT",
    "label": LABEL,
    "params": {"night": {"percentBps": 5000}},
    "when": {"hours": {"from": "22:00:00", "to": "06:00:00"}},
}
TEN_AT_NIGHT = "2026-03-02T14:00:00Z"
"""In Shanghai."""


def tried(tenant: TenantRef, **given: Any) -> Any:
    with nothing_changes(tenant):
        return mutate(cast(tenant).ines.api, "priceTry", given, PRICE)


def retried(tenant: TenantRef, **given: Any) -> Any:
    return mutate(cast(tenant).ines.api, "tariffTry", given, TRIALS)


def test_figures_are_priced_by_the_living_rules(alpha: TenantRef):
    with tenant_scope(alpha):
        service_id = global_id("Service", ServiceFactory().id)
        RuleFactory()
        RuleFactory(active=False, params={"amount": 1})
        RuleFactory(step=Step.DISTANCE, params={"free_meters": 1000, "per_km": 150})
        RuleFactory(step=Step.COMMISSION, params={"percent_bps": 1000})
    assert cast(alpha).ines
    price = tried(alpha, serviceId=service_id, distanceMeters=2500, tip=77)["price"]
    assert price["total"] == {"amount": 877, "currency": "CNY"}
    assert price["commission"] == {"amount": 80}
    assert [line["code"] for line in price["lines"]] == ["BASE", "DISTANCE", "TIP"]
    assert price["lines"][1]["inputs"]["startedKm"] == 2
    night = {"serviceId": service_id, "rules": [NIGHT], "wantedAt": TEN_AT_NIGHT}
    (_, at_night) = tried(alpha, **night)["price"]["lines"]
    assert (at_night["text"], at_night["amount"]["amount"]) == ("At night", 250)
    by_day = {**night, "wantedAt": "2026-03-02T04:00:00Z"}
    assert len(tried(alpha, **by_day)["price"]["lines"]) == 1


def test_a_rule_is_tried_in_the_place_of_another(alpha: TenantRef):
    with tenant_scope(alpha):
        service_id = global_id("Service", ServiceFactory().id)
        base = RuleFactory()
    assert cast(alpha).ines
    instead = {
        "ruleId": global_id("PriceRule", base.id),
        "step": "BASE",
        "label": LABEL,
        "params": {"base": {"amount": 900}},
    }
    assert tried(alpha, serviceId=service_id, rules=[instead])["price"]["total"]["amount"] == 900
    off = tried(alpha, serviceId=service_id, rules=[{**instead, "active": False}])["price"]
    assert (off["hasBase"], off["total"]["amount"]) == (False, 0)


def test_what_makes_no_sense_is_refused(alpha: TenantRef):
    with tenant_scope(alpha):
        service_id = global_id("Service", ServiceFactory().id)
        gone = RuleFactory()
        gone_id = global_id("PriceRule", gone.id)
        gone.delete()
    assert cast(alpha).ines
    for given, code in (
        ({"rules": [{**NIGHT, "when": None}]}, "INVALID_INPUT"),
        ({"rules": [{**NIGHT, "ruleId": gone_id}]}, "NOT_FOUND"),
        ({"answers": [{"key": "a", "value": {"number": 1}}] * 2}, "INVALID_INPUT"),
    ):
        assert tried(alpha, serviceId=service_id, **given)["code"] == code


def test_what_was_sold_is_priced_again(alpha: TenantRef, django_assert_num_queries):
    maya, ines = cast(alpha).maya, cast(alpha).ines
    facts = {
        "at": SOME_DAY.isoformat(),
        "local": "2026-03-02T23:00:00+08:00",
        "day": "ordinary",
        "zone_from": None,
        "zone_to": None,
        "demand_bps": 0,
    }
    inputs = {
        "weight_grams": None,
        "duration_minutes": None,
        "urgent": False,
        "insured_value": None,
        "items": [],
    }
    with tenant_scope(alpha):
        tariff = TariffFactory()
        version = ServiceFactory(published=True).version
        RuleFactory()
        own = {"customer_id": maya.id, "tariff": tariff, "version": version, "inputs": inputs}
        for number in range(102):
            QuoteFactory(**own, taken_at=SOME_DAY + timedelta(minutes=number))
        QuoteFactory(**own)
        late = QuoteFactory(
            **{**own, "inputs": {**inputs, "facts": facts}},
            taken_at=datetime(2026, 9, 1, tzinfo=UTC),
        )
    ines.api.run("{ __typename }")
    with nothing_changes(alpha):
        found = retried(alpha, rules=[NIGHT])["trials"]
    assert len(found) == 100
    assert found[0]["quoteId"] == global_id("Quote", late.id)
    # By night it would be dearer; those of which no hour is known are as by day.
    assert [trial["after"]["amount"] for trial in found] == [750] + [500] * 99
    assert {trial["before"]["amount"] for trial in found} == {1200}
    # The session with its rights, the rules, the quotes with their versions.
    with django_assert_num_queries(3):
        assert len(mutate(ines.api, "tariffTry", {}, TRIALS)["trials"]) == 100
    with tenant_scope(alpha):
        Rule.objects.all().delete()
    assert retried(alpha)["trials"][0]["after"] is None


def test_only_whoever_manages_prices_may(alpha: TenantRef):
    document = "mutation { tariffTry(input: {}) { __typename } }"
    for who in (cast(alpha).maya, cast(alpha).tomas):
        assert who.api.error_code(document) == "FORBIDDEN"
