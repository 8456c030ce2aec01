"""A tenant as large as a busy one: 500 services on 40 shelves, and couriers with full diaries.

The catalogue and its prices come by the way that a starter template takes, pictures, ratings and
what people choose by their services; diaries are rows made in bulk.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import OrderBy, QuerySet

from devtools.bench.fill import BRAND, RULES, person_add
from devtools.bench.operations import SEARCHES, Filled
from devtools.demo.pictures import picture
from kernel import clock
from kernel.events import Fact
from kernel.tenancy import TenantRef, tenant_scope
from registry.provisioning import PROVISIONED
from tenants.access.models import Person
from tenants.access.rights import ADMINISTRATOR, COURIER, CUSTOMER
from tenants.access.selectors import actor_of_token, token_digest
from tenants.access.services.sessions import session_start
from tenants.booking.models import Booking, BookingState
from tenants.brand.selectors import brand_zone
from tenants.catalog.content import media_add
from tenants.catalog.models import Moment, Service, ServiceKind
from tenants.catalog.personal import service_chosen
from tenants.catalog.search.find import Filters, Sort, services_found
from tenants.catalog.services import service_rate
from tenants.catalog.start import catalog_start
from tenants.couriers.hours import local_instant
from tenants.couriers.models import Courier, WorkingHours
from tenants.places.geometry import Position
from tenants.pricing.start import pricing_start

SERVICES, COURIERS, BOOKINGS = 500, 50, 2_000
ROOTS, BELOW = 8, 4
"""Shelves at the top, and below each: forty in all."""

DAYS: Final = 14
VISITS: Final = ("09:30", "12:00", "14:30", "16:45")
"""When a courier's visits begin; of a day with three, the last stays free."""

CENTRE: Final = Position(31.02, 121.43)
WORKS: Final = (
    ("Clean", "清洗"), ("Repair", "维修"), ("Install", "安装"), ("Collect", "代取"),
    ("Deliver", "配送"), ("Buy", "代买"), ("Return", "退换"), ("Inspect", "检测"),
    ("Sort", "整理"), ("Move", "搬运"), ("Rent", "租用"), ("Polish", "保养"),
    ("Print", "打印"), ("Pack", "打包"), ("Store", "寄存"), ("Recycle", "回收"),
    ("Disinfect", "消毒"), ("Assemble", "组装"), ("Replace", "更换"), ("Deodorise", "除味"),
)  # fmt: skip
THINGS: Final = (
    ("parcel", "快递"), ("air conditioner", "空调"), ("washing machine", "洗衣机"),
    ("phone", "手机"), ("computer", "电脑"), ("window", "窗户"), ("sofa", "沙发"),
    ("mattress", "床垫"), ("curtain", "窗帘"), ("carpet", "地毯"), ("refrigerator", "冰箱"),
    ("kitchen hood", "油烟机"), ("water pipe", "水管"), ("lamp", "灯具"), ("lock", "门锁"),
    ("bicycle", "自行车"), ("meal", "外卖"), ("groceries", "买菜"), ("flowers", "鲜花"),
    ("medicine", "药品"), ("document", "文件"), ("pet", "宠物"), ("shoes", "鞋子"),
    ("clothes", "衣物"), ("book", "图书"),
)  # fmt: skip


def shop_fill(
    tenant: TenantRef,
    *,
    host: str,
    services: int = SERVICES,
    couriers: int = COURIERS,
    bookings: int = BOOKINGS,
) -> Filled:
    """Fill an empty tenant. `bookings` lie in the two weeks from tomorrow on, evenly."""
    at = clock.now().replace(microsecond=0)
    with tenant_scope(tenant), transaction.atomic():
        _catalogue(tenant, services, at)
        staff = session_start(person=person_add("Ines", "+8613800138031", ADMINISTRATOR, at), at=at)
        maya = person_add("Maya", "+8613800138021", CUSTOMER, at)
        customer = session_start(person=maya, at=at)
        _life(staff.token, maya, at)
        visit = Service.objects.filter(kind=ServiceKind.ON_SITE)[0]
        _diaries(visit, maya, couriers=couriers, bookings=bookings, at=at)
        return Filled(
            host=host,
            schema=tenant.schema,
            tenant_id=str(tenant.id),
            wrapped_key=tenant.wrapped_key.hex(),
            customer_token=customer.token,
            staff_token=staff.token,
            digests={each: token_digest(each).hex() for each in (customer.token, staff.token)},
            service_id=str(visit.id),
            visit_id=str(visit.id),
            order_id="",
            quote_ids=[],
            searches={text: _statement(text, at) for text in SEARCHES},
        )


