"""Events straight into the log, as services write them, from threads that commit when they like."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.journal.models import Event
from tenants.journal.services import event_record
from tests.support.database import fixed_id


def order_event(seq: int, order: UUID | None = None, kind: str = "order.noted") -> Event:
    """One event of an order, of a kind that nobody listens to, under the bound tenant."""
    order = order or fixed_id(1)
    data = {"order": str(order), "customer": None, "courier": None, "from": None, "to": "placed"}
    return _record(kind, order, seq, data)


def order_events(count: int) -> None:
    """So many events of one order at a stroke."""
    order, at = fixed_id(1), clock.now()
    data = {"order": str(order)}
    Event.objects.bulk_create(
        Event(kind="order.noted", stream=f"order:{order}", seq=seq, at=at, data=data)
        for seq in range(1, count)
    )
    order_event(count)


def offer_event(seq: int, courier_person: UUID, kind: str = "offer.made") -> Event:
    """One event of an offer, under the bound tenant."""
    ids = {"order": fixed_id(1), "offer": fixed_id(50 + seq), "courier": fixed_id(60)}
    data = {**ids, "courier_person": courier_person}
    return _record(kind, fixed_id(1), seq, {name: str(id) for name, id in data.items()})


def _record(kind: str, order: UUID, seq: int, data: dict[str, Any]) -> Event:
    return event_record(
        kind=kind,
        subject=order,
        stream=f"order:{order}",
        seq=seq,
        actor_id=None,
        at=clock.now(),
        data=data,
    )


def under(tenant: TenantRef, fn: Callable[[], Any]) -> Callable[[], Any]:
    """`fn` as a thread of its own runs it."""

    def run() -> Any:
        try:
            with tenant_scope(tenant):
                return fn()
        finally:
            connections.close_all()

    return run


def write_for_a_while(
    tenant: TenantRef, pool: ThreadPoolExecutor, *, orders: int, events: int, delay: float
) -> list[Future[Any]]:
    """`events` events of each of `orders` orders, by a writer each, which holds every transaction
    open for up to `delay` seconds after it has drawn its ids."""

    def writer(number: int) -> Callable[[], None]:
        dice = random.Random(number)  # noqa: S311

        def run() -> None:
            for seq in range(1, events + 1):
                with transaction.atomic():
                    order_event(seq, fixed_id(number))
                    time.sleep(dice.random() * delay)

        return run

    return [pool.submit(under(tenant, writer(number))) for number in range(1, orders + 1)]
