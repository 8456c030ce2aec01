"""Money is whole minor units of one currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import CurrencyMismatch, Money, currency_is_known, round_minor


@pytest.mark.parametrize(
    ("computed", "minor"),
    [("0.4", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.4", -2), ("7", 7)],
)
def test_halves_are_rounded_away_from_zero(computed: str, minor: int):
    assert round_minor(Decimal(computed)) == minor


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=6))
def test_rounding_moves_by_half_a_unit_at_most(value: Decimal):
    assert abs(round_minor(value) - value) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (1250, "CNY", "zh_Hans_CN", "¥12.50"),
        (1250, "JPY", "en", "¥1,250"),
        (1250, "KWD", "en", "KWD1.250"),
        (-5, "GBP", "en", "-£0.05"),
        (2**53 - 1, "USD", "en", "$90,071,992,547,409.91"),
    ],
)
def test_a_person_reads_major_units(amount: int, currency: str, locale: str, written: str):
    assert Money(amount, currency).formatted(locale).replace("\xa0", " ") == written


def test_currencies_do_not_mix():
    assert Money(1, "CNY") + Money(2, "CNY") - Money(4, "CNY") == Money(-1, "CNY")
    for mix in (Money.__add__, Money.__sub__):
        with pytest.raises(CurrencyMismatch):
            mix(Money(1, "CNY"), Money(1, "GBP"))


def test_known_currencies():
    assert currency_is_known("CNY")
    assert not currency_is_known("XYZ")
    assert not currency_is_known("cny")
