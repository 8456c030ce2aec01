"""Weekly hours in a cell of a table: `mon-fri 08:00-12:00,13:00-20:00; sat 18:00-01:00`.

Days are mon, tue, … or a range of them (sun-tue too); `daily` is all seven.
"""

from collections.abc import Iterator
from typing import Final

from kernel.refusals import InvalidInput
from kernel.wall_clock import Span
from tenants.places.hours import Hours, Weekday, hours_checked

_DAYS: Final = {day.name[:3].casefold(): day for day in Weekday}
DAILY: Final = "daily"


def hours_read(text: str, *, field: str) -> Hours:
    """The weekly hours that a cell says, without exceptions. Raises `InvalidInput(field)`."""
    week = []
    for part in text.casefold().split(";"):
        days, _, times = part.strip().partition(" ")
        if not days and not times:
            continue
        for time in times.replace(" ", "").split(","):
            opens, dash, closes = time.partition("-")
            if not dash:
                raise InvalidInput(field=field, reason=f"{time[:20]!r} is no span like 08:00-20:00")
            week += [(day, opens, closes) for day in _days(days, field)]
    return hours_checked(week=week, exceptions=[], field=field)


def hours_written(hours: Hours) -> str:
    """The inverse: days with the same spans together."""
    by_spans: dict[tuple[Span, ...], list[Weekday]] = {}
    for day in Weekday:
        if hours.week[day]:
            by_spans.setdefault(hours.week[day], []).append(day)
    return "; ".join(
        f"{_days_written(days)} " + ",".join("-".join(span.texts) for span in spans)
        for spans, days in by_spans.items()
    )


def _days(text: str, field: str) -> Iterator[Weekday]:
    if text == DAILY:
        yield from Weekday
        return
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise InvalidInput(field=field, reason=f"{part[:20]!r} is no day like mon or mon-fri")
        start, end = _DAYS[first], _DAYS[last or first]
        yield from (Weekday((start + ahead) % 7) for ahead in range((end - start) % 7 + 1))


def _days_written(days: list[Weekday]) -> str:
    return DAILY if len(days) == len(Weekday) else ",".join(day.name[:3].casefold() for day in days)
