"""The demo's appointments: couriers' hours, visits of the days ahead, one that recurs, a shift."""

import random
from datetime import datetime, time, timedelta
from typing import Final

from devtools.demo.orders import Customer, Field, Rider
from kernel.wall_clock import span_checked
from tenants.access.actors import Actor
from tenants.booking.availability import Where, slots_free, visiting
from tenants.booking.models import Recurrence
from tenants.booking.services.holds import booking_hold
from tenants.booking.services.recurrences import recurrence_start
from tenants.booking.services.shifts import shift_join, shift_open
from tenants.brand.selectors import brand_zone
from tenants.catalog.declaration import Declaration, Need
from tenants.catalog.models import Service
from tenants.catalog.selectors import only_on_sale
from tenants.couriers.hours import WeeklySpan
from tenants.couriers.services.agenda import courier_hours_set
from tenants.orders.models import PaymentMethod
from tenants.orders.services.placing import order_place
from tenants.pricing.services import quote_create
from tenants.pricing.stops import StopRequest

DAYS_AHEAD: Final = 6
VISITS_A_DAY: Final = 2
HOURS: Final = ("08:00", "20:00")
SHIFT: Final = (time(11, 30), time(13, 30))
"""Lunch, when most is ordered."""


def agendas(riders: list[Rider], *, at: datetime) -> None:
    """Everybody works from eight to eight; the second courier has Sundays off."""
    span = span_checked(*HOURS, field="hours")
    for number, rider in enumerate(riders):
        week = [WeeklySpan(day, span) for day in range(6 if number == 1 else 7)]
        courier_hours_set(actor=rider.actor, courier_id=None, week=week, at=at)


def visits(customers: list[Customer], field: Field, *, at: datetime) -> None:
    """Two orders by appointment on each of the days ahead, and a visit that comes every week."""
    dice = random.Random(11)  # noqa: S311
    services = [service for service in _by_appointment() if service.duration_minutes]
    for ahead in range(1, DAYS_AHEAD + 1):
        for customer in dice.sample(customers, VISITS_A_DAY):
            _visit(dice.choice(services), customer, field, dice, ahead, at)
    service, customer = services[0], customers[0]
    recurrence_start(
        actor=customer.actor,
        service_id=service.id,
        courier_id=None,
        rhythm=Recurrence.Rhythm.WEEKLY,
        first_on=(at.astimezone(brand_zone()) + timedelta(days=7)).date(),
        last_on=None,
        minutes=10 * 60,
        duration_minutes=None,
        where=Where(point=field.somewhere()),
        key="demo",
        at=at,
    )


def shift(administrator: Actor, riders: list[Rider], *, at: datetime) -> None:
    """A lunch after all the visits, with one seat taken and one to take."""
    zone = brand_zone()
    day = (at.astimezone(zone) + timedelta(days=DAYS_AHEAD + 2)).date()
    starts_at, ends_at = (datetime.combine(day, clock, zone) for clock in SHIFT)
    opened = shift_open(
        actor=administrator,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=2,
        zone_id=None,
        key="demo",
        at=at,
    )
    shift_join(actor=riders[-1].actor, shift_id=opened, key="demo", at=at)


def _by_appointment() -> list[Service]:
    services = only_on_sale(Service.objects.order_by("position", "id")).select_related("version")
    return [
        service
        for service in services
        if service.version is not None
        and Declaration.parse(service.version.declaration).asked.appointment is not Need.OFF
    ]


def _visit(
    service: Service,
    customer: Customer,
    field: Field,
    dice: random.Random,
    ahead: int,
    at: datetime,
) -> None:
    """Held, priced and ordered, as a customer does it."""
    where = Where(point=field.somewhere())
    day = (at.astimezone(brand_zone()) + timedelta(days=ahead)).date()
    wish = visiting(
        service_id=service.id,
        duration_minutes=None,
        where=where,
        customer_id=customer.actor.person_id,
    )
    free = slots_free(wish=wish, first=day, last=day, courier_id=None, at=at)
    if not free:
        return
    starts_at = datetime.fromtimestamp(dice.choice(free).starts, at.tzinfo)
    key = f"demo-{customer.actor.person_id}-{starts_at:%d%H%M}"
    booking_id = booking_hold(
        actor=customer.actor,
        service_id=service.id,
        courier_id=None,
        starts_at=starts_at,
        duration_minutes=None,
        where=where,
        key=key,
        at=at,
    )
    quote = quote_create(
        actor=customer.actor,
        service_id=service.id,
        stops=[StopRequest(point=where.point, contact_name=customer.name, phone=customer.phone)],
        weight_grams=None,
        duration_minutes=None,
        urgent=False,
        insured_value=None,
        items=[],
        wanted_at=starts_at,
        at=at,
    )
    order_place(
        actor=customer.actor,
        quote_id=quote.id,
        booking_id=booking_id,
        payment_method=PaymentMethod.ON_DELIVERY,
        note="",
        key=key,
        at=at,
    )
