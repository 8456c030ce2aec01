"""The operator's calendar: holidays, and the weekend days that are worked for them.

Dates are the operator's own, of no time zone. A country's table is python-holidays', which for
China has the make-up working days that the State Council announces each November for the next year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from kernel.locks import transaction_lock
from kernel.refusals import InvalidInput, within
from kernel.texts import texts_checked
from tenants.access.actors import Actor
from tenants.access.rights import Right
from tenants.brand.models import CalendarDay
from tenants.brand.selectors import brand_language, calendar_days

YEARS: Final = range(2000, 2101)
MAX_DAYS: Final = 366
NAME_LENGTH: Final = 80
ANNOUNCES_MAKE_UP: Final = frozenset({"CN"})
"""Countries whose table is whole only once the days made up for are announced, year by year."""

_TONGUES: Final = {"zh-Hans": "zh_CN", "en": "en_US"}
"""The product's languages as python-holidays calls them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of a table."""

    date: date
    kind: CalendarDay.Kind
    name: Mapping[str, str]


@transaction.atomic
def calendar_save(*, actor: Actor, year: int, days: Sequence[Entry]) -> list[CalendarDay]:
    """Set the days of `year` that are no ordinary ones; those it had before are forgotten.

    Raises `InvalidInput` with the place: also for a day of another year, or one there twice.
    """
    actor.require(Right.PRICES_MANAGE)
    _check_year(year)
    if len(days) > MAX_DAYS:
        raise InvalidInput(field="days", reason=f"at most {MAX_DAYS}")
    language = brand_language()
    seen: set[date] = set()
    rows = []
    for number, day in enumerate(days):
        with within(f"days.{number}"):
            if day.date.year != year:
                raise InvalidInput(field="date", reason=f"{day.date} is no day of {year}")
            if day.date in seen:
                raise InvalidInput(field="date", reason=f"{day.date} is there twice")
            seen.add(day.date)
            name = texts_checked(day.name, field="name", max_length=NAME_LENGTH, language=language)
            rows.append(CalendarDay(date=day.date, kind=day.kind, name=name))
    transaction_lock("brand.calendar")
    calendar_days(year).delete()
    return CalendarDay.objects.bulk_create(sorted(rows, key=lambda row: row.date))


@transaction.atomic
def calendar_seed(*, actor: Actor, country: str, year: int) -> list[CalendarDay]:
    """Take a country's table for `year`; what the operator set by hand stays as it is.

    `country` is ISO 3166, like CN, or with a subdivision, like GB-ENG. Raises `InvalidInput`: also
    where the country has not announced that year yet.
    """
    actor.require(Right.PRICES_MANAGE)
    _check_year(year)
    table = _table(country, year)
    transaction_lock("brand.calendar")
    calendar_days(year).exclude(country="").delete()
    by_hand = {day.date for day in calendar_days(year)}
    language = brand_language()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            date=entry.date,
            kind=entry.kind,
            name={language: next(iter(entry.name.values())), **entry.name},
            country=country,
        )
        for entry in table
        if entry.date not in by_hand
    )
    return list(calendar_days(year))


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise InvalidInput(field="year", reason=f"between {YEARS[0]} and {YEARS[-1]}")


def _table(country: str, year: int) -> list[Entry]:
    # Half a second to import, and only here: nobody else should wait for it.
    import holidays

    code, _, subdivision = country.partition("-")
    known = holidays.list_supported_countries()
    if code not in known or (subdivision and subdivision not in known[code]):
        raise InvalidInput(field="country", reason="no table is known of it")
    found = {
        tag: holidays.country_holidays(
            code, subdiv=subdivision or None, years=year, expand=False, language=tongue
        )
        for tag, tongue in _TONGUES.items()
        if tongue in holidays.country_holidays(code).supported_languages
    } or {"en": holidays.country_holidays(code, subdiv=subdivision or None, years=year)}
    table = next(iter(found.values()))
    worked = {day for day in table.weekend_workdays if day.year == year}
    if not table or (code in ANNOUNCES_MAKE_UP and not worked):
        raise InvalidInput(field="year", reason=f"{country} has not announced {year}")
    entries = [
        Entry(
            day,
            CalendarDay.Kind.HOLIDAY,
            {tag: each[day][:NAME_LENGTH] for tag, each in found.items()},
        )
        for day in table
        if day.year == year
    ]
    words = {"zh-Hans": "调休上班", "en": "Made-up working day"}
    entries += [Entry(day, CalendarDay.Kind.WORKING, words) for day in worked]
    return sorted(entries, key=lambda entry: entry.date)
