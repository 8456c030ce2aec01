"""How a computed amount becomes whole minor units, in currencies of none, two and three digits."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from tenants.pricing.figures import Figures
from tenants.pricing.models import Rounding, Step
from tenants.pricing.pipeline import price, rules_for
from tenants.pricing.rounding import rounded

HALF_UP, UP, DOWN = Rounding.HALF_UP, Rounding.UP, Rounding.DOWN


@pytest.mark.parametrize(
    ("numerator", "denominator", "to", "half_up", "up", "down"),
    [
        (0, 1, 1, 0, 0, 0),
        (7, 1, 1, 7, 7, 7),
        (1, 2, 1, 1, 1, 0),
        (1, 3, 1, 0, 1, 0),
        (2, 3, 1, 1, 1, 0),
        (5, 2, 1, 3, 3, 2),  # never to the even one
        (-1, 2, 1, -1, -1, 0),
        (-1, 3, 1, 0, -1, 0),
        (-5, 2, 1, -3, -3, -2),
        # Swiss francs are paid by five rappen.
        (1002, 1, 5, 1000, 1005, 1000),
        (1003, 1, 5, 1005, 1005, 1000),
        (20050, 20, 5, 1005, 1005, 1000),  # 1,002.5
        # Whole yuan, out of fen.
        (1049, 1, 100, 1000, 1100, 1000),
        (1050, 1, 100, 1100, 1100, 1000),
        (1100, 1, 100, 1100, 1100, 1100),
        # Hundreds of yen.
        (1499, 10, 100, 100, 200, 100),
        (1500, 10, 100, 200, 200, 100),
        # Ten fils, of a thousand to the dinar.
        (40_666_667, 10_000, 10, 4070, 4070, 4060),
    ],
)
def test_rounding(numerator: int, denominator: int, to: int, half_up: int, up: int, down: int):
    found = [rounded(numerator, denominator, to=to, how=how) for how in (HALF_UP, UP, DOWN)]
    assert found == [half_up, up, down]


@given(
    st.integers(-(10**20), 10**20),
    st.integers(1, 10**9),
    st.integers(1, 10**6),
    st.sampled_from(Rounding),
)
def test_rounding_is_exact(numerator: int, denominator: int, to: int, how: Rounding):
    exact = Fraction(numerator, denominator)
    found = rounded(numerator, denominator, to=to, how=how)
    assert found % to == 0
    assert abs(found - exact) < to
    if how is Rounding.UP:
        assert abs(found) >= abs(exact)
    elif how is Rounding.DOWN:
        assert abs(found) <= abs(exact)
    else:
        assert 2 * abs(found - exact) <= to


@pytest.mark.parametrize(
    ("currency", "per_hour", "minutes", "round_to", "rounding", "amount", "formatted"),
    [
        # 31 minutes at ¥50.00 are 25.8333.
        ("CNY", 5000, 31, 1, "half_up", 2583, "CN¥25.83"),
        ("CNY", 5000, 31, 1, "up", 2584, "CN¥25.84"),
        ("CNY", 5000, 31, 1, "down", 2583, "CN¥25.83"),
        ("CNY", 5000, 31, 10, "half_up", 2580, "CN¥25.80"),
        ("CNY", 5000, 31, 100, "up", 2600, "CN¥26.00"),
        # Yen have no minor unit: 31 minutes at ¥1,999 are 1,032.8166.
        ("JPY", 1999, 31, 1, "half_up", 1033, "¥1,033"),
        ("JPY", 1999, 31, 1, "down", 1032, "¥1,032"),
        ("JPY", 1999, 31, 10, "half_up", 1030, "¥1,030"),
        ("JPY", 1999, 31, 100, "up", 1100, "¥1,100"),
        ("JPY", 1, 30, 1, "half_up", 1, "¥1"),
        # Dinars have a thousand fils: 61 minutes at KD 4.000 are 4.06666.
        ("KWD", 4000, 61, 1, "half_up", 4067, "KWD4.067"),
        ("KWD", 4000, 61, 1, "down", 4066, "KWD4.066"),
        ("KWD", 4000, 61, 5, "half_up", 4065, "KWD4.065"),
        ("KWD", 4000, 61, 250, "up", 4250, "KWD4.250"),
        # Francs are paid by five rappen: 47 minutes at CHF 39.00 are 30.55.
        ("CHF", 3900, 47, 5, "half_up", 3055, "CHF30.55"),
        ("CHF", 3899, 47, 5, "half_up", 3055, "CHF30.55"),  # 30.542
        ("CHF", 3899, 47, 5, "down", 3050, "CHF30.50"),
    ],
)
def test_what_an_hour_costs(
    currency: str,
    per_hour: int,
    minutes: int,
    round_to: int,
    rounding: str,
    amount: int,
    formatted: str,
):
    rule = {
        "step": "duration",
        "service_id": None,
        "label": {},
        "params": {"per_hour": per_hour, "minimum_minutes": 0},
        "round_to": round_to,
        "rounding": rounding,
    }
    (line,) = price(rules_for([rule], UUID(int=1)), Figures(duration_minutes=minutes)).lines
    assert (line.code, line.amount) == (Step.DURATION, amount)
    assert Money(line.amount, currency).formatted("en") == formatted
    # Where it made a difference the line says so, and what was rounded.
    if amount * 60 != per_hour * minutes:
        assert (line.inputs["round_to"], line.inputs["rounding"]) == (round_to, rounding)
        assert abs(float(line.inputs["unrounded"]) - per_hour * minutes / 60) < 1e-4
    else:
        assert "rounding" not in line.inputs
