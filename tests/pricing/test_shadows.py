"""What is said of conditions without an order is true of every order."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.pricing.conditions import When
from tenants.pricing.figures import Day, Figures
from tenants.pricing.models import Step
from tenants.pricing.params import Base
from tenants.pricing.pipeline import PricedBy
from tenants.pricing.shadows import covers, overlap

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOURS = [("06:00", "12:00"), ("11:59", "14:00"), ("22:00", "06:00"), ("00:00", "06:01")]
DATES = ["2026-03-01", "2026-03-03", "2026-03-08", "2026-03-20"]
ZONES = [str(UUID(int=number)) for number in (1, 2)]
numbers = st.integers(0, 6)
spans = st.tuples(numbers, numbers).map(
    lambda ends: {"at_least": min(ends), "at_most": max(ends)}
) | numbers.map(lambda end: {"at_most": end})
tests = st.one_of(
    spans.map(lambda span: {"field": "n", **span}),
    st.lists(numbers, min_size=1, max_size=3).map(lambda values: {"field": "n", "is": values}),
    st.lists(st.sampled_from("ab"), min_size=1, max_size=2).map(
        lambda values: {"field": "c", "is": values}
    ),
    st.booleans().map(lambda flag: {"field": "f", "is": [flag]}),
)


def some[T](values: list[T]) -> st.SearchStrategy[list[T]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


conditions = st.fixed_dictionaries(
    {},
    optional={
        "weekdays": some([1, 2, 6, 7]),
        "hours": st.sampled_from(HOURS).map(lambda ends: {"from": ends[0], "to": ends[1]}),
        "dates": some(DATES).map(lambda days: {"from": min(days), "to": max(days)}),
        "days": some([day.value for day in Day]),
        "zones_to": some(ZONES),
        "distance_meters": spans,
        "urgent": st.booleans(),
        "answers": st.lists(tests, min_size=1, max_size=2),
    },
)


def ruled(when: dict[str, Any], since: int | None, until: int | None) -> PricedBy:
    return PricedBy(
        Step.BASE,
        {},
        Base(1),
        when=When.parse(when),
        valid_from=None if since is None else MONDAY + timedelta(days=since),
        valid_until=None if until is None else MONDAY + timedelta(days=until),
    )


instants = st.none() | st.integers(0, 3)
few = conditions.map(lambda when: dict([*when.items()][:2]))
rules = st.builds(ruled, conditions | few, instants, instants)
figures = st.builds(
    Figures,
    distance_meters=st.none() | numbers,
    urgent=st.booleans(),
    answers=st.fixed_dictionaries(
        {}, optional={"n": numbers, "c": st.sampled_from("ab"), "f": st.booleans()}
    ),
    at=st.integers(0, 4).map(lambda days: MONDAY + timedelta(days=days)),
    local=st.integers(-3000, 40_000).map(lambda minutes: MONDAY + timedelta(minutes=minutes)),
    day=st.sampled_from(Day),
    zone_to=st.sampled_from([None, *ZONES]),
)
orders = st.lists(figures, min_size=30, max_size=30)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rules, rules, orders)
def test_rules_that_both_apply_overlap(one: PricedBy, other: PricedBy, orders: list[Figures]):
    both = any(one.applies(order) and other.applies(order) for order in orders)
    assert overlap(one, other) == overlap(other, one)
    assert overlap(one, other) or not both


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rules, rules, orders)
def test_a_rule_that_covers_another_applies_wherever_that_does(
    one: PricedBy, other: PricedBy, orders: list[Figures]
):
    everywhere = all(one.applies(order) or not other.applies(order) for order in orders)
    assert everywhere or not covers(one, other)


@given(rules)
def test_every_rule_covers_itself_and_a_plain_one_covers_all(rule: PricedBy):
    assert covers(rule, rule)
    assert covers(ruled({}, None, None), rule)
