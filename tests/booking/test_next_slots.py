"""What a search that asks for a slot finds, as agendas change and time passes."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.booking.next_slots import next_slots
from tenants.catalog.declaration import Asked, Declaration, Need, StopDeclaration, StopKind
from tenants.catalog.declaration.terms import Certificate, Requirements
from tenants.catalog.models import Service
from tests.booking.day import Time, act, booked, local, open_day, works
from tests.support.factories import PersonFactory, ServiceFactory
from tests.support.factories_orders import CourierFactory
from tests.support.jobs import jobs_run
from tests.support.stage import Stage, mutate

SITE = (StopDeclaration(StopKind.ON_SITE),)
SEARCH = """query($by: DateTime!) {
  catalogSearch(first: 20, text: "", filters: {slotBy: $by}) { edges { node { name } } } }"""


def found(on: Stage, by: str) -> list[str]:
    edges = on.noor.api.run(SEARCH, {"by": by})["catalogSearch"]["edges"]
    return [edge["node"]["name"] for edge in edges]


def kept(tenant: TenantRef, service: Service) -> str | None:
    with tenant_scope(tenant):
        slot = Service.objects.get(id=service.id).next_slot_at
        return f"{slot:%d %H:%M}" if slot else None


def hours(on: Stage, begin: str, end: str) -> None:
    day = [{"weekday": day, "starts": begin, "ends": end} for day in range(1, 8)]
    assert "code" not in mutate(on.tomas.api, "courierHoursSet", {"hours": day})


def test_it_follows_agendas_and_time(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    assert found(on, local("18:00")) == []
    hours(on, "10:00", "12:00")
    jobs_run(alpha, at=time.on(seconds=5))
    assert kept(alpha, service) == "02 02:00"
    assert found(on, local("10:00")) == ["Cleaning"]
    assert found(on, local("09:45")) == []
    first = booked(on.maya, service, "10:00")
    jobs_run(alpha, at=time.on(seconds=5))
    assert kept(alpha, service) == "02 03:00"
    act(on.maya, "bookingCancel", first)
    assert act(on.ines, "bookingCancel", first, key="again")["booking"]["state"] == "CANCELLED"
    jobs_run(alpha, at=time.on(seconds=5))
    assert kept(alpha, service) == "02 02:00"
    # At nine the visit of ten is still an hour ahead, and a second later it is not.
    jobs_run(alpha, at=time.to(local("09:00")))
    assert kept(alpha, service) == "02 02:00"
    jobs_run(alpha, at=time.on(seconds=1))
    assert kept(alpha, service) == "02 02:15"
    jobs_run(alpha, at=time.to(local("20:00")))
    assert kept(alpha, service) == "03 02:00"
    hours(on, "03:00", "03:30")
    jobs_run(alpha, at=time.on(seconds=5))
    assert kept(alpha, service) is None


def test_only_for_what_takes_appointments_and_by_who_may(alpha: TenantRef, time: Time):
    _, service = open_day(alpha)
    needs = Requirements(certificates=(Certificate.HEALTH,))

    def sold(asked: Asked, minutes: int | None, **more: Any) -> Service:
        declaration = Declaration(stops=SITE, asked=asked, **more).serialise()
        made: Service = ServiceFactory(
            published=True, kind="on_site", duration_minutes=minutes, declaration=declaration
        )
        return made

    with tenant_scope(alpha):
        optional = Asked(appointment=Need.OPTIONAL)
        demand = sold(Asked(), 60)
        endless = sold(optional, None)
        guarded = sold(optional, 60, requirements=needs)
        long = sold(optional, 600)
        free = next_slots(at=time.now)
        assert free[service.id] is not None
        assert [free[each.id] for each in (demand, endless, guarded, long)] == [None] * 4


def test_its_queries_do_not_grow_with_couriers_and_services(alpha: TenantRef, time: Time):
    open_day(alpha)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            next_slots(at=time.now)
        return len(queries)

    with tenant_scope(alpha):
        before = count()
        asked = Asked(appointment=Need.OPTIONAL)
        ServiceFactory.create_batch(
            5,
            published=True,
            kind="on_site",
            duration_minutes=45,
            declaration=Declaration(stops=SITE, asked=asked).serialise(),
        )
        for _ in range(5):
            works(CourierFactory(person_id=PersonFactory().id))
        assert count() == before == 11
