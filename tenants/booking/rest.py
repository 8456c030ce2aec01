"""How much work fits into days, and what rest lies between: a pure rule over stretches of time.

Four hours without twenty minutes' rest, and eight hours a day, are of the standard that
`couriers/fatigue.py` names: there it is what was worked, here what is planned. The rest between one
local day's work and the next's is eleven hours (Directive 2003/88/EC, article 3; the Chinese rules
name no figure).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kernel.refusals import Refusal
from tenants.couriers.fatigue import CONTINUOUS_MOST as CONTINUOUS_MOST
from tenants.couriers.fatigue import DAY_MOST, REST

NIGHT_REST: Final = timedelta(hours=11)

type Stretch = tuple[datetime, datetime]


@dataclass(eq=False)
class RestNeeded(Refusal):
    """There would be less than `minutes` of rest between this work and what is planned already."""

    minutes: int


@dataclass(eq=False)
class TooManyHours(Refusal):
    """A local day would have more than `hours` of work."""

    hours: int


def check(planned: Iterable[Stretch], added: Stretch, *, zone: ZoneInfo) -> None:
    """Raises `RestNeeded` or `TooManyHours` where `added` makes too much of what is `planned`.

    Work is of the local day that it begins on. Only what `added` makes worse is refused.
    """
    stretches = sorted([*planned, added])
    place = stretches.index(added)
    day = added[0].astimezone(zone).date()
    same_day = [each for each in stretches if each[0].astimezone(zone).date() == day]
    if sum((end - begin for begin, end in same_day), timedelta()) > DAY_MOST:
        raise TooManyHours(hours=int(DAY_MOST / timedelta(hours=1)))
    for before, after in ((place - 1, place), (place, place + 1)):
        if before >= 0 and after < len(stretches):
            gap = stretches[after][0] - stretches[before][1]
            days = {stretches[each][0].astimezone(zone).date() for each in (before, after)}
            if len(days) > 1 and gap < NIGHT_REST:
                raise RestNeeded(minutes=int(NIGHT_REST.total_seconds()) // 60)
    if _unbroken(stretches, place) > CONTINUOUS_MOST:
        raise RestNeeded(minutes=int(REST.total_seconds()) // 60)


def _unbroken(stretches: list[Stretch], place: int) -> timedelta:
    """The work around `place` that no rest interrupts."""
    first = last = place
    while first > 0 and stretches[first][0] - stretches[first - 1][1] < REST:
        first -= 1
    while last + 1 < len(stretches) and stretches[last + 1][0] - stretches[last][1] < REST:
        last += 1
    return sum((end - begin for begin, end in stretches[first : last + 1]), timedelta())
