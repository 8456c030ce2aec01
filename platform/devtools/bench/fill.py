"""Two tenants with believable rows: catalogue and prices come by the way that a starter template
takes, one order by the services, and the others are its copies, made in bulk.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management import call_command
from django.db import models, transaction
from django.db.models import F

from devtools.bench.operations import Filled
from devtools.demo.operators import OPERATORS
from kernel import clock
from kernel.contacts import phone_index
from kernel.events import Fact
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import Tenant
from registry.provisioning import PROVISIONED, Provisioning, tenant_provision
from tenants.access.models import Grant, Person, Role
from tenants.access.rights import COURIER, CUSTOMER, DISPATCHER
from tenants.access.selectors import actor_of_token, token_digest
from tenants.access.services.sessions import session_start
from tenants.catalog.models import Media, Service, ServiceKind
from tenants.catalog.start import catalog_start
from tenants.couriers.models import Courier
from tenants.journal.models import Event
from tenants.orders.events import stream_of
from tenants.orders.models import Order, OrderState, PaymentMethod
from tenants.orders.services.placing import order_place
from tenants.places.geometry import Position
from tenants.pricing.figures import ItemRequest
from tenants.pricing.models import Quote, Step
from tenants.pricing.services.quotes import quote_create
from tenants.pricing.start import pricing_start
from tenants.pricing.stops import StopRequest

BRAND: Final = OPERATORS[0].brand
RULES: Final = {
    Step.BASE: {"amount": {"CNY": 500}},
    Step.DISTANCE: {"free_meters": 1000, "per_km": {"CNY": 100}},
    Step.WEIGHT: {"free_grams": 1000, "per_kg": {"CNY": 50}},
    Step.COMMISSION: {"percent_bps": 1500},
}


def fill_both(*, quotes: int) -> tuple[Filled, Filled]:
    """Make tables and two tenants in an empty database, as `fill` does each.

    The first is measured; the second, up to ten times as large, shows what grows.
    """
    call_command("migrate_schemas", "--shared", verbosity=0)
    small, large = (
        fill(
            tenant_made(slug),
            host=host_of(slug),
            services=services,
            shelves=shelves,
            orders=orders,
            parts=parts,
            quotes=quotes,
        )
        for slug, services, shelves, orders, parts in (
            ("small", 20, 5, 50, 2),
            ("large", 200, 20, 200, 20),
        )
    )
    return small, large


def host_of(slug: str) -> str:
    """Where a tenant of the bench is."""
    return f"{slug}.localhost"


def tenant_made(slug: str) -> TenantRef:
    """An empty tenant without limits."""
    administrator = {"email": "ines@bench.example", "name": "Ines", "invite_token": "bench"}
    with platform_scope():
        tenant = tenant_provision(
            slug=slug,
            name=slug,
            hosts=[host_of(slug)],
            template=None,
            provisioning=Provisioning(brand=BRAND, template={}, administrator=administrator),
            at=clock.now(),
        )
        Tenant.objects.filter(id=tenant.id).update(terms={})  # it is measured, not sold
    return tenant


def fill(
    tenant: TenantRef,
    *,
    host: str,
    services: int,
    shelves: int = 5,
    orders: int,
    parts: int,
    quotes: int,
) -> Filled:
    """Fill an empty tenant; each order has `parts` stops, items and events.

    `quotes` is how many are there for the customer to take up, within a quarter of an hour.
    """
    at = clock.now().replace(microsecond=0)
    with tenant_scope(tenant), transaction.atomic():
        _catalogue(tenant, services, shelves, at)
        service = Service.objects.filter(kind=ServiceKind.DELIVERY).order_by("position")[0]
        customer = session_start(person=person_add("Maya", "+8613800138021", CUSTOMER, at), at=at)
        staff = session_start(person=person_add("Ines", "+8613800138031", DISPATCHER, at), at=at)
        courier = Courier.objects.create(
            person=person_add("Tomas", "+8613800138011", COURIER, at),
            display_name="Tomas",
            state=Courier.State.APPROVED,
            applied_at=at,
        )
        order = _order(service, customer.token, at)
        twins = _twins(order, courier, orders - 1, parts)
        return Filled(
            host=host,
            schema=tenant.schema,
            tenant_id=str(tenant.id),
            wrapped_key=tenant.wrapped_key.hex(),
            customer_token=customer.token,
            staff_token=staff.token,
            digests={each: token_digest(each).hex() for each in (customer.token, staff.token)},
            service_id=str(service.id),
            visit_id=str(Service.objects.filter(kind=ServiceKind.ON_SITE)[0].id),
            order_id=str(twins[0].id),
            quote_ids=[str(quote.id) for quote in _quotes(order.quote, quotes, taken_at=None)],
        )


def _texts(english: str, chinese: str) -> dict[str, str]:
    return {"en": english, "zh-Hans": chinese}


def _catalogue(tenant: TenantRef, number: int, shelves: int, at: datetime) -> None:
    kinds = list(ServiceKind)
    services = [
        {
            "kind": kinds[count % len(kinds)],
            "name": _texts(f"Service {count}", f"服务{count}"),
            "summary": _texts("Brought to your door.", "送到门口。"),
            "description": _texts("Brought to your door. " * 10, "送到门口。" * 10),
        }
        for count in range(number)
    ]
    categories = [
        {"name": _texts(f"Shelf {shelf}", f"分类{shelf}"), "services": services[shelf::shelves]}
        for shelf in range(shelves)
    ]
    rules = [
        {"step": step, "label": _texts(step.label, step.label), "params": params}
        for step, params in RULES.items()
    ]
    starter = {"catalog": {"categories": categories}, "pricing": {"rules": rules}}
    fact = Fact(PROVISIONED, tenant.id, at, {"brand": BRAND, "template": starter})
    catalog_start(fact)
    pricing_start(fact)
    Service.objects.update(rating_count=F("position") + 3, rating_sum=F("position") * 4 + 13)
    Media.objects.bulk_create(
        Media(
            service=service,
            file=f"catalog/{service.id}.webp",
            width=1200,
            height=800,
            alt=service.name,
            created_at=at,
        )
        for service in Service.objects.all()
    )


def person_add(name: str, phone: str, role: str, at: datetime) -> Person:
    """Somebody with a role, in the bound scope."""
    person = Person.objects.create(
        name=name, phone=phone, phone_index=phone_index(phone), created_at=at
    )
    Grant.objects.create(person=person, role=Role.objects.get(key=role), granted_at=at)
    return person


def _order(service: Service, token: str, at: datetime) -> Order:
    actor = actor_of_token(token=token, at=at)
    assert actor is not None
    quote = quote_create(
        actor=actor,
        service_id=service.id,
        stops=[StopRequest(point=Position(31.02 + n / 100, 121.43), detail="301") for n in (0, 1)],
        weight_grams=3500,
        duration_minutes=None,
        urgent=False,
        insured_value=None,
        items=[ItemRequest("Books", 2, None)],
        at=at,
    )
    method = PaymentMethod.ON_DELIVERY
    placed = order_place(
        actor=actor, quote_id=quote.id, payment_method=method, note="", key="bench", at=at
    )
    return Order.objects.select_related("quote").get(id=placed)


def _twins(order: Order, courier: Courier, number: int, parts: int) -> list[Order]:
    """As many more orders, placed one after the other: the first, and every second, accepted."""
    quotes = _quotes(order.quote, number, taken_at=order.placed_at)
    accepted = {"state": OrderState.ACCEPTED, "courier_id": courier.id}
    twins = _add(
        _copy(
            order,
            quote_id=quote.id,
            number=f"BENCH{count:06}",
            placed_at=order.placed_at + timedelta(seconds=count),
            **({} if count % 2 else accepted),
        )
        for count, quote in enumerate(quotes)
    )
    each = [(twin, part) for twin in twins for part in range(parts)]
    stops, [item], [payment] = list(order.stops.all()), order.items.all(), [order.payment]
    event = Event.objects.get(stream=stream_of(order.id), seq=1)
    _add(_copy(stops[part % 2], order_id=twin.id, position=part) for twin, part in each)
    _add(_copy(item, order_id=twin.id, position=part) for twin, part in each)
    _add(_copy(event, stream=stream_of(twin.id), seq=part + 1) for twin, part in each)
    _add(_copy(payment, order_id=twin.id) for twin in twins)
    return twins


def _quotes(quote: Quote, number: int, **changes: Any) -> list[Quote]:
    quotes = _add(_copy(quote, **changes) for _ in range(number))
    lines = list(quote.lines.all())
    _add(_copy(line, quote_id=twin.id) for twin in quotes for line in lines)
    return quotes


def _copy[M: models.Model](row: M, **changes: Any) -> M:
    """An unsaved row with the same values but for its key and what the database sets."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.db_default is models.NOT_PROVIDED
    }
    return type(row)(**values | changes)


def _add[M: models.Model](rows: Iterable[M]) -> list[M]:
    added = list(rows)
    return type(added[0])._default_manager.bulk_create(added)
