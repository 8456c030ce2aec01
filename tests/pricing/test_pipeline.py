"""The price pipeline: examples as tables, and what holds for every rule and figure."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import MAX_AMOUNT, Money
from kernel.refusals import InvalidInput
from tenants.pricing.figures import QUANTITY, UNIT_PRICE, VALUE, WEIGHT_GRAMS
from tenants.pricing.models import Step
from tenants.pricing.params import MAX_RULE_AMOUNT, PARAMS, params_parse
from tenants.pricing.pipeline import Figures, price, rules_for

ONE, OTHER = UUID(int=1), UUID(int=2)
LABEL = {"en": "A step"}

# Campus errands in yuan: 5.00, 1 km free then 1.50 a started km, 1 kg free then 2.00 a started kg,
# 20 % for urgency, 0.5 % insurance but at least 1.00, 15 % commission.
CNY = {
    "base": {"amount": 500},
    "distance": {"free_meters": 1000, "per_km": 150},
    "weight": {"free_grams": 1000, "per_kg": 200},
    "urgent": {"percent_bps": 2000},
    "insured": {"rate_bps": 50, "minimum": 100},
    "commission": {"percent_bps": 1500},
}
# The same trade in yen, which have no minor unit.
JPY = {
    "base": {"amount": 310},
    "distance": {"free_meters": 0, "per_km": 45},
    "duration": {"per_hour": 1999, "minimum_minutes": 30},
    "urgent": {"percent_bps": 1250},
    "insured": {"rate_bps": 33, "minimum": 0},
    "commission": {"percent_bps": 1750},
}
# And in Kuwaiti dinars, which have a thousand fils.
KWD = {
    "base": {"amount": 1250},
    "duration": {"per_hour": 4000, "minimum_minutes": 60},
    "urgent": {"amount": 750},
    "commission": {"percent_bps": 1111},
}


def rules(params: dict[str, dict], service_id: UUID | None = None) -> list[dict]:
    """As a tariff stores them."""
    return [
        {
            "step": step,
            "service_id": str(service_id) if service_id else None,
            "label": LABEL,
            "params": given,
        }
        for step, given in params.items()
    ]


@pytest.mark.parametrize(
    ("params", "figures", "lines", "commission"),
    [
        (CNY, Figures(), {"base": 500}, 75),
        # The free kilometre and kilogram, to the metre and the gram.
        (CNY, Figures(distance_meters=1000, weight_grams=1000), {"base": 500}, 75),
        (
            CNY,
            Figures(distance_meters=1001, weight_grams=1001),
            {"base": 500, "distance": 150, "weight": 200},
            128,  # 127.5
        ),
        (
            CNY,
            Figures(distance_meters=2000, weight_grams=50_000),
            {"base": 500, "distance": 150, "weight": 9800},
            1568,  # 1567.5
        ),
        # Urgency counts the work before it, not the insurance and the goods after it.
        (
            CNY,
            Figures(distance_meters=1800, urgent=True, insured_value=30_000, goods=1_990),
            {"base": 500, "distance": 150, "urgent": 130, "insured": 150, "goods": 1990},
            140,  # 15 % of 930, without the goods: 139.5
        ),
        (CNY, Figures(insured_value=1), {"base": 500, "insured": 100}, 90),
        # 30.5 yen and more: every step rounds its own line, and the lines are what is charged.
        (
            JPY,
            Figures(distance_meters=2400, duration_minutes=31, urgent=True, insured_value=1_000),
            {"base": 310, "distance": 135, "duration": 1033, "urgent": 185, "insured": 3},
            292,  # 17.5 % of 1,666: 291.55
        ),
        (JPY, Figures(duration_minutes=15), {"base": 310, "duration": 1000}, 229),  # 999.5, 229.25
        (
            KWD,
            Figures(duration_minutes=61, urgent=True),
            {"base": 1250, "duration": 4067, "urgent": 750},
            674,  # 4,066.67; 11.11 % of 6,067: 674.04
        ),
        # What a service does not ask for, or no rule prices, has no line.
        (KWD, Figures(distance_meters=9000, insured_value=5), {"base": 1250}, 139),
        # Goods are charged where no rule speaks of them.
        ({"base": {"amount": 1}}, Figures(goods=7), {"base": 1, "goods": 7}, 0),
    ],
)
def test_prices(params: dict, figures: Figures, lines: dict[str, int], commission: int):
    priced = price(rules_for(rules(params), ONE), figures)
    assert {line.code.value: line.amount for line in priced.lines} == lines
    assert priced.total == sum(lines.values())
    assert priced.commission == commission


@pytest.mark.parametrize(
    ("currency", "params", "figures", "formatted"),
    [
        ("CNY", CNY, Figures(distance_meters=3000), "CN¥8.00"),
        ("JPY", JPY, Figures(distance_meters=3000), "¥445"),
        ("KWD", KWD, Figures(duration_minutes=60), "KWD5.250"),
    ],
)
def test_minor_units_are_the_currencys_own(
    currency: str, params: dict, figures: Figures, formatted: str
):
    total = price(rules_for(rules(params), ONE), figures).total
    assert Money(total, currency).formatted("en") == formatted


def test_a_line_says_what_it_came_from():
    figures = Figures(distance_meters=2500, urgent=True)
    _, distance, urgent = price(rules_for(rules(CNY), ONE), figures).lines
    assert distance.label == LABEL
    assert distance.inputs == {
        "distance_meters": 2500,
        "free_meters": 1000,
        "started_km": 2,
        "per_km": 150,
    }
    assert urgent.inputs == {"of": 800, "percent_bps": 2000}


def test_the_rule_of_a_service_wins_in_any_order():
    for mixed in (
        rules(CNY) + rules({"base": {"amount": 900}}, ONE),
        rules({"base": {"amount": 900}}, ONE) + rules(CNY),
    ):
        assert price(rules_for(mixed, ONE), Figures()).total == 900
        assert price(rules_for(mixed, OTHER), Figures()).total == 500


@pytest.mark.parametrize(
    ("step", "params", "field"),
    [
        ("base", {}, "params.base.amount"),
        ("base", {"amount": 0}, "params.base.amount"),
        ("base", {"amount": -1}, "params.base.amount"),
        ("base", {"amount": 10**12}, "params.base.amount"),
        ("base", {"amount": 1.5}, "params.base.amount"),
        ("base", {"amount": True}, "params.base.amount"),
        ("base", {"amount": "5"}, "params.base.amount"),
        ("base", {"amount": 5, "per_km": 1}, "params.base.perKm"),
        ("distance", {"free_meters": 0}, "params.distance.perKm"),
        ("distance", {"free_meters": -1, "per_km": 1}, "params.distance.freeMeters"),
        ("weight", {"free_grams": 0, "per_kg": -1}, "params.weight.perKg"),
        ("duration", {"per_hour": 1, "minimum_minutes": 961}, "params.duration.minimumMinutes"),
        ("urgent", {}, "params.urgent"),
        ("urgent", {"amount": 1, "percent_bps": 1}, "params.urgent"),
        ("urgent", {"percent_bps": 10_001}, "params.urgent.percentBps"),
        ("insured", {"rate_bps": 10_001, "minimum": 0}, "params.insured.rateBps"),
        ("goods", {"amount": 1}, "params.goods.amount"),
        ("commission", {"percent_bps": 10_001}, "params.commission.percentBps"),
    ],
)
def test_parameters_that_make_no_sense_are_named(step: str, params: dict, field: str):
    with pytest.raises(InvalidInput) as refused:
        params_parse(Step(step), params)
    assert refused.value.field == field


amounts = st.integers(0, MAX_RULE_AMOUNT)
bps = st.integers(0, 10_000)
any_rules = st.fixed_dictionaries(
    {"base": st.fixed_dictionaries({"amount": st.integers(1, MAX_RULE_AMOUNT)})},
    optional={
        "distance": st.fixed_dictionaries(
            {"free_meters": st.integers(0, 1_000_000), "per_km": amounts}
        ),
        "weight": st.fixed_dictionaries(
            {"free_grams": st.integers(0, 1_000_000), "per_kg": amounts}
        ),
        "duration": st.fixed_dictionaries(
            {"per_hour": amounts, "minimum_minutes": st.integers(0, 960)}
        ),
        "urgent": st.one_of(
            st.fixed_dictionaries({"amount": st.integers(1, MAX_RULE_AMOUNT)}),
            st.fixed_dictionaries({"percent_bps": bps}),
        ),
        "insured": st.fixed_dictionaries({"rate_bps": bps, "minimum": amounts}),
        "goods": st.just({}),
        "commission": st.fixed_dictionaries({"percent_bps": bps}),
    },
).map(lambda params: rules_for(rules(params), ONE))

FARTHEST = 8 * 20_038_000 * 2  # seven legs to the other side of the earth, with the detour
any_figures = st.builds(
    Figures,
    distance_meters=st.none() | st.integers(0, FARTHEST),
    weight_grams=st.none() | st.integers(WEIGHT_GRAMS[0], WEIGHT_GRAMS[-1]),
    duration_minutes=st.none() | st.integers(15, 960),
    urgent=st.booleans(),
    insured_value=st.none() | st.integers(VALUE[0], VALUE[-1]),
    goods=st.integers(0, 20 * QUANTITY[-1] * UNIT_PRICE[-1]),
)


@given(any_rules, any_figures)
def test_lines_add_up_and_nothing_is_negative_or_too_large(rules, figures):
    priced = price(rules, figures)
    assert priced.total == sum(line.amount for line in priced.lines)
    assert all(0 < line.amount <= MAX_AMOUNT for line in priced.lines)
    assert 0 < priced.total <= MAX_AMOUNT
    assert 0 <= priced.commission <= priced.total - figures.goods
    steps = list(Step)
    order = [steps.index(line.code) for line in priced.lines]
    assert order == sorted(order)


@given(any_rules, any_figures, st.integers(0, 100_000), st.integers(0, 50_000))
def test_farther_and_heavier_is_never_cheaper(rules, figures, meters, grams):
    def total(**changed: int | None) -> int:
        fields = {name: getattr(figures, name) for name in Figures.__slots__}
        return price(rules, Figures(**{**fields, **changed})).total

    distance, weight = figures.distance_meters or 0, figures.weight_grams or 1
    assert total(distance_meters=distance) <= total(distance_meters=distance + meters)
    assert total(weight_grams=weight) <= total(weight_grams=weight + grams)
    assert total(distance_meters=None) <= total(distance_meters=distance)
    assert total(weight_grams=None) <= total(weight_grams=weight)


@given(any_rules, any_figures)
def test_the_same_again_is_the_same(rules, figures):
    assert price(rules, figures) == price(dict(reversed(rules.items())), figures)


def test_every_step_but_that_of_promotions_has_parameters():
    assert list(PARAMS) == [step for step in Step if step is not Step.PROMOTION]
