"""The operator's calendar: a country's table, changed by hand, a year at a time."""

from datetime import date

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.models import CalendarDay
from tenants.brand.selectors import calendar_days
from tests.support.cast import cast
from tests.support.graphql import Api
from tests.support.stage import mutate, nothing_changes

DAYS = "days { date kind name country }"
NAME = [{"language": "zh-Hans", "text": "店休"}, {"language": "en", "text": "Day off"}]


def seed(tenant: TenantRef, **given):
    return mutate(cast(tenant).ines.api, "calendarSeed", given, DAYS)


def save(tenant: TenantRef, **given):
    return mutate(cast(tenant).ines.api, "calendarSave", given, DAYS)


def test_a_countrys_table_has_the_days_made_up_for(alpha: TenantRef, django_assert_num_queries):
    days = {day["date"]: day for day in seed(alpha, country="CN", year=2026)["days"]}
    assert days["2026-02-17"]["kind"] == "HOLIDAY"
    assert days["2026-02-17"]["name"] == "Chinese New Year (Spring Festival)"
    # The State Council's notice for 2026: Saturday 14 and Saturday 28 February are worked.
    worked = [day for day, row in days.items() if row["kind"] == "WORKING"]
    assert worked == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    anybody = Api("alpha.localhost")
    anybody.run("{ __typename }")
    with django_assert_num_queries(1):
        read = anybody.run("{ calendarDays(year: 2026) { date kind name } }")["calendarDays"]
    assert [day["date"] for day in read] == sorted(days)
    with tenant_scope(alpha):
        days = {day.date: day.name["zh-Hans"] for day in calendar_days(2026)}
        assert days[date(2026, 10, 1)] == "国庆节"
        assert date(2026, 10, 12) not in days


def test_a_subdivision_has_its_own(alpha: TenantRef):
    assert "2026-11-30" in {day["date"] for day in seed(alpha, country="GB-SCT", year=2026)["days"]}
    days = {day["date"] for day in seed(alpha, country="GB-ENG", year=2026)["days"]}
    assert "2026-11-30" not in days
    assert "2026-08-31" in days


def test_what_was_set_by_hand_stays_and_other_years_too(alpha: TenantRef):
    seed(alpha, country="CN", year=2025)
    by_hand = [
        {"date": "2026-10-01", "kind": "WORKING", "name": NAME},
        {"date": "2026-12-24", "kind": "HOLIDAY", "name": NAME},
    ]
    assert len(save(alpha, year=2026, days=by_hand)["days"]) == 2
    days = {day["date"]: day for day in seed(alpha, country="CN", year=2026)["days"]}
    assert (days["2026-10-01"]["kind"], days["2026-10-01"]["country"]) == ("WORKING", "")
    assert (days["2026-12-24"]["name"], days["2026-10-02"]["country"]) == ("Day off", "CN")
    assert save(alpha, year=2026, days=[]) == {"__typename": "CalendarSaveSuccess", "days": []}
    with tenant_scope(alpha):
        assert {row.date.year for row in CalendarDay.objects.all()} == {2025}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"country": "ZZ", "year": 2026}, "country"),
        ({"country": "", "year": 2026}, "country"),
        ({"country": "GB-XXX", "year": 2026}, "country"),
        ({"country": "CN", "year": 1999}, "year"),
        ({"country": "CN", "year": 2101}, "year"),
        # Statutory days are known for ever, the days that are worked for them are not.
        ({"country": "CN", "year": 2099}, "year"),
    ],
)
def test_tables_that_nobody_has_are_refused(alpha: TenantRef, given: dict, field: str):
    assert cast(alpha).ines
    with nothing_changes(alpha):
        answer = seed(alpha, **given)
    assert answer["code"] == "INVALID_INPUT"
    assert answer["message"].startswith(field)


DAY = {"date": "2026-10-01", "kind": "HOLIDAY", "name": NAME}


@pytest.mark.parametrize(
    ("year", "days", "place"),
    [
        (2026, [DAY, {**DAY, "date": "2027-01-01"}], "days.1.date: 2027-01-01 is no day of 2026"),
        (2026, [DAY, DAY], "days.1.date: 2026-10-01 is there twice"),
        (2026, [{**DAY, "name": [NAME[1]]}], "days.0.name"),
        (1999, [], "year"),
        (2026, [DAY] * 367, "days"),
    ],
)
def test_a_table_for_another_year_is_refused(alpha: TenantRef, year: int, days: list, place: str):
    seed(alpha, country="CN", year=2026)
    with nothing_changes(alpha):
        answer = save(alpha, year=year, days=days)
    assert answer["code"] == "INVALID_INPUT"
    assert answer["message"].startswith(place)


def test_only_whoever_manages_prices_may(alpha: TenantRef):
    for document in (
        'mutation { calendarSeed(input: {year: 2026, country: "CN"}) { __typename } }',
        "mutation { calendarSave(input: {year: 2026, days: []}) { __typename } }",
    ):
        assert cast(alpha).maya.api.error_code(document) == "FORBIDDEN"