def _catalogue(tenant: TenantRef, number: int, at: datetime) -> None:
    kinds = list(ServiceKind)
    named = itertools.islice(itertools.product(THINGS, WORKS), number)
    services = [
        {
            "kind": kinds[count % len(kinds)],
            "name": _texts(f"{work[0]} a {thing[0]}", f"{work[1]}{thing[1]}"),
            "summary": _texts("Today, at your door.", "当天上门。"),
            "description": _texts("Done with care, on the day. " * 10, "细心负责,当天完成。" * 10),
        }
        for count, (thing, work) in enumerate(named)
    ]
    shelves = ROOTS * (1 + BELOW)

    def shelf(number: int, **more: Any) -> dict[str, Any]:
        name = _texts(f"Shelf {number}", f"分类{number}")
        return {"name": name, "services": services[number::shelves], **more}

    categories = [
        shelf(root, categories=[shelf(ROOTS + root * BELOW + below) for below in range(BELOW)])
        for root in range(ROOTS)
    ]
    rules = [
        {"step": step, "label": _texts(step.label, step.label), "params": params}
        for step, params in RULES.items()
    ]
    starter = {"catalog": {"categories": categories}, "pricing": {"rules": rules}}
    fact = Fact(PROVISIONED, tenant.id, at, {"brand": BRAND, "template": starter})
    catalog_start(fact)
    pricing_start(fact)


def _life(token: str, customer: Person, at: datetime) -> None:
    """A picture of each service, ratings, and what people chose."""
    actor = actor_of_token(token=token, at=at)
    assert actor is not None
    drawn = [picture(seed, "#1677ff", size=(320, 200)) for seed in range(5)]
    for number, service in enumerate(Service.objects.order_by("position")):
        upload = drawn[number % len(drawn)]
        upload.seek(0)
        media_add(
            actor=actor,
            service_id=service.id,
            upload=upload,
            video=False,
            moment=Moment.OTHER,
            alt=service.name,
            at=at,
        )
        for score in range(2 + number % 3, 6):
            service_rate(service_id=service.id, score=score)
        for _ in range(number * 7 % 5):
            service_chosen(person_id=customer.id, service_id=service.id, place_id=None, at=at)


def _diaries(
    service: Service, customer: Person, *, couriers: int, bookings: int, at: datetime
) -> None:
    """Couriers who work from nine to six every day, with `bookings` among them."""
    at_work = [
        Courier.objects.create(
            person=person_add(f"Courier {number}", f"+86138001{39000 + number}", COURIER, at),
            display_name=f"Courier {number}",
            state=Courier.State.APPROVED,
            applied_at=at,
        )
        for number in range(couriers)
    ]
    WorkingHours.objects.bulk_create(
        WorkingHours(courier=courier, weekday=day, starts=9 * 60, ends=18 * 60)
        for courier in at_work
        for day in range(7)
    )
    anywhere = Random(1)  # noqa: S311  (positions, not secrets)
    Booking.objects.bulk_create(
        Booking(
            courier=courier,
            customer=customer,
            service=service,
            state=BookingState.BOOKED,
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            blocked_until=starts + timedelta(hours=1),
            latitude=CENTRE.latitude + anywhere.uniform(-0.05, 0.05),
            longitude=CENTRE.longitude + anywhere.uniform(-0.05, 0.05),
            created_at=at,
        )
        for courier, starts in itertools.islice(_visits(at_work, at), bookings)
    )


def _visits(couriers: list[Courier], at: datetime) -> Iterator[tuple[Courier, datetime]]:
    zone = brand_zone()
    today = at.astimezone(zone).date()
    for clock_time, ahead, courier in itertools.product(VISITS, range(1, DAYS + 1), couriers):
        hours, _, minutes = clock_time.partition(":")
        day = today + timedelta(days=ahead)
        yield courier, local_instant(day, int(hours) * 60 + int(minutes), zone)


def _statement(text: str, at: datetime) -> str:
    """The product's own search for `text`, as SQL that gives id and relevance, without a limit.

    What is compared is how the answer is made of it, so that it must be the same search.
    """
    found = services_found(
        text=text, filters=Filters(), sort=Sort.RELEVANCE, at=at, zone=brand_zone
    )
    by_relevance, *_ = found.query.order_by
    assert isinstance(by_relevance, OrderBy)
    rows: QuerySet[Any, Any] = found.annotate(relevance=by_relevance.expression)
    sql, params = rows.order_by().values("id", "relevance").query.sql_with_params()
    written: str = connection.ops.compose_sql(sql, params)  # type: ignore[attr-defined]
    return written


def _texts(english: str, chinese: str) -> dict[str, str]:
    return {"en": english, "zh-Hans": chinese}
