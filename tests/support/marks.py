"""What each tenant's data is known by, so that a leak shows.

leaks(answer, BETA)         # what an answer of alpha's has of beta's
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mark:
    """By what a tenant's data is known. No figure that is not its own lies in its `figures`."""

    slug: str
    currency: str
    symbol: str
    phone: str
    figures: range
    degrees: float

    @property
    def words(self) -> tuple[str, ...]:
        """What its texts contain, in small letters."""
        masked = f"••••{self.phone[-4:]}"
        return (self.slug, self.currency.lower(), self.symbol, self.phone, masked)


ALPHA = Mark("alpha", "CNY", "¥", "+8613800137100", range(7100, 7200), 39.5)
BETA = Mark("beta", "GBP", "£", "+447946008200", range(8200, 8300), 51.5)
GAMMA = Mark("gamma", "GBP", "£", "+447946009300", range(9300, 9400), 53.5)
MARKS = {mark.slug: mark for mark in (ALPHA, BETA, GAMMA)}


def leaks(answer: Any, mark: Mark) -> list[Any]:
    """The texts and figures of `answer`, a JSON value, that carry `mark`."""
    return [leaf for leaf in _leaves(answer) if _carries(leaf, mark)]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _carries(leaf: Any, mark: Mark) -> bool:
    if isinstance(leaf, str):
        return not leaf.startswith("/files/") and any(w in leaf.casefold() for w in mark.words)
    if isinstance(leaf, float):
        return abs(leaf - mark.degrees) < 0.1
    return isinstance(leaf, int) and abs(leaf) in mark.figures
