"""How far long work has come."""

from collections.abc import Callable

type Progress = Callable[[float], None]
"""Is told the share that is done, from 0 to 1; never less than before."""


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
