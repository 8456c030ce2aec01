"""At the same instant: of all who take a slot one has it, and what stands behind that."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from kernel import clock
from kernel.ids import new_id
from kernel.refusals import IdempotencyKeyReused
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.actors import Actor
from tenants.access.rights import CUSTOMER, STARTER_ROLES
from tenants.booking.availability import Where
from tenants.booking.models import Booking, BookingState
from tenants.booking.services import taking
from tenants.booking.services.holds import HoldLapsed, booking_hold
from tenants.booking.services.taking import SlotGone
from tenants.booking.services.visits import visit_take
from tenants.catalog.models import Service
from tenants.couriers.models import Courier
from tenants.places.geometry import Position
from tests.booking.day import (
    NOW,
    Time,
    active,
    free,
    hold,
    local,
    open_day,
)
from tests.support.database import admin_connection
from tests.support.factories import CAMPUS, PersonFactory
from tests.support.stage import Stage
from tests.support.threads import at_once

HERE = Where(point=Position(*CAMPUS))
NOON = datetime.fromisoformat(local("12:00"))


def customers(count: int) -> list[Actor]:
    """In the bound scope: so many people who may order."""
    rights = STARTER_ROLES[CUSTOMER]
    people = [PersonFactory() for _ in range(count)]
    return [Actor(person.id, UUID(int=1), rights) for person in people]


def race(on: Stage, service: Service, count: int) -> list[Any]:
    """So many customers take tomas at noon at once."""
    with tenant_scope(on.tenant):
        actors = customers(count)

    return at_once(*(lambda actor=actor: take(on.tenant, service, actor) for actor in actors))


def take(tenant: TenantRef, service: Service, actor: Actor) -> UUID:
    """One customer takes noon."""
    with tenant_scope(tenant):
        return booking_hold(
            actor=actor,
            service_id=service.id,
            courier_id=None,
            starts_at=NOON,
            duration_minutes=None,
            where=HERE,
            key="one",
            at=clock.now(),
        )


@pytest.mark.parametrize("count", [2, 8])
def test_of_all_who_take_the_last_slot_one_has_it(alpha: TenantRef, time: Time, count: int):
    on, service = open_day(alpha)
    took = race(on, service, count)
    assert sum(isinstance(answer, UUID) for answer in took) == 1, took
    assert sum(isinstance(answer, SlotGone) for answer in took) == count - 1, took
    assert active(alpha) == 1


def test_of_two_hundred_one_has_it(alpha: TenantRef, time: Time):
    """As many at a time as there are connections, each with a queue of customers."""
    _, service = open_day(alpha)
    with tenant_scope(alpha):
        actors = customers(200)

    def take_all(queue: list[Actor]) -> list[Any]:
        answers: list[Any] = []
        for actor in queue:
            try:
                answers.append(take(alpha, service, actor))
            except SlotGone as gone:
                answers.append(gone)
        return answers

    queues = [actors[number::10] for number in range(10)]
    each = at_once(*(lambda queue=queue: take_all(queue) for queue in queues))
    took = [answer for answers in each for answer in answers]
    assert sum(isinstance(answer, UUID) for answer in took) == 1
    assert sum(isinstance(answer, SlotGone) for answer in took) == 199
    assert active(alpha) == 1


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service without its lock, and each of eight looks before any of them goes on."""
    look, seen = taking.lane_at, threading.Barrier(8)

    def look_and_wait(**asked: Any) -> Any:
        found = look(**asked)
        with suppress(threading.BrokenBarrierError):
            seen.wait(timeout=5)
        return found

    monkeypatch.setattr(taking, "courier_locked", lambda courier_id: None)
    monkeypatch.setattr(taking, "lane_at", look_and_wait)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_constraint_decides(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    took = race(on, service, 8)
    assert sum(isinstance(answer, UUID) for answer in took) == 1, took
    assert sum(isinstance(answer, SlotGone) for answer in took) == 7, took
    assert active(alpha) == 1


@pytest.mark.usefixtures("unlocked")
def test_without_lock_and_constraint_there_is_a_race(alpha: TenantRef, time: Time):
    """The twin: what the two stand against is real."""
    on, service = open_day(alpha)
    with admin_connection() as admin:
        (definition,) = admin.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'booking_no_two_at_once' AND connamespace = %s::regnamespace",
            [alpha.schema],
        ).fetchone()
        table = f'"{alpha.schema}".booking_booking'
        admin.execute(f"ALTER TABLE {table} DROP CONSTRAINT booking_no_two_at_once")
        try:
            took = race(on, service, 8)
            assert sum(isinstance(answer, UUID) for answer in took) > 1, took
        finally:
            admin.execute(f"TRUNCATE {table} CASCADE")
            admin.execute(f"ALTER TABLE {table} ADD CONSTRAINT booking_no_two_at_once {definition}")


