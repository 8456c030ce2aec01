"""How far long work has come."""

from collections.abc import Callable
from time import monotonic
from typing import Final

type Progress = Callable[[float], None]
"""Is told the share that is done, from 0 to 1; never less than before."""


TELL_SECONDS: Final = 0.5
"""How often somebody far away is told at most."""


def silent(share: float) -> None:
    """Tells nobody."""


def part(progress: Progress, begin: float, end: float) -> Progress:
    """For work that is only the part of the whole from share `begin` to share `end`."""
    return lambda share: progress(begin + share * (end - begin))


class Gauge:
    """Counts bytes of a total, which may turn out to be wrong, and tells the share."""

    def __init__(self, progress: Progress, *, total: int) -> None:
        self._progress, self.total = progress, total
        self._done, self._told = 0, 0.0

    def add(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        self._told = max(self._told, min(self._done / max(self.total, 1), 1.0))
        self._progress(self._told)


def seldom(progress: Progress) -> Progress:
    """Tells `progress` at once, and then every `TELL_SECONDS`: where each telling is a write."""
    told: float | None = None

    def tell(share: float) -> None:
        nonlocal told
        now = monotonic()
        if told is None or now - told >= TELL_SECONDS:
            told = now
            progress(share)

    return tell


def both(one: Progress, other: Progress) -> Progress:
    """Tells two."""

    def tell(share: float) -> None:
        one(share)
        other(share)

    return tell
