"""How a computed price becomes whole minor units: once for each line, as its rule says.

A currency has its own minor unit (yen none, dinars a thousand fils), so an amount is whole already
where it is in minor units; `to` is for where nobody pays in those: 5 for Swiss francs, 100 for fen
where only whole yuan are asked.
"""

from tenants.pricing.models import Rounding


def rounded(numerator: int, denominator: int, *, to: int, how: Rounding) -> int:
    """The multiple of `to` minor units for `numerator / denominator` of them; exact throughout.

    Halves go away from zero, `up` is away from zero and `down` towards it, so that a reduction is
    rounded as the price that it reduces.
    """
    unit = denominator * to
    whole, rest = divmod(abs(numerator), unit)
    if how is Rounding.UP:
        whole += rest > 0
    elif how is Rounding.HALF_UP:
        whole += 2 * rest >= unit
    return (whole if numerator >= 0 else -whole) * to
