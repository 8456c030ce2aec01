"""Accidents on request: an API that is slow, broken, or loses its answer on the way."""

import re
from dataclasses import dataclass

KINDS = {
    "delay": "answers after `seconds`",
    "error": "answers 500 and does nothing",
    "rate_limit": "answers 429 and does nothing",
    "drop": "closes the connection and does nothing",
    "lose": "does what is asked, then closes the connection without an answer",
}


@dataclass
class Fault:
    """What goes wrong with the next `times` requests whose `METHOD /path` matches `pattern`."""

    kind: str
    pattern: re.Pattern[str]
    times: int
    seconds: float


class Faults:
    """Those that wait for their requests."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, *, kind: str, on: str = "", times: int = 1, seconds: float = 0) -> None:
        """`on` is a regular expression, sought in `METHOD /path`; times 0 is for ever."""
        if kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}")
        self._waiting.append(Fault(kind, re.compile(on), times or -1, seconds))

    def clear(self) -> None:
        """All is well again."""
        self._waiting.clear()

    def met(self, request: str) -> Fault | None:
        """The fault that this request runs into, if any; it is counted."""
        for fault in self._waiting:
            if fault.times != 0 and fault.pattern.search(request):
                fault.times -= 1
                return fault
        return None
