"""Whose request this process works on next: a tenant's crowd waits behind the others' few.

A process answers with one interpreter, so what one tenant takes the others wait for. Hence only a
few requests are worked on at a time; among those that wait, the tenant goes first that has taken
least of the interpreter lately; and no tenant holds all the threads, be it by waiting.
"""

import threading
import time
from collections import Counter, deque
from math import exp
from typing import Final

MEMORY_SECONDS: Final = 1.0
"""After which a third is left of what a tenant is remembered to have taken."""

MAX_REMEMBERED: Final = 1_000
"""Tenants; beyond, those are forgotten that have taken next to nothing lately."""


class TooManyAtOnce(Exception):
    """The tenant holds as many of the process's threads as one may."""


class Turns:
    """Lets `at_once` requests work at a time, and a tenant hold `of_one` threads at most.

    Of the places to work one is always left to another tenant.
    """

    def __init__(self, *, at_once: int, of_one: int) -> None:
        self._at_once = at_once
        self._of_one = of_one
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()
        self._working: Counter[str] = Counter()
        self._waiting: dict[str, deque[threading.Lock]] = {}
        self._taken: dict[str, tuple[float, float]] = {}

    def turn(self, label: str) -> "Turn":
        """`with turns.turn(label):` waits for its turn, and works. Raises `TooManyAtOnce`."""
        return Turn(self, label)

    def enter(self, label: str) -> None:
        """Wait for the turn of a request of `label`. Raises `TooManyAtOnce`."""
        with self._lock:
            if self._held[label] >= self._of_one:
                raise TooManyAtOnce
            self._held[label] += 1
            if self._has_place(label):
                self._working[label] += 1
                return
            place = threading.Lock()
            place.acquire()
            self._waiting.setdefault(label, deque()).append(place)
        place.acquire()  # released by whoever leaves, with the place to work

    def leave(self, label: str, seconds: float) -> None:
        """End the turn, which took so long of the interpreter, and let the next one work."""
        now = time.monotonic()
        with self._lock:
            self._less(self._held, label)
            self._less(self._working, label)
            self._taken[label] = self._lately(label, now) + seconds, now
            if len(self._taken) > MAX_REMEMBERED:
                self._forget(now)
            free = [other for other in self._waiting if self._has_place(other)]
            if free:
                following = min(free, key=lambda other: self._lately(other, now))
                places = self._waiting[following]
                self._working[following] += 1
                places.popleft().release()
                if not places:
                    del self._waiting[following]

    def _has_place(self, label: str) -> bool:
        everybody = self._working.total()
        alone = everybody == self._working[label]
        return everybody < self._at_once - (alone and self._at_once > 1)

    def _lately(self, label: str, now: float) -> float:
        """Seconds of the interpreter that `label` took, the older ones counting for less."""
        taken, then = self._taken.get(label, (0.0, now))
        return taken * exp((then - now) / MEMORY_SECONDS)

    def _forget(self, now: float) -> None:
        self._taken = {
            label: kept for label, kept in self._taken.items() if self._lately(label, now) > 0.001
        }

    @staticmethod
    def _less(counter: Counter[str], label: str) -> None:
        counter[label] -= 1
        if not counter[label]:
            del counter[label]


class Turn:
    """One request's: not a generator, which takes longer."""

    __slots__ = ("_began", "_label", "_turns")

    def __init__(self, turns: Turns, label: str) -> None:
        self._turns = turns
        self._label = label

    def __enter__(self) -> None:
        self._turns.enter(self._label)
        self._began = time.thread_time()

    def __exit__(self, *_: object) -> None:
        self._turns.leave(self._label, time.thread_time() - self._began)
