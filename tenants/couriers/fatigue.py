"""When a courier has worked enough: a pure rule over stretches on duty.

Source: "Basic requirements for the management of food-delivery platform services"
(外卖平台服务管理基本要求, a recommended national standard, SAMR, 4 December 2025): after more than
four hours without a pause a courier is told to rest and gets no orders for 20 minutes; a day has
eight hours. Time on duty counts as work, whether or not there was an order in hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

CONTINUOUS_MOST: Final = timedelta(hours=4)
REST: Final = timedelta(minutes=20)
DAY_MOST: Final = timedelta(hours=8)


class Advice(Enum):
    """What follows from how long somebody has worked."""

    FRESH = "fresh"
    REST = "rest"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Fatigue:
    """How long without a rest, how long today, and what follows: orders are for the fresh."""

    continuous: timedelta
    today: timedelta
    advice: Advice


def fatigue(
    stretches: Iterable[tuple[datetime, datetime]], *, midnight: datetime, at: datetime
) -> Fatigue:
    """The fatigue at `at` of who worked these stretches (from, to), in any order.

    `midnight` begins the operator's day. Pauses shorter than the rest do not end a stretch; they
    are no work either.
    """
    continuous, today = timedelta(), timedelta()
    last: datetime | None = None
    for begin, end in sorted(stretches):
        end = min(end, at)
        if end <= begin:
            continue
        if last is None or begin - last >= REST:
            continuous = timedelta()
        continuous += end - begin
        today += max(timedelta(), end - max(begin, midnight))
        last = end
    if last is None or at - last >= REST:
        continuous = timedelta()
    if today >= DAY_MOST:
        return Fatigue(continuous, today, Advice.DONE)
    return Fatigue(
        continuous, today, Advice.REST if continuous >= CONTINUOUS_MOST else Advice.FRESH
    )
