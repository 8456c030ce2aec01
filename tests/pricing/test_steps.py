"""Every step by examples, conditions, and what holds for any rules and figures at all."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import MAX_AMOUNT
from tenants.pricing.conditions import When
from tenants.pricing.figures import Day, Facts, Figures, Granted, figures_of, granted_serialise
from tenants.pricing.models import Step
from tenants.pricing.pipeline import EACH, PASSED_ON, Priced, price, rules_for

ONE = UUID(int=1)
MONDAY = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
ZONE_A, ZONE_B = str(UUID(int=10)), str(UUID(int=11))


def rule(step: str, params: dict, **more: Any) -> dict[str, Any]:
    return {"step": step, "service_id": None, "label": {"en": step}, "params": params, **more}


BASE = rule("base", {"amount": 1000})


def priced(*rules: dict, **figures: Any) -> Priced:
    return price(rules_for([BASE, *rules], ONE), Figures(**{"local": MONDAY, **figures}))


def amounts(*rules: dict, **figures: Any) -> list[int]:
    """Of the lines after the base."""
    return [line.amount for line in priced(*rules, **figures).lines[1:]]


BANDS = {"per_km": 200, "bands": [{"up_to": 1000, "amount": 300}, {"up_to": 3000, "amount": 500}]}
KILOS = {"per_kg": 50, "bands": [{"up_to": 2000, "amount": 0}, {"up_to": 5000, "amount": 90}]}
EXTRAS = {"field": "extras", "amounts": {"mop": 300, "oven": 1200}}
ROOMS = {"field": "rooms", "per_unit": 700, "free_units": 2}


@pytest.mark.parametrize(
    ("step", "params", "figures", "expected"),
    [
        ("distance", BANDS, {"distance_meters": 0}, [300]),
        ("distance", BANDS, {"distance_meters": 1000}, [300]),
        ("distance", BANDS, {"distance_meters": 1001}, [500]),
        ("distance", BANDS, {"distance_meters": 3000}, [500]),
        ("distance", BANDS, {"distance_meters": 3001}, [700]),
        ("distance", BANDS, {"distance_meters": 5000}, [900]),
        ("distance", BANDS, {}, []),
        ("weight", KILOS, {"weight_grams": 2000}, []),
        ("weight", KILOS, {"weight_grams": 2001}, [90]),
        ("weight", KILOS, {"weight_grams": 5001}, [140]),
        ("size", {"amounts": {"small": 0, "large": 800}}, {"answers": {"size": "large"}}, [800]),
        ("size", {"amounts": {"large": 800}}, {"answers": {"size": "small"}}, []),
        ("size", {"amounts": {"large": 800}}, {"answers": {"size": 3}}, []),
        ("option", EXTRAS, {"answers": {"extras": ["oven", "mop"]}}, [1500]),
        ("option", EXTRAS, {"answers": {"extras": "mop"}}, [300]),
        ("option", EXTRAS, {"answers": {"extras": ["fridge"]}}, []),
        ("option", EXTRAS, {}, []),
        ("option", {"field": "pet", "amounts": {"yes": 50}}, {"answers": {"pet": True}}, [50]),
        ("option", {"field": "pet", "amounts": {"yes": 50}}, {"answers": {"pet": False}}, []),
        ("option", ROOMS, {"answers": {"rooms": 2}}, []),
        ("option", ROOMS, {"answers": {"rooms": 5}}, [2100]),
        ("option", ROOMS, {"answers": {"rooms": True}}, []),
        ("floors", {"per_floor": 500, "free_floors": 1}, {"answers": {"floors": 1}}, []),
        ("floors", {"per_floor": 500, "free_floors": 1}, {"answers": {"floors": 6}}, [2500]),
        (
            "floors",
            {"per_floor": 500, "free_floors": 1},
            {"answers": {"floors": 6, "lift": True}},
            [],
        ),
        ("demand", {"percent_bps": 5000}, {"demand_bps": 0}, []),
        ("demand", {"percent_bps": 5000}, {"demand_bps": 5000}, [250]),
        ("demand", {"percent_bps": 5000}, {"demand_bps": 10_000}, [500]),
        ("minimum", {"amount": 1500}, {}, [500]),
        ("minimum", {"amount": 1000}, {}, []),
        ("maximum", {"amount": 800}, {}, [-200]),
        ("maximum", {"amount": 1000}, {}, []),
        ("tip", {}, {"tip": 77}, [77]),
        ("tax", {"rate_bps": 1900, "included": False}, {"goods": 500, "tip": 9}, [500, 9, 190]),
    ],
)
def test_a_step(step: str, params: dict, figures: dict, expected: list[int]):
    assert amounts(rule(step, params), **figures) == expected


def test_a_tax_within_the_price_is_stated_and_costs_nothing():
    result = priced(rule("tax", {"rate_bps": 1900, "included": True}))
    assert (result.total, result.commission) == (1000, 0)
    assert result.lines[1].inputs["included"] == 160  # 1,000 × 19 ÷ 119 = 159.66


def test_a_tax_on_top_is_the_operators_to_pay():
    tax, commission = (
        rule("tax", {"rate_bps": 1000, "included": False}),
        rule("commission", {"percent_bps": 2000}),
    )
    result = priced(tax, commission, goods=300, tip=50)
    assert (result.total, result.commission) == (1450, 300)


def test_every_option_adds_a_line_but_one_distance_counts():
    free = rule("distance", {"free_meters": 0, "per_km": 1})
    assert len(amounts(free, free, distance_meters=1)) == 1
    rooms = rule("option", ROOMS)
    assert amounts(rooms, rule("option", EXTRAS), answers={"rooms": 3, "extras": ["mop"]}) == [
        700,
        300,
    ]


def test_a_services_own_surcharges_take_the_place_of_the_general_ones():
    own = {"service_id": str(ONE)}
    general = [rule("urgent", {"amount": 5}), rule("urgent", {"amount": 7})]
    assert amounts(*general, urgent=True) == [5, 7]
    asked = {"when": {"answers": [{"field": "a", "is": ["x"]}]}}
    two = [{**rule("urgent", {"amount": n}, **asked), **own} for n in (11, 13)]
    assert amounts(*general, *two, urgent=True) == [5, 7]
    assert amounts(*general, *two, urgent=True, answers={"a": "x"}) == [11, 13]
    options = [rule("option", EXTRAS), {**rule("option", EXTRAS), **own}]
    assert amounts(*options, answers={"extras": ["mop"]}) == [300, 300]


def test_surcharges_are_shares_of_the_work_and_not_of_one_another():
    half = {"percent_bps": 5000}
    hours = {"hours": {"from": "12:00", "to": "13:00"}}
    found = priced(
        rule("distance", {"free_meters": 0, "per_km": 1000}),
        rule("zone", half, when={"zones_to": [ZONE_B]}),
        rule("urgent", half),
        rule("night", half, when=hours),
        rule("peak", half, when=hours),
        rule("holiday", half),
        rule("demand", half),
        distance_meters=1000,
        urgent=True,
        zone_to=ZONE_B,
        day=Day.HOLIDAY,
        demand_bps=10_000,
    )
    assert [line.amount for line in found.lines[2:]] == [1000] * 6
    assert {line.inputs["of"] for line in found.lines[2:]} == {2000}


def test_promotions_leave_one_unit_and_never_touch_goods_and_tips():
    granted = (
        Granted(amount=400, label={"en": "First order"}, promotion="a"),
        Granted(amount=9000, label={"en": "Too good"}, promotion="b"),
        Granted(amount=1, label={"en": "Nothing left"}, promotion="c"),
    )
    result = priced(goods=5000, tip=100, granted=granted)
    assert [(line.code.value, line.amount) for line in result.lines] == [
        ("base", 1000),
        ("goods", 5000),
        ("promotion", -400),
        ("promotion", -599),
        ("tip", 100),
    ]
    assert result.total == 5101
    assert result.lines[3].inputs == {"promotion": "b", "granted": 9000}


def test_the_first_that_applies_by_service_then_priority_then_age():
    general = rule("base", {"amount": 1}, priority=9, id="1")
    own = {**rule("base", {"amount": 2}, id="2"), "service_id": str(ONE)}
    elder, younger = (
        {**rule("base", {"amount": 3}, id="3", priority=1), "service_id": str(ONE)},
        {**rule("base", {"amount": 4}, id="4", priority=1), "service_id": str(ONE)},
    )
    night = {
        **rule("base", {"amount": 5}, id="5", priority=2, when={"urgent": True}),
        "service_id": str(ONE),
    }
    for order in (1, -1):
        rules = rules_for([general, own, elder, younger, night][::order], ONE)
        assert price(rules, Figures()).total == 3
        assert price(rules, Figures(urgent=True)).total == 5
        assert price(rules_for([general, own], UUID(int=2)), Figures()).total == 1


@pytest.mark.parametrize(
    ("when", "figures", "holds"),
    [
        ({"weekdays": [1]}, {}, True),
        ({"weekdays": [6, 7]}, {}, False),
        ({"weekdays": [1]}, {"local": None}, False),
        ({"hours": {"from": "12:30", "to": "13:00"}}, {}, True),
        ({"hours": {"from": "12:00", "to": "12:30"}}, {}, False),
        ({"hours": {"from": "22:00", "to": "06:00"}}, {}, False),
        (
            {"hours": {"from": "22:00", "to": "06:00"}},
            {"local": MONDAY.replace(hour=22, minute=0)},
            True,
        ),
        (
            {"hours": {"from": "22:00", "to": "06:00"}},
            {"local": MONDAY.replace(hour=5, minute=59)},
            True,
        ),
        (
            {"hours": {"from": "22:00", "to": "06:00"}},
            {"local": MONDAY.replace(hour=6, minute=0)},
            False,
        ),
        ({"dates": {"from": "2026-03-02", "to": "2026-03-02"}}, {}, True),
        ({"dates": {"from": "2026-03-03"}}, {}, False),
        ({"dates": {"to": "2026-03-01"}}, {}, False),
        ({"days": ["holiday", "working"]}, {}, False),
        ({"days": ["working"]}, {"day": Day.WORKING}, True),
        ({"days": ["ordinary"]}, {}, True),
        ({"zones_from": [ZONE_A]}, {"zone_from": ZONE_A}, True),
        ({"zones_from": [ZONE_A]}, {"zone_from": ZONE_B}, False),
        ({"zones_from": [ZONE_A], "zones_to": [ZONE_B]}, {"zone_from": ZONE_A}, False),
        ({"zones_to": [ZONE_A, ZONE_B]}, {"zone_to": ZONE_B}, True),
        ({"distance_meters": {"at_least": 1}}, {}, False),
        ({"distance_meters": {"at_least": 1, "at_most": 2}}, {"distance_meters": 2}, True),
        ({"weight_grams": {"at_most": 2}}, {"weight_grams": 3}, False),
        ({"urgent": False}, {}, True),
        ({"urgent": True}, {}, False),
        ({"answers": [{"field": "a", "is": ["x"]}]}, {"answers": {"a": "x"}}, True),
        ({"answers": [{"field": "a", "is": ["x"]}]}, {"answers": {"a": ["y", "x"]}}, True),
        ({"answers": [{"field": "a", "is": ["x"]}]}, {}, False),
        ({"answers": [{"field": "a", "at_least": 3}]}, {"answers": {"a": 3}}, True),
    ],
)
def test_conditions(when: dict, figures: dict, holds: bool):
    assert When.parse(when).holds(Figures(**{"local": MONDAY, **figures})) is holds
    assert When.parse(When.parse(when).serialise()) == When.parse(when)


def test_a_rule_is_valid_from_its_first_instant_until_before_its_last():
    since, until = MONDAY, MONDAY + timedelta(days=1)
    minimum = rule(
        "minimum",
        {"amount": 1500},
        valid_from=since.isoformat(),
        valid_until=until.isoformat(),
    )
    tick = timedelta(microseconds=1)
    found = {at: len(amounts(minimum, at=at)) for at in (since - tick, since, until - tick, until)}
    assert [*found.values()] == [0, 1, 1, 0]
    assert amounts(minimum, at=None) == []


def test_a_quote_of_earlier_days_replays():
    """Its tariff and its inputs say less than those of today."""
    inputs = {
        "weight_grams": 1500,
        "duration_minutes": None,
        "urgent": True,
        "insured_value": None,
        "items": [],
    }
    old = [
        BASE,
        rule("distance", {"free_meters": 1000, "per_km": 150}),
        rule("urgent", {"percent_bps": 2000}),
    ]
    result = price(rules_for(old, ONE), figures_of(inputs, distance_meters=2500))
    assert [(line.amount, dict(line.inputs)) for line in result.lines] == [
        (1000, {}),
        (300, {"distance_meters": 2500, "free_meters": 1000, "started_km": 2, "per_km": 150}),
        (260, {"of": 1300, "percent_bps": 2000}),
    ]


# -- what holds for any rules -------------------------------------------------------------------

money = st.integers(0, 10**9)
some = st.integers(1, 10**9)
bps = st.integers(0, 10_000)
share = st.one_of(
    st.fixed_dictionaries({"amount": some}), st.fixed_dictionaries({"percent_bps": bps})
)
keys = st.sampled_from(["a", "b", "c"])


@st.composite
def rising_bands(draw: st.DrawFn, per: str) -> dict[str, Any]:
    edges = sorted(draw(st.sets(st.integers(1, 50_000), min_size=1, max_size=4)))
    costs = sorted(draw(st.lists(money, min_size=len(edges), max_size=len(edges))))
    rows = [{"up_to": up, "amount": cost} for up, cost in zip(edges, costs, strict=True)]
    return {"bands": rows, per: draw(money)}


def free(name: str, per: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: st.integers(0, 50_000), per: money})


PARAMS = {
    "base": st.fixed_dictionaries({"amount": some})
    | st.builds(
        lambda amount, *ends: {
            "amount": amount,
            "courier_least": min(ends),
            "courier_most": max(ends),
        },
        some,
        some,
        some,
    ),
    "distance": rising_bands("per_km") | free("free_meters", "per_km"),
    "weight": rising_bands("per_kg") | free("free_grams", "per_kg"),
    "size": st.fixed_dictionaries({"amounts": st.dictionaries(keys, money, min_size=1)}),
    "duration": st.fixed_dictionaries({"per_hour": money, "minimum_minutes": st.integers(0, 960)}),
    "option": st.fixed_dictionaries(
        {"field": keys, "amounts": st.dictionaries(keys, money, min_size=1)}
    )
    | st.fixed_dictionaries(
        {"field": keys, "per_unit": st.integers(0, 10**6), "free_units": st.integers(0, 9)}
    ),
    "floors": st.fixed_dictionaries({"per_floor": money, "free_floors": st.integers(0, 9)}),
    "zone": share,
    "urgent": share,
    "night": share,
    "peak": share,
    "holiday": share,
    "demand": st.fixed_dictionaries({"percent_bps": bps}),
    "minimum": st.fixed_dictionaries({"amount": some}),
    "maximum": st.fixed_dictionaries({"amount": some}),
    "member": share,
    "wave": share,
    "insured": st.fixed_dictionaries({"rate_bps": bps, "minimum": money}),
    "tax": st.fixed_dictionaries({"rate_bps": bps, "included": st.booleans()}),
    "commission": st.fixed_dictionaries({"percent_bps": bps}),
}
TIMES = {"hours": {"from": "22:00", "to": "06:00"}}
NEEDED = {
    "night": TIMES,
    "peak": TIMES,
    "zone": {"zones_to": [ZONE_A]},
    "member": {"member_levels": ["gold"]},
    "wave": {"wave_size": {"at_least": 3}},
}
conditions = st.fixed_dictionaries(
    {},
    optional={
        "weekdays": st.lists(st.integers(1, 7), min_size=1, max_size=3),
        "hours": st.sampled_from(
            [{"from": "06:00", "to": "12:00"}, {"from": "20:00", "to": "02:00"}]
        ),
        "days": st.lists(st.sampled_from([*map(str, Day)]), min_size=1, max_size=2),
        "zones_from": st.just([ZONE_A]),
        "zones_to": st.just([ZONE_B]),
        "urgent": st.booleans(),
        "member_levels": st.sampled_from([["gold"], ["gold", "silver"]]),
        "wave_size": st.just({"at_least": 2, "at_most": 9}),
        "answers": st.just([{"field": "a", "is": ["a"]}]),
    },
)


@st.composite
def any_rule(draw: st.DrawFn) -> dict[str, Any]:
    step = draw(st.sampled_from([*PARAMS]))
    return rule(
        step,
        draw(PARAMS[step]),
        when=NEEDED.get(step, {}) | draw(conditions),
        priority=draw(st.integers(-2, 2)),
        round_to=draw(st.sampled_from([1, 1, 5, 10, 100])),
        rounding=draw(st.sampled_from(["half_up", "up", "down"])),
        id=str(UUID(int=draw(st.integers(1, 2**64)))),
    )


any_rules = st.lists(any_rule(), max_size=25)
answers = st.fixed_dictionaries(
    {},
    optional={
        "a": keys,
        "b": st.integers(0, 100),
        "c": st.lists(keys, unique=True),
        "size": keys,
        "floors": st.integers(0, 40),
        "lift": st.booleans(),
    },
)
any_facts = st.builds(
    Facts,
    at=st.just(MONDAY),
    local=st.integers(0, 365 * 24 * 60).map(lambda minute: MONDAY + timedelta(minutes=minute)),
    day=st.sampled_from(Day),
    zone_from=st.sampled_from([None, ZONE_A, ZONE_B]),
    zone_to=st.sampled_from([None, ZONE_A, ZONE_B]),
    demand_bps=bps,
    member_level=st.sampled_from([None, "silver", "gold"]),
    wave_size=st.integers(1, 12),
)
any_inputs = st.fixed_dictionaries(
    {
        "weight_grams": st.none() | st.integers(1, 50_000),
        "duration_minutes": st.none() | st.integers(15, 960),
        "urgent": st.booleans(),
        "insured_value": st.none() | st.integers(1, 10**7),
        "items": st.lists(
            st.fixed_dictionaries(
                {"quantity": st.integers(1, 99), "unit_price": st.none() | st.integers(0, 10**7)}
            ),
            max_size=3,
        ),
        "answers": answers,
        "tip": st.integers(0, 10**7),
        "courier_base": st.none() | some,
        "facts": any_facts.map(Facts.serialise),
        "granted": st.lists(
            st.builds(Granted, amount=some, label=st.just({}), promotion=st.just("p")), max_size=3
        ).map(granted_serialise),
    }
)
meters = st.none() | st.integers(0, 100_000)


@given(any_rules, any_inputs, meters)
def test_lines_add_up_and_something_is_always_left_to_pay(rules, inputs, distance):
    found = price(rules_for([BASE, *rules], ONE), figures_of(inputs, distance_meters=distance))
    assert found.has_base
    assert found.total == sum(line.amount for line in found.lines)
    assert 0 < found.total <= MAX_AMOUNT
    own = sum(line.amount for line in found.lines if line.code not in PASSED_ON)
    assert own > 0
    assert 0 <= found.commission <= own
    steps = [*Step]
    order = [steps.index(line.code) for line in found.lines]
    assert order == sorted(order)
    for line in found.lines:
        falls = line.code in (Step.MAXIMUM, Step.MEMBER, Step.WAVE, Step.PROMOTION)
        assert line.amount < 0 if falls else line.amount >= 0
    alone = [line.code for line in found.lines if line.code not in EACH | {Step.PROMOTION}]
    assert len(alone) == len(set(alone))


@given(any_rules, any_inputs, meters)
def test_the_work_lies_between_the_minimum_and_the_maximum(rules, inputs, distance):
    figures = figures_of(inputs, distance_meters=distance)
    found = price(rules_for([BASE, *rules], ONE), figures)
    steps = [*Step]
    end = steps.index(Step.MAXIMUM)
    work = sum(line.amount for line in found.lines if steps.index(line.code) <= end)
    by_step = {line.code: line for line in found.lines}
    if Step.MAXIMUM in by_step:
        assert work == by_step[Step.MAXIMUM].inputs["maximum"]
    elif Step.MINIMUM in by_step:
        assert work == by_step[Step.MINIMUM].inputs["minimum"]


@given(any_rules, any_inputs, meters)
def test_what_a_quote_stores_prices_it_again(rules, inputs, distance):
    """Through JSON and in another order."""
    published = orjson.loads(orjson.dumps(rules))[::-1]
    stored = orjson.loads(orjson.dumps(inputs))
    first = price(rules_for([BASE, *rules], ONE), figures_of(inputs, distance_meters=distance))
    again = price(rules_for([*published, BASE], ONE), figures_of(stored, distance_meters=distance))
    assert again == first


@given(any_rules, any_inputs, st.integers(0, 100_000), st.integers(0, 50_000))
def test_farther_and_heavier_never_costs_less(rules, inputs, distance, more):
    """Where no condition asks how far or how heavy: bands and kilometres alone never fall."""
    chosen = rules_for([BASE, *rules], ONE)
    inputs = {**inputs, "granted": []}

    def total(meters: int, grams: int) -> int:
        given_ = {**inputs, "weight_grams": grams}
        return price(chosen, figures_of(given_, distance_meters=meters)).total

    assert total(distance, 1) <= total(distance + more, 1)
    assert total(distance, 1) <= total(distance, 1 + more)
