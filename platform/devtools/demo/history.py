"""Two months of orders that are done, written as rows: what reports and long lists are shown with.

Going through the services as the demo's other orders do would take half a minute. The rows are what
the services would have written: prices are those of real quotes, each event is in the log under its
number, every posting sums to zero, and what is counted beside the orders is counted from them. Only
photos and the idempotency keys are left out.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from devtools.demo.operators import Person
from devtools.demo.orders import Customer, Field, Rider, quote_of
from devtools.demo.stories import Rows, Template, story
from kernel.contacts import phone_index
from kernel.meters import Meter
from tenants.access.models import Grant, Role
from tenants.access.models import Person as PersonRow
from tenants.access.rights import CUSTOMER
from tenants.brand.selectors import brand_settings
from tenants.catalog.models import Service
from tenants.couriers.models import Courier, Duty
from tenants.journal.usage import usage_note
from tenants.orders.models import OrderState

DAYS: Final = 60
DONE_BEFORE: Final = timedelta(hours=4)
"""How long ago the last of them was placed: the present belongs to the demo's other orders."""

DUTY: Final = (time(11), time(14), time(16, 30), time(20, 30))
"""A courier's two stretches, below what a day may have."""

GROWTH: Final = 0.5
"""How much quieter it was at the beginning."""

REGULARS: Final = (4, 3, 3, 2, 2, 2, 1, 1, 1, 1)
"""How often the first customers order beside those who order now and then."""


@dataclass(frozen=True)
class Past:
    """What an operator's past was like. Weights by hour of the day and by weekday from Monday."""

    customers: tuple[Person, ...]
    couriers: tuple[Person, ...]
    a_day: float
    hours: Mapping[int, int]
    weekdays: tuple[float, ...]
    ahead: bool


def _people(names: str, phones: str) -> tuple[Person, ...]:
    return tuple(Person(name, f"{phones}{n:02}") for n, name in enumerate(names.split("、")))


PASTS: Final = {
    "qinghe": Past(
        customers=_people(
            "林晓彤、周子墨、吴佳怡、郑浩然、冯思远、陈雨桐、褚一诺、卫明轩、蒋欣妍、沈梓涵、韩若溪、杨天佑、"
            "朱语嫣、秦博文、尤静雯、许知行、何沐晨、吕安然、施子昂、张可欣、孔令仪、曹逸飞、严诗涵、华景行、"
            "金悦然、魏书瑶、陶俊杰、姜亦菲",
            "+86139001391",
        ),
        couriers=_people("周行健、何小满、许大川", "+86139001392"),
        a_day=8.0,
        hours={8: 2, 9: 3, 10: 4, 11: 8, 12: 12, 13: 5, 14: 3, 15: 4, 16: 6, 17: 9, 18: 12, 19: 8}
        | {20: 7, 21: 4, 22: 1},
        weekdays=(1.0, 1.0, 1.05, 1.05, 1.2, 0.8, 0.7),
        ahead=False,
    ),
    "hearth": Past(
        customers=_people(
            "Amara Lewis、Owen Price、Priya Shah、Callum Reid、Elsie Ward、Noah Bennett、"
            "Grace Adeyemi、Leo Marsh、Ivy Turner、Samir Aziz、Ruth Hale、Felix Stone、"
            "Nina Kovac、Joan Pike、Theo Lamb",
            "+4479111235",
        ),
        couriers=_people("Marta Silva、Joe Lynch", "+4479111236"),
        a_day=4.0,
        hours={7: 2, 8: 5, 9: 7, 10: 7, 11: 5, 12: 4, 13: 4, 14: 4, 15: 4, 16: 4, 17: 5, 18: 6}
        | {19: 6, 20: 5, 21: 3},
        weekdays=(1.2, 1.0, 1.0, 1.0, 1.1, 0.9, 0.4),
        ahead=True,
    ),
}
"""By the operator's slug."""


@transaction.atomic
def history(
    past: Past, *, riders: Sequence[Rider], asking: Customer, field: Field, at: datetime
) -> None:
    """Write it. `asking` is whom the prices are quoted for, `at` the present."""
    dice = random.Random(60)  # noqa: S311  (the same believable past each time)
    zone = ZoneInfo(brand_settings().time_zone)
    templates = _templates(asking, field, dice, at)
    customers = _customers(past, dice, at)
    couriers = list(Courier.objects.filter(id__in=[rider.courier_id for rider in riders]))
    couriers.sort(key=lambda courier: courier.display_name)
    rows = Rows(couriers, brand_settings().currency)
    worked: set[tuple[date, Courier]] = set()
    for placed_at in _instants(past, zone, dice, at):
        known = [customer for customer in customers if customer.created_at < placed_at]
        weights = [*REGULARS, *[1] * len(known)][: len(known)]
        order = story(
            rows,
            template=dice.choices(templates, weights=[each.weight for each in templates])[0],
            customer=dice.choices(known, weights=weights)[0],
            ahead=past.ahead and dice.random() < 0.7,
            zone=zone,
            dice=dice,
            placed_at=placed_at,
            until=at - timedelta(hours=1),
        )
        if order.courier is not None:
            worked.add((placed_at.astimezone(zone).date(), order.courier))
    _duties(worked, zone, at)
    rows.write()
    _count(rows)


