"""What is offered: hours, leave, areas, other visits, and what is no question."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog.models import ServiceKind
from tenants.couriers.models import Absence, Courier, HoursException, ServiceArea
from tests.booking.day import (
    NOW,
    POINT,
    SLOTS,
    TODAY,
    Time,
    booked,
    free,
    hold,
    local,
    open_day,
    starts,
    works,
)
from tests.support.factories import (
    CAMPUS,
    AddressFactory,
    PersonFactory,
    PlaceFactory,
    ServiceFactory,
    ZoneFactory,
)
from tests.support.factories_orders import ON_SITE, CourierFactory
from tests.support.graphql import Api, Refused
from tests.support.ids import global_id


def test_a_day_of_slots(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    found = free(Api("alpha.localhost"), service)  # anybody may ask
    assert starts(found)[:2] == ["09:30", "09:45"]  # an hour ahead of half past eight
    assert starts(found)[-1] == "17:00"
    assert len(found) == 31
    assert {slot["couriersFree"] for slot in found} == {1}
    first = found[0]
    assert (first["startsAt"], first["endsAt"]) == (
        "2026-03-02T01:30:00+00:00",
        "2026-03-02T02:30:00+00:00",
    )
    assert starts(free(on.maya.api, service, "2026-03-03", "2026-03-03"))[0] == "09:00"
    assert starts(free(on.maya.api, service, m=120))[-1] == "16:00"


def test_what_is_booked_is_not_offered_and_what_ends_is_again(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    booked(on.maya, service, "12:00")
    offered = starts(free(on.noor.api, service))
    assert "11:00" in offered and "13:00" in offered
    assert not {"11:15", "12:00", "12:45"} & {*offered}
    hold(on.maya, service, "15:00")
    assert "15:00" not in starts(free(on.noor.api, service))
    time.on(minutes=11)
    assert "15:00" in starts(free(on.noor.api, service))  # lapsed, though nobody has swept it


def test_the_way_and_the_buffer_lie_between_visits(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    booked(on.maya, service, "12:00")
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.courier.id).update(buffer_minutes=30)
    offered = starts(free(on.noor.api, service))
    # The visit that stands has no buffer of its own; the new one keeps its half hour before it.
    assert "10:30" in offered and "10:45" not in offered and "13:00" in offered
    # 5.6 km away: 29 minutes by streets.
    far = {"point": {"latitude": CAMPUS[0] + 0.05, "longitude": CAMPUS[1]}}
    asked = {"s": global_id("Service", service.id), "p": far, "f": TODAY, "l": TODAY}
    offered = starts(on.noor.api.run(SLOTS, asked)["slots"])
    assert "10:00" in offered and "10:15" not in offered
    assert "13:30" in offered and "13:15" not in offered


def test_leave_other_days_and_nights(alpha: TenantRef, time: Time):
    on, service = open_day(alpha, hours="22:00-02:00")
    tonight = starts(free(on.maya.api, service))
    assert tonight == [
        # What began yesterday ends before the first that could be; the rest is after midnight.
        *(f"{hour}:{quarter}" for hour in ("22", "23") for quarter in ("00", "15", "30", "45")),
    ]
    tomorrow = starts(free(on.maya.api, service, "2026-03-03", "2026-03-03"))
    assert tomorrow[:5] == ["00:00", "00:15", "00:30", "00:45", "01:00"]
    with tenant_scope(alpha):
        HoursException.objects.create(courier=on.courier, date="2026-03-03", spans=[])
        day_off = starts(free(on.maya.api, service, "2026-03-03", "2026-03-03"))
        assert day_off == ["00:00", "00:15", "00:30", "00:45", "01:00"]  # Monday's night
        leave = Absence.objects.create(
            courier=on.courier, starts_at=local("23:00"), ends_at=local("23:30"), asked_at=NOW
        )
    assert "23:00" in starts(free(on.maya.api, service))  # asked, not granted
    with tenant_scope(alpha):
        Absence.objects.filter(id=leave.id).update(state=Absence.State.APPROVED)
    assert starts(free(on.maya.api, service)) == ["22:00", "23:30", "23:45"]


def test_areas_and_capacity(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        here, there = ZoneFactory(), ZoneFactory(around=(10.0, 10.0))
        area = ServiceArea.objects.create(courier=on.courier, zone=there)
    assert free(on.maya.api, service) == []
    with tenant_scope(alpha):
        ServiceArea.objects.filter(id=area.id).update(zone=here)
        Courier.objects.filter(id=on.courier.id).update(capacity=2)
    assert free(on.maya.api, service)
    booked(on.maya, service, "12:00", key="a")
    booked(on.noor, service, "12:00", key="b")
    assert "12:00" not in starts(free(on.finn.api, service))
    assert hold(on.maya, service, "12:00", key="c")["code"] == "SLOT_GONE"


def test_of_several_the_one_asked_for_and_never_oneself(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        works(on.other, "12:00", "13:00")
    at_noon = next(
        s for s in free(on.maya.api, service) if s["startsAt"].startswith("2026-03-02T04:00")
    )
    assert at_noon["couriersFree"] == 2
    hers = free(on.maya.api, service, c=global_id("Courier", on.other.id))
    assert starts(hers) == ["12:00"]
    assert starts(free(on.tomas.api, service)) == ["12:00"]
    with tenant_scope(alpha):
        Courier.objects.filter(id=on.other.id).update(state=Courier.State.FROZEN)
    with pytest.raises(Refused, match="NOT_FOUND"):
        free(on.maya.api, service, c=global_id("Courier", on.other.id))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"f": "2026-03-03", "l": "2026-03-02"}, "INVALID_INPUT"),
        ({"l": "2026-03-16"}, "INVALID_INPUT"),
        ({"m": 0}, "INVALID_INPUT"),
        ({"m": -60}, "INVALID_INPUT"),
        ({"m": 721}, "INVALID_INPUT"),
        ({"p": {"point": {"latitude": 91, "longitude": 0}}}, "INVALID_INPUT"),
    ],
)
def test_what_is_no_question(alpha: TenantRef, time: Time, more: dict[str, Any], code: str):
    on, service = open_day(alpha)
    asked = {"s": global_id("Service", service.id), "p": POINT, "f": TODAY, "l": TODAY, **more}
    assert on.maya.api.error_code(SLOTS, asked) == code


def test_yesterday_and_next_year_have_none(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    assert free(on.maya.api, service, "2026-02-20", "2026-03-01") == []
    assert free(on.maya.api, service, "2027-03-02", "2027-03-03") == []
    time.on(hours=2)  # the horizon ends at half past ten, sixty days from now
    edge = starts(free(on.maya.api, service, "2026-05-01", "2026-05-14"))
    assert (edge[0], edge[-1]) == ("09:00", "10:30")


def test_a_service_without_a_time_of_its_own_asks_for_one(alpha: TenantRef, time: Time):
    on, _ = open_day(alpha)
    with tenant_scope(alpha):
        endless = ServiceFactory(published=True, kind=ServiceKind.ON_SITE)
        draft = ServiceFactory()
    asked = {"p": POINT, "f": TODAY, "l": TODAY}
    mine = {"s": global_id("Service", endless.id), **asked}
    assert on.maya.api.error_code(SLOTS, mine) == "INVALID_INPUT"
    assert on.maya.api.run(SLOTS, {**mine, "m": 30})["slots"]
    nothing = {"s": global_id("Service", draft.id), **asked}
    assert on.maya.api.error_code(SLOTS, nothing) == "NOT_FOUND"


def test_clocks_change_in_london(beta: TenantRef, time: Time):
    on, service = open_day(beta, hours="00:00-04:00")
    time.to("2026-03-28T12:00+00:00")
    spring = [s["startsAt"][11:16] for s in free(on.maya.api, service, "2026-03-29", "2026-03-29")]
    assert spring[0] == "00:00" and spring[-1] == "02:00"  # three hours of work, not four
    time.to("2026-10-24T12:00+00:00")
    autumn = free(on.maya.api, service, "2026-10-25", "2026-10-25")
    assert autumn[0]["startsAt"] == "2026-10-24T23:00:00+00:00"
    assert autumn[-1]["startsAt"] == "2026-10-25T03:00:00+00:00"
    assert len(autumn) == 17  # five hours


def test_as_many_queries_however_many_couriers_and_bookings(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    for size in (1, 8):
        with tenant_scope(alpha):
            while Courier.objects.count() < size + 2:
                works(CourierFactory(person_id=PersonFactory().id))
        booked(on.maya, service, f"{10 + size // 2}:30")
        with CaptureQueriesContext(connection) as queries:
            assert free(on.maya.api, service, TODAY, "2026-03-14")
        # session and rights; the service; the zones; the settings; the terms; couriers, hours,
        # other days, leave, shifts, bookings
        said = [query["sql"][:60] for query in queries if "registry_" not in query["sql"]]
        assert len(said) == 11, said


def test_an_address_of_ones_own_or_a_known_place(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        home, gate = AddressFactory(person_id=on.maya.id), PlaceFactory()
    hers = {"addressId": global_id("Address", home.id)}
    there = {"placeId": global_id("Place", gate.id)}
    assert free(on.maya.api, service, p=hers) == free(on.noor.api, service, p=there)
    asked = {"s": global_id("Service", service.id), "p": hers, "f": TODAY, "l": TODAY}
    for caller in (on.noor.api, Api("alpha.localhost")):
        assert caller.error_code(SLOTS, asked) == "NOT_FOUND"
    assert hold(on.maya, service, "12:00", position=hers)["booking"]
    assert hold(on.noor, service, "13:00", position=hers)["code"] == "NOT_FOUND"


def test_what_the_service_asks_of_its_courier(alpha: TenantRef, time: Time):
    on, _ = open_day(alpha)
    asking = replace(ON_SITE, requirements=replace(ON_SITE.requirements, level=3))
    with tenant_scope(alpha):
        works(on.other)
        care = ServiceFactory(
            published=True,
            kind=ServiceKind.ON_SITE,
            declaration=asking.serialise(),
            duration_minutes=60,
        )
        Courier.objects.filter(id=on.courier.id).update(level=3)
    assert {slot["couriersFree"] for slot in free(on.maya.api, care)} == {1}
    rita = {"courierId": global_id("Courier", on.other.id)}
    assert hold(on.maya, care, "12:00", **rita)["code"] == "NOT_FOUND"
    assert hold(on.maya, care, "12:00", key="b")["booking"]["courier"]["displayName"] == "Tomas B."
    assert hold(on.noor, care, "12:00")["code"] == "SLOT_GONE"
