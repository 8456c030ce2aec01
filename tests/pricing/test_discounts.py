"""What members and orders that go together have off a price, and what it is off."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tests.pricing.test_publishing import refused
from tests.pricing.test_steps import amounts, priced, rule
from tests.support.cast import cast
from tests.support.factories import RuleFactory, ServiceFactory
from tests.support.ids import global_id
from tests.support.stage import mutate

SAVED = "rule { id } } ... on InvalidInputError { field"
GOLD = {"when": {"member_levels": ["gold"]}}
THREE = {"when": {"wave_size": {"at_least": 3}}}


def member(**params: Any) -> dict[str, Any]:
    return rule("member", params, **GOLD)


def wave(**params: Any) -> dict[str, Any]:
    return rule("wave", params, **THREE)


@pytest.mark.parametrize(
    ("given", "figures", "expected"),
    [
        (member(percent_bps=1000), {"member_level": "gold"}, [-100]),
        (member(percent_bps=1000), {"member_level": "silver"}, []),
        (member(percent_bps=1000), {}, []),
        (member(amount=250), {"member_level": "gold"}, [-250]),
        # One minor unit is left to pay, whatever is off.
        (member(amount=1000), {"member_level": "gold"}, [-999]),
        (member(percent_bps=10_000), {"member_level": "gold"}, [-999]),
        (wave(percent_bps=1500), {"wave_size": 3}, [-150]),
        (wave(percent_bps=1500), {"wave_size": 2}, []),
        (wave(amount=80), {"wave_size": 100}, [-80]),
        (wave(amount=80), {}, []),
    ],
)
def test_what_is_off_a_price_of_1000(given: dict, figures: dict, expected: list[int]):
    assert amounts(given, **figures) == expected


def test_it_is_off_the_price_within_its_bounds_and_not_off_what_comes_after():
    lines = priced(
        rule("maximum", {"amount": 900}),
        rule("insured", {"rate_bps": 100, "minimum": 50}),
        member(percent_bps=1000),
        wave(percent_bps=1000),
        member_level="gold",
        wave_size=4,
        insured_value=1,
        goods=500,
        tip=70,
    ).lines
    # 10 % of 900, then 10 % of the 810 that are left; neither insurance nor goods nor tip.
    assert [line.amount for line in lines] == [1000, -100, -90, -81, 50, 500, 70]
    assert lines[2].inputs == {"member_level": "gold", "of": 900, "percent_bps": 1000}
    assert lines[3].inputs == {"wave_size": 4, "of": 810, "percent_bps": 1000}


def test_it_is_the_price_that_is_rounded():
    rounding = {"round_to": 50, "rounding": "up"}
    [line] = priced(rule("member", {"percent_bps": 1230}, **GOLD, **rounding),
                    member_level="gold").lines[1:]  # fmt: skip
    assert line.amount == -100  # 877 becomes 900
    assert (line.inputs["unrounded"], line.inputs["round_to"]) == ("877", 50)
    # Never above what it was: 1,000 is no multiple of 300.
    up = rule("member", {"percent_bps": 100}, **GOLD, round_to=300, rounding="up")
    assert amounts(up, member_level="gold") == []


@pytest.mark.parametrize(
    ("step", "when", "field"),
    [
        ("MEMBER", {}, "when.memberLevels"),
        ("MEMBER", {"memberLevels": ["Gold!"]}, "when.memberLevels"),
        ("MEMBER", {"memberLevels": []}, "when.memberLevels"),
        ("WAVE", {}, "when.waveSize.atLeast"),
        ("WAVE", {"waveSize": {"atMost": 3}}, "when.waveSize.atLeast"),
        ("WAVE", {"waveSize": {"atLeast": 3, "atMost": 2}}, "when.waveSize"),
    ],
)
def test_a_discount_says_for_whom(alpha: TenantRef, step: str, when: dict, field: str):
    given = {
        "step": step,
        "label": [{"language": "zh-Hans", "text": "优惠"}],
        "params": {step.lower(): {"percentBps": 500}},
        "when": when,
    }
    answer = mutate(cast(alpha).ines.api, "priceRuleSave", given, SAVED)
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)


def test_a_discount_is_tried_before_anybody_has_it(alpha: TenantRef):
    with tenant_scope(alpha):
        RuleFactory()
        service_id = global_id("Service", ServiceFactory().id)
    rules = [
        {
            "step": step,
            "label": [{"language": "zh-Hans", "text": "优惠"}],
            "params": {step.lower(): params},
            "when": when,
        }
        for step, params, when in (
            ("MEMBER", {"percentBps": 1000}, {"memberLevels": ["gold"]}),
            ("WAVE", {"amount": 30}, {"waveSize": {"atLeast": 2}}),
        )
    ]
    given = {"serviceId": service_id, "rules": rules, "memberLevel": "gold", "waveSize": 2}
    fields = "price { total { amount } lines { code amount { amount } } }"
    answer = mutate(cast(alpha).ines.api, "priceTry", given, fields)["price"]
    assert answer["total"] == {"amount": 420}
    assert [line["code"] for line in answer["lines"]] == ["BASE", "MEMBER", "WAVE"]


def test_prices_with_discounts_are_proven_too(alpha: TenantRef):
    """A discount of half breaks the least price that the service declares, and only for members."""
    stops = [{"kind": "pick_up"}, {"kind": "drop_off"}]
    with tenant_scope(alpha):
        RuleFactory()
        RuleFactory(step="member", params={"percent_bps": 5000}, **GOLD)
        declaration = {"stops": stops, "price": {"least": 400}}
        ServiceFactory(published=True, declaration=declaration)
    answer = refused(alpha)
    assert (answer["fault"], answer["amount"]) == ("below the least declared, 400", "250")
    assert "member_level gold" in answer["figures"]
    with tenant_scope(alpha):
        RuleFactory(step="wave", params={"percent_bps": 100}, when={"wave_size": {"at_least": 7}})
        RuleFactory(step="wave", params={"percent_bps": 200}, when={"wave_size": {"at_least": 5}})
    assert refused(alpha)["code"] == "RULES_SHADOW"