def _instants(past: Past, zone: ZoneInfo, dice: random.Random, at: datetime) -> list[datetime]:
    """When orders were placed, in order."""
    today = at.astimezone(zone).date()
    found = []
    for ago in range(DAYS, -1, -1):
        day = today - timedelta(days=ago)
        busy = past.a_day * past.weekdays[day.weekday()] * (1 - GROWTH * ago / DAYS)
        hours = dice.choices(
            list(past.hours), weights=list(past.hours.values()), k=round(busy * dice.gauss(1, 0.2))
        )
        for hour in hours:
            clock = time(hour, dice.randrange(60), dice.randrange(60), tzinfo=zone)
            found.append(datetime.combine(day, clock).astimezone(UTC))
    return sorted(each for each in found if each < at - DONE_BEFORE)


def _templates(asking: Customer, field: Field, dice: random.Random, at: datetime) -> list[Template]:
    """A real price of every service on sale; the first services are the popular ones."""
    services = Service.objects.filter(version__isnull=False).select_related("version")
    return [
        Template(quote_of(service, asking, field, dice, at), weight=1 / (rank + 2))
        for rank, service in enumerate(services.order_by("position", "id"))
    ]


def _customers(past: Past, dice: random.Random, at: datetime) -> list[PersonRow]:
    """People who came one after another; the first of them before the first order."""
    joined = sorted(dice.uniform(-10, DAYS - 3) for _ in past.customers)
    joined[:4] = [-12, -11, -10.5, -10.2]
    start = at - timedelta(days=DAYS)
    customers = PersonRow.objects.bulk_create(
        PersonRow(
            name=person.name,
            phone=person.phone,
            phone_index=phone_index(person.phone),
            created_at=start + timedelta(days=days),
        )
        for person, days in zip(past.customers, joined, strict=True)
    )
    role = Role.objects.get(key=CUSTOMER)
    Grant.objects.bulk_create(
        Grant(person=person, role=role, granted_at=person.created_at) for person in customers
    )
    return customers


def _duties(worked: set[tuple[date, Courier]], zone: ZoneInfo, at: datetime) -> None:
    """The days on which a courier had something to do, today apart, and the day they came."""
    today = at.astimezone(zone).date()
    Duty.objects.bulk_create(
        Duty(
            courier=courier,
            began_at=datetime.combine(day, begins, tzinfo=zone),
            ended_at=datetime.combine(day, ends, tzinfo=zone),
        )
        for day, courier in sorted(worked, key=lambda each: (each[0], each[1].display_name))
        for begins, ends in ((DUTY[0], DUTY[1]), (DUTY[2], DUTY[3]))
        if day < today
    )
    came = at - timedelta(days=DAYS + 3)
    Courier.objects.filter(id__in={courier.id for _, courier in worked}).update(
        applied_at=came, reviewed_at=came + timedelta(days=1)
    )


_COUNTS: Final = (
    """
    UPDATE access_person AS person SET orders_count = of.placed, spent = of.spent,
      last_order_at = of.last_at
    FROM (
      SELECT customer_id, count(*) AS placed, max(placed_at) AS last_at,
        coalesce(sum(total) FILTER (WHERE state = 'completed'), 0) AS spent
      FROM orders_order GROUP BY customer_id
    ) AS of WHERE of.customer_id = person.id
    """,
    """
    UPDATE couriers_courier AS courier SET completed_count = of.done
    FROM (
      SELECT courier_id, count(*) AS done FROM orders_order
      WHERE state = 'completed' GROUP BY courier_id
    ) AS of WHERE of.courier_id = courier.id
    """,
    """
    UPDATE couriers_courier AS courier SET given_back_count = of.given_back
    FROM (
      SELECT courier_id, count(*) AS given_back FROM dispatch_assignment
      WHERE outcome = 'given_back' GROUP BY courier_id
    ) AS of WHERE of.courier_id = courier.id
    """,
    """
    UPDATE couriers_courier AS rated SET rating_sum = of.scores, rating_count = of.reviews
    FROM (
      SELECT courier_id, sum(score) AS scores, count(*) AS reviews
      FROM talk_review GROUP BY courier_id
    ) AS of WHERE of.courier_id = rated.id
    """,
    """
    UPDATE catalog_service AS rated SET rating_sum = of.scores, rating_count = of.reviews
    FROM (
      SELECT service_id, sum(score) AS scores, count(*) AS reviews
      FROM talk_review GROUP BY service_id
    ) AS of WHERE of.service_id = rated.id
    """,
)


def _count(rows: Rows) -> None:
    """What the services count as they go, counted from the rows."""
    with connection.cursor() as cursor:
        for statement in _COUNTS:
            cursor.execute(statement)
    placed: Counter[datetime] = Counter()
    turned_over: Counter[datetime] = Counter()
    for order in rows.orders:
        placed[_month(order.placed_at)] += 1
        if order.state == OrderState.COMPLETED and order.closed_at is not None:
            turned_over[_month(order.closed_at)] += order.total
    for meter, counts in ((Meter.ORDERS, placed), (Meter.TURNOVER, turned_over)):
        for month, amount in counts.items():
            usage_note(meter, amount, at=month)


def _month(at: datetime) -> datetime:
    """When the month of `at` began, as usage is counted (UTC)."""
    first = at.astimezone(UTC).replace(day=1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0)
