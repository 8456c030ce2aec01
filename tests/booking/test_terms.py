"""The operator's own lead, horizon and notice."""

import pytest

from kernel.tenancy import TenantRef
from tests.booking.day import TODAY, Time, act, booked, free, hold, local, open_day, starts
from tests.support.graphql import Refused
from tests.support.jobs import jobs_run
from tests.support.stage import mutate, nothing_changes

SELECT = "terms { leadMinutes horizonDays noticeMinutes }"
OURS = {"leadMinutes": 240, "horizonDays": 3, "noticeMinutes": 30}


def test_slots_keep_to_them(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    asked = "{ bookingTerms { leadMinutes horizonDays noticeMinutes } }"
    suggested = {"leadMinutes": 60, "horizonDays": 60, "noticeMinutes": 120}
    assert on.maya.api.run(asked)["bookingTerms"] == suggested
    assert starts(free(on.maya.api, service))[0] == "09:30"
    assert mutate(on.dora.api, "bookingTermsSet", OURS, SELECT)["terms"] == OURS
    assert on.maya.api.run(asked)["bookingTerms"] == OURS
    assert starts(free(on.maya.api, service))[0] == "12:30"
    assert free(on.maya.api, service, "2026-03-06", "2026-03-06") == []
    with nothing_changes(alpha):
        assert hold(on.maya, service, "12:00")["code"] == "INVALID_INPUT"
        far = {"startsAt": local("12:00", "2026-03-06")}
        assert hold(on.maya, service, "12:00", key="far", **far)["code"] == "INVALID_INPUT"
    mutate(on.dora.api, "bookingTermsSet", {**OURS, "leadMinutes": 0}, SELECT)
    assert starts(free(on.maya.api, service))[0] == "09:00"
    assert "booking.next_slots" in jobs_run(alpha, at=time.on(seconds=5))


def test_the_notice_is_theirs(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    mutate(on.dora.api, "bookingTermsSet", {**OURS, "noticeMinutes": 180})
    booking = booked(on.maya, service, "13:00")
    time.to(local("10:01"))
    with nothing_changes(alpha):
        assert act(on.maya, "bookingCancel", booking)["code"] == "TOO_LATE"
    mutate(on.dora.api, "bookingTermsSet", OURS)
    time.to(local("12:29", TODAY))
    assert act(on.maya, "bookingCancel", booking)["booking"]["state"] == "CANCELLED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"leadMinutes": -1},
        {"leadMinutes": 10_081},
        {"noticeMinutes": -1},
        {"noticeMinutes": 10_081},
        {"horizonDays": 0},
        {"horizonDays": 181},
        {"leadMinutes": 1440, "horizonDays": 1},
    ],
)
def test_what_makes_no_sense_is_refused(alpha: TenantRef, time: Time, wrong: dict[str, int]):
    on, _ = open_day(alpha)
    with nothing_changes(alpha):
        answer = mutate(on.ines.api, "bookingTermsSet", {**OURS, **wrong})
        assert answer["code"] == "INVALID_INPUT"


def test_only_who_manages_orders_sets_them(alpha: TenantRef, time: Time):
    on, _ = open_day(alpha)

    with nothing_changes(alpha):
        for who in (on.maya, on.tomas, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                mutate(who.api, "bookingTermsSet", OURS)
