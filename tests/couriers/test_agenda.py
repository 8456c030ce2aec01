"""When and where a courier can be booked, leave, and how long they have been on duty."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.couriers.fatigue import Advice
from tenants.couriers.models import Absence, Courier, Duty, HoursException, WorkingHours
from tenants.couriers.selectors import fatigue_check
from tenants.dispatch.selectors import couriers_to_ask
from tests.booking.day import NOW, Time, booked, free, local, open_day, starts
from tests.support.cast import Member
from tests.support.factories import ZoneFactory
from tests.support.factories_orders import order_placed
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes, stage

KEPT = """{ courierName capacity bufferMinutes zoneIds hours { weekday starts ends }
  otherDays { date spans { starts ends } } }"""
MINE = "query($c: ID) { courierAgenda(courierId: $c) " + KEPT + " }"
ABSENCE = "absence { id state startsAt reason decidedAt courier { displayName } }"
FATIGUE = "{ courierFatigue { continuousMinutes todayMinutes advice } }"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def weekly(*spans: tuple[int, str, str]) -> list[dict[str, Any]]:
    return [{"weekday": day, "starts": begin, "ends": end} for day, begin, end in spans]


def set_hours(member: Member, *spans: tuple[int, str, str], **more: Any) -> Any:
    input = {"hours": weekly(*spans), **more}
    return mutate(member.api, "courierHoursSet", input, f"agenda {KEPT}")


def set_day(member: Member, date: str, *spans: tuple[str, str], **more: Any) -> Any:
    each = [{"starts": begin, "ends": end} for begin, end in spans]
    input = {"date": date, "spans": each, **more}
    return mutate(member.api, "courierDaySet", input, f"agenda {KEPT}")


def test_a_week_as_it_was_said(alpha: TenantRef, time: Time):
    on = stage(alpha)
    week = [(1, "09:00", "12:00"), (1, "13:00", "24:00"), (7, "22:00", "02:00")]
    told = set_hours(on.tomas, *reversed(week))["agenda"]
    assert told["hours"] == weekly(*week)
    assert told["courierName"] == "Tomas B."
    assert on.tomas.api.run(MINE)["courierAgenda"] == told
    tomas = {"courierId": global_id("Courier", on.courier.id)}
    fewer = set_hours(on.dora, (2, "00:00", "24:00"), **tomas)["agenda"]  # all of it is replaced
    assert fewer["hours"] == weekly((2, "00:00", "24:00"))
    assert set_hours(on.tomas)["agenda"]["hours"] == []


@pytest.mark.parametrize(
    "week",
    [
        [(1, "09:00", "09:00")],  # no time at all
        [(1, "24:00", "02:00")],
        [(0, "09:00", "10:00")],
        [(8, "09:00", "10:00")],
        [(1, "9:00", "10:00")],
        [(1, "09:00", "25:00")],
        [(1, "09:00", "12:00"), (1, "11:59", "13:00")],
        [(1, "22:00", "02:00"), (2, "01:00", "03:00")],
        [(7, "22:00", "02:00"), (1, "01:59", "03:00")],  # over Sunday
        [(day, f"{hour:02}:00", f"{hour:02}:30") for day in range(1, 8) for hour in range(6)],
    ],
)
def test_what_is_no_week(alpha: TenantRef, time: Time, week: list[tuple[int, str, str]]):
    on = stage(alpha)
    set_hours(on.tomas, (3, "09:00", "10:00"))
    with nothing_changes(alpha):
        assert set_hours(on.tomas, *week)["code"] == "INVALID_INPUT"


def test_other_days(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    told = set_day(on.tomas, "2026-03-02", ("10:00", "12:00"), ("14:00", "15:00"))["agenda"]
    assert told["otherDays"] == [
        {
            "date": "2026-03-02",
            "spans": [{"starts": "10:00", "ends": "12:00"}, {"starts": "14:00", "ends": "15:00"}],
        }
    ]
    assert starts(free(on.maya.api, service))[-2:] == ["11:00", "14:00"]
    assert set_day(on.tomas, "2026-03-02")["agenda"]["otherDays"][0]["spans"] == []
    assert free(on.maya.api, service) == []
    assert set_day(on.tomas, "2026-03-02", spans=None)["agenda"]["otherDays"] == []
    assert starts(free(on.maya.api, service))[-1] == "17:00"
    with nothing_changes(alpha):
        for date, spans in (
            ("2026-03-01", [("09:00", "10:00")]),
            ("2027-03-10", [("09:00", "10:00")]),
            ("2026-03-03", [("09:00", "10:00"), ("09:30", "11:00")]),
            ("2026-03-03", [("09:00", "09:00")]),
            ("2026-03-03", [(f"{hour:02}:00", f"{hour:02}:30") for hour in range(7)]),
        ):
            assert set_day(on.tomas, date, *spans)["code"] == "INVALID_INPUT"
    with tenant_scope(alpha):
        HoursException.objects.create(courier=on.courier, date="2026-02-02", spans=[])
    set_day(on.tomas, "2026-03-05")
    with tenant_scope(alpha):  # what is long over goes
        assert HoursException.objects.get().date.isoformat() == "2026-03-05"


def test_areas_and_capacity(alpha: TenantRef, beta: TenantRef, time: Time):
    on = stage(alpha)
    with tenant_scope(alpha):
        zones = [global_id("Zone", ZoneFactory().id) for _ in range(2)]
    with tenant_scope(beta):
        theirs = global_id("Zone", ZoneFactory().id)

    def areas(member: Member, *zone_ids: str) -> Any:
        return mutate(member.api, "courierAreasSet", {"zoneIds": zone_ids}, f"agenda {KEPT}")

    assert sorted(areas(on.tomas, *zones)["agenda"]["zoneIds"]) == sorted(zones)
    assert areas(on.tomas, zones[0], zones[0])["agenda"]["zoneIds"] == zones[:1]
    with nothing_changes(alpha):
        assert areas(on.tomas, theirs)["code"] == "NOT_FOUND"
    assert areas(on.tomas)["agenda"]["zoneIds"] == []

    def capacity(member: Member, visits: int, buffer: int) -> Any:
        input = {
            "courierId": global_id("Courier", on.courier.id),
            "capacity": visits,
            "bufferMinutes": buffer,
        }
        return mutate(member.api, "courierCapacitySet", input, f"agenda {KEPT}")

    told = capacity(on.dora, 3, 15)["agenda"]
    assert (told["capacity"], told["bufferMinutes"]) == (3, 15)
    with nothing_changes(alpha):
        for visits, buffer in ((0, 0), (21, 0), (1, -1), (1, 241)):
            assert capacity(on.dora, visits, buffer)["code"] == "INVALID_INPUT"
        with pytest.raises(Refused, match="FORBIDDEN"):
            capacity(on.tomas, 1, 0)


def test_whose_agenda(alpha: TenantRef, time: Time):
    on = stage(alpha)
    tomas = {"courierId": global_id("Courier", on.courier.id)}
    with nothing_changes(alpha):
        assert set_hours(on.rita, (1, "09:00", "10:00"), **tomas)["code"] == "NOT_FOUND"
        assert set_day(on.rita, "2026-03-05", **tomas)["code"] == "NOT_FOUND"
        for member in (on.maya, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                set_hours(member, (1, "09:00", "10:00"), **tomas)
        assert set_hours(on.dora, (1, "09:00", "10:00"))["code"] == "NOT_FOUND"  # is no courier
    assert on.dora.api.run(MINE, {"c": tomas["courierId"]})["courierAgenda"]
    assert on.rita.api.error_code(MINE, {"c": tomas["courierId"]}) == "NOT_FOUND"
    assert on.dora.api.error_code(MINE) == "NOT_FOUND"


# -- leave ----------------------------------------------------------------------------------------


def ask(member: Member, begin: str, end: str, **more: Any) -> Any:
    input = {"startsAt": begin, "endsAt": end, **more}
    return mutate(member.api, "absenceAsk", input, ABSENCE)


def decide(member: Member, absence: dict[str, Any], *, approve: bool = True) -> Any:
    input = {"absenceId": absence["id"], "approve": approve}
    return mutate(member.api, "absenceDecide", input, ABSENCE)


def test_leave_is_asked_for_and_decided_on(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    leave = ask(on.tomas, local("12:00"), local("15:00"), reason="Dentist")["absence"]
    assert (leave["state"], leave["reason"]) == ("ASKED", "Dentist")
    assert "13:00" in starts(free(on.maya.api, service))
    with nothing_changes(alpha):
        for member in (on.tomas, on.maya, on.finn):
            with pytest.raises(Refused, match="FORBIDDEN"):
                decide(member, leave)
    assert decide(on.dora, leave)["absence"]["state"] == "APPROVED"
    assert "13:00" not in starts(free(on.maya.api, service))
    with nothing_changes(alpha):
        assert decide(on.dora, leave, approve=False)["code"] == "ILLEGAL_MOVE"
        back = {"absenceId": leave["id"]}
        assert mutate(on.rita.api, "absenceWithdraw", back, ABSENCE)["code"] == "NOT_FOUND"
    assert mutate(on.tomas.api, "absenceWithdraw", back, ABSENCE)["absence"]["state"] == "WITHDRAWN"
    assert "13:00" in starts(free(on.maya.api, service))
    no = ask(on.tomas, local("12:00"), local("15:00"))["absence"]
    assert decide(on.dora, no, approve=False)["absence"]["state"] == "DECLINED"
    listed = "{ absences { totalCount edges { node { reason } } } }"
    assert on.dora.api.run(listed)["absences"]["totalCount"] == 2
    assert on.rita.api.run(listed)["absences"]["totalCount"] == 0


def test_nobody_is_away_and_booked(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    leave = ask(on.tomas, local("12:30"), local("15:00"))["absence"]
    booked(on.maya, service, "12:00")
    with nothing_changes(alpha):
        assert decide(on.dora, leave)["code"] == "BOOKINGS_IN_THE_WAY"
    touching = ask(on.tomas, local("13:00"), local("15:00"))["absence"]
    assert decide(on.dora, touching)["absence"]["state"] == "APPROVED"


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (local("12:00"), local("12:00")),
        (local("15:00"), local("12:00")),
        (local("06:00"), local("08:00")),  # over
        (local("12:00"), local("12:00", "2026-09-01")),
        (local("12:00", "2027-03-10"), local("12:00", "2027-03-11")),
    ],
)
def test_what_is_no_leave(alpha: TenantRef, time: Time, begin: str, end: str):
    on = stage(alpha)
    with nothing_changes(alpha):
        assert ask(on.tomas, begin, end)["code"] == "INVALID_INPUT"
        assert ask(on.tomas, local("12:00"), local("13:00"), reason="x" * 301)["code"]
        with pytest.raises(Refused, match="FORBIDDEN"):
            ask(on.maya, local("12:00"), local("13:00"))


# -- fatigue --------------------------------------------------------------------------------------


def on_duty(member: Member, on: bool) -> None:
    assert mutate(member.api, "courierOnDuty", {"onDuty": on})["__typename"]


def test_hours_on_duty_are_counted(alpha: TenantRef, time: Time):
    on = stage(alpha)
    on_duty(on.tomas, True)
    on_duty(on.tomas, True)  # twice is once
    time.on(hours=3, minutes=59)
    told = on.tomas.api.run(FATIGUE)["courierFatigue"]
    assert told == {"continuousMinutes": 239, "todayMinutes": 239, "advice": "FRESH"}
    time.on(minutes=1)
    assert on.tomas.api.run(FATIGUE)["courierFatigue"]["advice"] == "REST"
    on_duty(on.tomas, False)
    time.on(minutes=20)
    on_duty(on.tomas, True)
    assert on.tomas.api.run(FATIGUE)["courierFatigue"]["advice"] == "FRESH"
    time.on(hours=4)
    told = on.tomas.api.run(FATIGUE)["courierFatigue"]
    assert told == {"continuousMinutes": 240, "todayMinutes": 480, "advice": "DONE"}
    time.to("2026-03-03T00:00+08:00")
    told = on.tomas.api.run(FATIGUE)["courierFatigue"]
    assert told["todayMinutes"] == 0  # midnight on the operator's clock
    assert told["advice"] == "REST"  # still on duty since noon
    with tenant_scope(alpha):
        assert Duty.objects.filter(ended_at=None).count() == 1


def test_who_is_frozen_works_no_more(alpha: TenantRef, time: Time):
    on = stage(alpha)
    on_duty(on.tomas, True)
    time.on(hours=1)
    mutate(on.ines.api, "courierFreeze", {"courierId": global_id("Courier", on.courier.id)})
    time.on(hours=5)
    with tenant_scope(alpha), CaptureQueriesContext(connection) as queries:
        found = fatigue_check([on.courier.id, on.other.id], at=time.now)
        assert len(queries) == 2
    assert found[on.courier.id].today == timedelta(hours=1)
    assert found[on.other.id].advice is Advice.FRESH


def test_the_rows_hold_what_the_services_promise(alpha: TenantRef):
    on = stage(alpha)
    for model, facts in (
        (WorkingHours, {"weekday": 7, "starts": 0, "ends": 60}),
        (WorkingHours, {"weekday": 0, "starts": 60, "ends": 60}),
        (WorkingHours, {"weekday": 0, "starts": 1440, "ends": 1500}),
        (WorkingHours, {"weekday": 0, "starts": 60, "ends": 1501}),
        (Absence, {"starts_at": NOW, "ends_at": NOW, "asked_at": NOW}),
        (Duty, {"began_at": NOW, "ended_at": NOW - timedelta(seconds=1)}),
    ):
        with tenant_scope(alpha), transaction.atomic(), pytest.raises(IntegrityError):
            model.objects.create(courier=on.courier, **facts)
    with tenant_scope(alpha):
        assert Courier.objects.get(id=on.courier.id).capacity == 1


def test_an_order_is_for_the_fresh(alpha: TenantRef, time: Time):
    on = stage(alpha)
    on_duty(on.tomas, True)
    time.on(hours=4)
    on_duty(on.rita, True)
    with tenant_scope(alpha):
        order = order_placed(on.maya, at=time.now)
        assert couriers_to_ask(order=order, at=time.now) == [on.other]
    on_duty(on.tomas, False)
    time.on(minutes=20)
    on_duty(on.tomas, True)
    with tenant_scope(alpha):
        assert {*couriers_to_ask(order=order, at=time.now)} == {on.courier, on.other}
