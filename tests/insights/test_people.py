"""What a report says of couriers' work and of customers, and who may read it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.couriers.models import Duty
from tenants.dispatch.models import Assignment, Offer
from tenants.insights.breakdowns import by_courier
from tenants.insights.periods import Period, Step, period_checked
from tenants.orders.models import OrderState
from tenants.talk.models import Review
from tests.insights.conftest import REPORT, Fact, Past
from tests.support.cast import cast
from tests.support.graphql import Api
from tests.support.stage import nothing_changes, stage

NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)  # in Shanghai
DAY = {"first": "2026-05-04", "last": "2026-05-04"}
MINUTE = timedelta(minutes=1)
TABLE = 'query { reportTable(firstOn: "2026-05-04", lastOn: "2026-05-04", part: COURIERS) }'


def worked(mine: Past) -> None:
    """One courier's day: five orders done, of which two were wanted at a time; offers, a review."""
    mine.add(
        Fact(NOON, took=30 * MINUTE),
        Fact(NOON, took=50 * MINUTE),
        Fact(NOON, took=64 * MINUTE),
        Fact(NOON, wanted_at=NOON + 60 * MINUTE, arrived_at=NOON + 70 * MINUTE),
        Fact(NOON, wanted_at=NOON + 60 * MINUTE, arrived_at=NOON + 71 * MINUTE),
        Fact(NOON, state=OrderState.DEPARTED),
        Fact(NOON - timedelta(days=2), took=timedelta(hours=1)),
    )
    orders = [order for _, order in mine.made[-7:]]
    tomas, rita = mine.couriers
    with tenant_scope(mine.on.tenant):
        answers = [
            (orders[0], tomas, Offer.State.ACCEPTED),
            (orders[1], tomas, Offer.State.ACCEPTED),
            (orders[2], tomas, Offer.State.DECLINED),
            (orders[3], tomas, Offer.State.WITHDRAWN),  # rita was faster
            (orders[4], tomas, Offer.State.OPEN),
            (orders[6], tomas, Offer.State.DECLINED),  # of another day's order
            (orders[3], rita, Offer.State.EXPIRED),
        ]
        for order, courier, state in answers:
            Offer.objects.create(
                order=order,
                courier=courier,
                round=1,
                state=state,
                created_at=NOON,
                expires_at=NOON,
            )
        Assignment.objects.create(
            order=orders[5],
            courier=rita,
            created_at=NOON,
            ended_at=NOON,
            outcome=Assignment.Outcome.GIVEN_BACK,
        )
        for order, score in ((orders[0], 5), (orders[1], 4), (orders[2], 4)):
            Review.objects.create(
                order=order,
                customer_id=order.customer_id,
                service_id=order.service_id,
                courier=tomas,
                score=score,
                created_at=NOON,
            )
        midnight = datetime(2026, 5, 3, 16, 0, tzinfo=UTC)
        Duty.objects.create(
            courier=tomas, began_at=midnight - 90 * MINUTE, ended_at=midnight + 90 * MINUTE
        )
        Duty.objects.create(courier=tomas, began_at=NOON, ended_at=NOON + 30 * MINUTE)


def test_a_couriers_day(alpha: TenantRef, past: Callable[[TenantRef], Past]):
    mine = past(alpha)
    worked(mine)
    report = mine.on.ines.api.run(REPORT, DAY)["report"]
    tomas, rita = report["couriers"]
    assert {key: tomas[key] for key in tomas if key != "courierId"} == {
        "displayName": "Tomas B.",
        "answered": 3,
        "accepted": 2,
        "acceptedBps": 6667,
        "givenBack": 0,
        "onTimeBps": 5000,
        "minutesToDelivery": 50,
        "rating": 4.33,
        "ratingCount": 3,
        "dutyMinutes": 120,
        "completed": 5,
        "cancelled": 0,
        "turnover": {"amount": 6000},
        "earned": {"amount": 4500},
    }
    assert (rita["answered"], rita["accepted"], rita["acceptedBps"]) == (1, 0, 0)
    assert (rita["givenBack"], rita["completed"], rita["onTimeBps"]) == (1, 0, None)
    figures = report["period"]["figures"]
    assert (figures["acceptedBps"], figures["onTimeBps"]) == (5000, 5000)
    assert (figures["minutesToDelivery"], figures["rating"]) == (50, 4.33)


