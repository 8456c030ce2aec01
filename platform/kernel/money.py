"""Money: whole minor units and an ISO 4217 currency. Never a float.

The number of minor units of a currency is CLDR's (Unicode's data, by Babel): 2 for CNY, 0 for JPY,
3 for KWD.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision, list_currencies

MAX_AMOUNT = 2**53 - 1
"""The largest amount of minor units that every JSON client reads exactly."""


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: always a bug, since a tenant has one currency."""


def currency_is_known(code: str) -> bool:
    """Whether `code` is a currency of ISO 4217 that CLDR knows."""
    return code in list_currencies()


def round_minor(value: Decimal) -> int:
    """Minor units from a computed amount, halves away from zero: how every price rule rounds."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`amount` minor units of `currency`; adds and subtracts only its own kind."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    @property
    def major(self) -> Decimal:
        """In major units, exactly, with as many places as the currency has: 12.50."""
        return Decimal(self.amount).scaleb(-get_currency_precision(self.currency))

    def formatted(self, locale: str) -> str:
        """For a person, in a CLDR locale such as `zh_Hans_CN`: `¥12.50`."""
        return format_currency(self.major, self.currency, locale=locale)
