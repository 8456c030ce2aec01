"""The totals that proofs go by are the prices that customers are quoted, whatever the rules."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tenants.pricing.dimensions import figures_at, point_at
from tenants.pricing.figures import Day
from tenants.pricing.pipeline import in_order, price, rule_parse
from tenants.pricing.proofs import places
from tenants.pricing.totals import Totals
from tests.pricing.test_steps import MONDAY, ONE, ZONE_A, ZONE_B, any_rule, bps, keys, some


@st.composite
def some_rule(draw: st.DrawFn) -> dict[str, Any]:
    """General or one service's, for ever or for a time, about figures as well."""
    rule = draw(any_rule())
    spans = {
        "distance_meters": st.just({"at_least": 500, "at_most": 5000}),
        "weight_grams": st.just({"at_most": 900}),
    }
    rule["when"] |= draw(st.fixed_dictionaries({}, optional=spans))
    rule["service_id"] = draw(st.none() | st.just(str(ONE)))
    for end in ("valid_from", "valid_until"):
        later = st.integers(-2, 2).map(lambda days: MONDAY + timedelta(days=days))
        moment = draw(st.none() | later)
        rule[end] = moment.isoformat() if moment else None
    return rule


def some_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=1, max_size=3)


dimensions = st.fixed_dictionaries(
    {
        "moment": some_of(st.integers(0, 10_000).map(lambda n: MONDAY + timedelta(minutes=n))),
        "day": some_of(st.sampled_from(Day)),
        "zone_from": some_of(st.sampled_from([None, ZONE_A, ZONE_B])),
        "zone_to": some_of(st.sampled_from([None, ZONE_A, ZONE_B])),
        "demand_bps": some_of(bps),
        "member_level": some_of(st.sampled_from([None, "silver", "gold"])),
        "wave_size": some_of(st.integers(1, 12)),
        "courier_base": some_of(st.none() | some),
        "at": some_of(st.integers(-3, 3).map(lambda days: MONDAY + timedelta(days=days))),
    },
    optional={
        "distance_meters": some_of(st.none() | st.integers(0, 100_000)),
        "weight_grams": some_of(st.none() | st.integers(1, 50_000)),
        "duration_minutes": some_of(st.integers(15, 960)),
        "insured_value": some_of(st.none() | st.integers(1, 10**7)),
        "urgent": some_of(st.booleans()),
        "answers.a": some_of(st.none() | keys),
        "answers.b": some_of(st.none() | st.integers(0, 100)),
        "answers.c": some_of(st.lists(keys, unique=True)),
        "answers.size": some_of(keys),
        "answers.floors": some_of(st.integers(0, 40)),
        "answers.lift": some_of(st.booleans()),
    },
)


@given(st.lists(some_rule(), max_size=25), dimensions)
def test_they_are_the_prices(given_rules: list[dict[str, Any]], dimensions: dict[str, Any]):
    own = (None, str(ONE))
    rules = in_order(rule for rule in map(rule_parse, given_rules) if rule.service_id in own)
    totals = Totals(dimensions, rules)
    for place in islice(places(dimensions), 200):
        priced = price(rules, figures_at(point_at(dimensions, place)))
        assert totals.at(place) == (priced.total if priced.has_base else None)


def test_a_rule_without_a_base_prices_nothing():
    tip = rule_parse({"step": "tip", "service_id": None, "label": {}, "params": {}})
    totals = Totals({"moment": [MONDAY]}, in_order([replace(tip, rule_id=str(UUID(int=3)))]))
    assert totals.at((0,)) is None