def test_the_constraint_by_itself(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)

    def row(begin: str, end: str, **more: Any) -> Booking:
        with tenant_scope(alpha), transaction.atomic():
            return Booking.objects.create(
                **{
                    "courier": on.courier,
                    "customer_id": on.maya.id,
                    "service": service,
                    "state": BookingState.BOOKED,
                    "starts_at": local(begin),
                    "ends_at": local(end),
                    "blocked_until": local(end),
                    "latitude": 0,
                    "longitude": 0,
                    "created_at": NOW,
                    **more,
                }
            )

    row("12:00", "13:00")
    row("13:00", "14:00")  # they touch
    row("12:30", "13:30", lane=1)
    row("12:30", "13:30", courier=on.other)
    row("12:30", "13:30", state=BookingState.CANCELLED)
    held = {"state": BookingState.HELD, "held_until": NOW}
    for begin, end, more in (
        ("12:30", "13:30", {}),
        ("11:30", "12:30", held),
        ("11:00", "11:30", {"blocked_until": local("12:15")}),
        ("15:00", "15:00", {}),  # of no length
        ("16:00", "15:00", {}),  # backwards
        ("15:00", "16:00", {"blocked_until": local("15:30")}),
        ("15:00", "16:00", {"state": BookingState.HELD}),  # for ever
    ):
        with pytest.raises(IntegrityError):
            row(begin, end, **more)


def test_taking_and_lapsing_at_once_leave_one_story(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)
    with tenant_scope(alpha):
        (rival,) = customers(1)
    for number in range(6):
        assert hold(on.maya, service, "12:00", key=f"m{number}")["booking"]
        with tenant_scope(alpha):
            booking = Booking.objects.get(state="held")
        over = booking.held_until
        assert over is not None

        def take(booking: Booking = booking, over: datetime = over) -> Booking:
            with tenant_scope(alpha):
                at = over - timedelta(seconds=1)
                return visit_take(
                    booking_id=booking.id, customer_id=on.maya.id, order_id=new_id(), at=at
                )

        def rob(number: int = number, over: datetime = over) -> UUID:
            with tenant_scope(alpha):
                return booking_hold(
                    actor=rival,
                    service_id=service.id,
                    courier_id=None,
                    starts_at=NOON,
                    duration_minutes=None,
                    where=HERE,
                    key=f"r{number}",
                    at=over,
                )

        took, robbed = at_once(take, rob)
        assert isinstance(took, Booking) != isinstance(robbed, UUID), (took, robbed)
        assert isinstance(took, Booking | HoldLapsed) and isinstance(robbed, UUID | SlotGone)
        assert active(alpha) == 1
        with tenant_scope(alpha):
            Booking.objects.update(state="cancelled")


def test_one_key_at_once_is_one_hold(alpha: TenantRef, time: Time):
    on, service = open_day(alpha)

    def take(at_: str) -> UUID:
        with tenant_scope(alpha):
            return booking_hold(
                actor=on.maya.actor,
                service_id=service.id,
                courier_id=None,
                starts_at=datetime.fromisoformat(local(at_)),
                duration_minutes=None,
                where=HERE,
                key="one",
                at=clock.now(),
            )

    same = at_once(*(lambda: take("12:00") for _ in range(4)))
    assert len({*same}) == 1 and isinstance(same[0], UUID)
    with tenant_scope(alpha), pytest.raises(IdempotencyKeyReused):
        take("13:00")


def test_every_slot_that_is_offered_can_be_booked(alpha: TenantRef, time: Time):
    on, service = open_day(alpha, hours="09:00-12:30")
    with tenant_scope(alpha):
        Courier.objects.update(buffer_minutes=15)
        takers = iter(customers(9))
    taken = 0
    while offered := free(on.maya.api, service):
        begins = datetime.fromisoformat(offered[len(offered) // 2]["startsAt"])
        with tenant_scope(alpha):
            booking_hold(
                actor=next(takers),
                service_id=service.id,
                courier_id=None,
                starts_at=begins,
                duration_minutes=None,
                where=HERE,
                key="one",
                at=clock.now(),
            )
        taken += 1
    assert 1 <= taken <= 3 and active(alpha) == taken
