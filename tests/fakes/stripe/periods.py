"""The calendar of a subscription: periods counted from its anchor, so that the 31st stays one."""

import calendar
from datetime import UTC, datetime

from tests.fakes.stripe.world import DAY, Obj


def period_after(anchor: int, start: int, recurring: Obj) -> int:
    """When the period that begins at `start` ends: the next step from `anchor` after it."""
    step = recurring["interval_count"]
    if recurring["interval"] in ("day", "week"):
        return start + step * DAY * (7 if recurring["interval"] == "week" else 1)
    months = step * (12 if recurring["interval"] == "year" else 1)
    count = 1
    while (end := _months_later(anchor, count * months)) <= start:
        count += 1
    return end


def _months_later(at: int, months: int) -> int:
    moment = datetime.fromtimestamp(at, UTC)
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())
