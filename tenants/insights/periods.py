"""Stretches of whole days on the operator's clock, and the days, weeks and months in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from kernel.refusals import InvalidInput

MAX_DAYS: Final = 400
"""Of one report: a year, and what it takes to begin and end it with a month or a week."""

FIRST_ON, LAST_ON = date(2000, 1, 1), date(2100, 12, 31)


class Step(StrEnum):
    """What a report is divided into. Weeks begin on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the operator, the first and the last included, and the instants that they are.

    `starts_at` is included, `ends_at` is not; a day may have 23 or 25 hours.
    """

    first_on: date
    last_on: date
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime

    @property
    def days(self) -> int:
        """How many, 1 to `MAX_DAYS`."""
        return (self.last_on - self.first_on).days + 1

    def holds(self, instant: str) -> Q:
        """That the column `instant` lies in it."""
        return Q(**{f"{instant}__gte": self.starts_at, f"{instant}__lt": self.ends_at})

    def before(self, *, at: datetime) -> "Period":
        """As many days, directly before.

        While this one runs (`at` is in it) the other ends as many days before `at`, at the same
        time of the day: a morning is compared with a morning.
        """
        back = timedelta(days=self.days)
        first_on, last_on = self.first_on - back, self.last_on - back
        starts_at, ends_at = _midnight(first_on, self.zone), self.starts_at
        if self.starts_at <= at < self.ends_at:
            # On the wall's clock: aware arithmetic within one zone is.
            ends_at = (at.astimezone(self.zone) - back).astimezone(UTC)
        return Period(first_on, last_on, self.zone, starts_at, ends_at)

    def steps(self, step: Step) -> Iterator[tuple[date, date]]:
        """The first and the last day of each step, in order, none of them outside the period."""
        starts_on = self.first_on
        while starts_on <= self.last_on:
            following = _following(starts_on, step)
            yield starts_on, min(following - timedelta(days=1), self.last_on)
            starts_on = following


def period_checked(*, first_on: date, last_on: date, zone: ZoneInfo) -> Period:
    """The period. Raises `InvalidInput` for one that is backwards, too long or too far away."""
    if not FIRST_ON <= first_on <= LAST_ON:
        raise InvalidInput(field="firstOn", reason=f"between {FIRST_ON} and {LAST_ON}")
    if not 0 <= (last_on - first_on).days < MAX_DAYS:
        raise InvalidInput(field="lastOn", reason=f"within {MAX_DAYS} days from the first on")
    ends_at = _midnight(last_on + timedelta(days=1), zone)
    return Period(first_on, last_on, zone, _midnight(first_on, zone), ends_at)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When `day` begins. Where clocks skip midnight, that is the instant at which they do."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _following(day: date, step: Step) -> date:
    """The first day of the next step."""
    if step is Step.DAY:
        return day + timedelta(days=1)
    if step is Step.WEEK:
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