def test_a_duty_that_is_not_over_counts_until_now(
    alpha: TenantRef, past: Callable[[TenantRef], Past]
):
    mine = past(alpha)
    with tenant_scope(alpha):
        Duty.objects.create(courier=mine.couriers[0], began_at=NOON)
        on_day = of_days(4, 4)
        assert [row.duty_minutes for row in by_courier(on_day, at=NOON + 45 * MINUTE)] == [45]
        assert [row.duty_minutes for row in by_courier(on_day, at=NOON + 9_999 * MINUTE)] == [720]
        assert by_courier(of_days(6, 6), at=NOON + 45 * MINUTE) == []


def of_days(first: int, last: int) -> Period:
    """Days of May 2026 in Shanghai."""
    day = NOON.date()
    return period_checked(
        first_on=day.replace(day=first),
        last_on=day.replace(day=last),
        zone=ZoneInfo("Asia/Shanghai"),
    )


def test_a_running_period_is_compared_up_to_the_same_time_of_the_day():
    running = of_days(4, 6)
    before = running.before(at=NOON)
    assert (str(before.first_on), str(before.last_on)) == ("2026-05-01", "2026-05-03")
    assert before.ends_at == NOON - timedelta(days=3)
    assert running.before(at=NOON + timedelta(days=9)).ends_at == running.starts_at
    assert running.before(at=NOON - timedelta(days=9)).ends_at == running.starts_at
    assert len(list(of_days(1, 31).steps(Step.WEEK))) == 5


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-05-04", "2026-05-03", "lastOn"),
        ("2025-01-01", "2026-02-05", "lastOn"),
        ("1999-12-31", "2000-01-01", "firstOn"),
        ("9999-12-31", "9999-12-31", "firstOn"),
        ("2100-12-31", "9999-12-31", "lastOn"),
    ],
)
def test_a_period_is_bounded(alpha: TenantRef, first: str, last: str, field: str):
    finn = stage(alpha).finn
    for document in (REPORT, TABLE.replace("query {", "query($first: Date!, $last: Date!) {")):
        asked = document.replace('firstOn: "2026-05-04"', "firstOn: $first").replace(
            'lastOn: "2026-05-04"', "lastOn: $last"
        )
        answer = finn.api.post(asked, {"first": first, "last": last})
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "INVALID_INPUT"
        assert field in error["message"]
    longest = finn.api.run(REPORT, {"first": "2025-01-01", "last": "2026-02-04"})["report"]
    assert len(longest["period"]["series"]) == 400


def test_reports_are_for_whoever_reads_the_books(
    alpha: TenantRef, past: Callable[[TenantRef], Past]
):
    mine = past(alpha)
    mine.add(Fact(NOON))
    on = mine.on
    with nothing_changes(alpha):
        for member in (on.maya, on.tomas, on.dora):
            for document, variables in ((REPORT, DAY), (TABLE, {})):
                answer = member.api.post(document, variables)
                assert not answer.get("data")
                assert [each["extensions"]["code"] for each in answer["errors"]] == ["FORBIDDEN"]
        assert Api("alpha.localhost").error_code(REPORT, DAY) == "UNAUTHENTICATED"
        for member in (on.finn, on.ines):
            assert member.api.run(REPORT, DAY)["report"]["period"]["figures"]["placed"] == 1


def test_who_signed_up_is_counted_on_their_day(alpha: TenantRef):
    on = stage(alpha)  # maya, noor, tomas and rita may order; all came on one day
    report = on.finn.api.run(REPORT, {"first": "2026-03-02", "last": "2026-03-02"})["report"]
    assert report["period"]["figures"]["customersJoined"] == 4
    assert report["before"]["figures"]["customersJoined"] == 0
    assert cast(alpha).maya.id == on.maya.id


def test_as_many_queries_however_many_orders(alpha: TenantRef, past: Callable[[TenantRef], Past]):
    mine = past(alpha)
    counts = set()
    for _ in range(2):
        worked(mine)
        with CaptureQueriesContext(connection) as queries:
            mine.on.finn.api.run(REPORT, DAY)
        counts.add(len([1 for query in queries if "registry_" not in query["sql"]]))
    # session and rights 1, settings 1; of each of two periods: figures 5, series 2;
    # services 2, zones 1 (no zone is named), couriers 6, demand 1
    assert counts == {26}
