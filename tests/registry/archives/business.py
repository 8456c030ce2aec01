"""A tenant with rows in every table that matters, and real files; and what it is compared by."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from kernel.files import store_document, store_image
from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.tables import checksums, snapshot
from tenants.brand.models import Settings
from tenants.catalog.models import Media
from tenants.couriers.models import Courier, Document
from tenants.journal.models import Event
from tenants.orders.models import Order, OrderState
from tests.support.database import SOME_DAY, fixed_id
from tests.support.factories_orders import order_at, photo
from tests.support.world import World, world

FIRST = 500
"""The ids of its world are counted from here, which leaves the cast its own."""

PASSPHRASE = "correct horse battery"


@dataclass(frozen=True)
class Business:
    """The tenant, its people, and an order that has gone all its way, with photographs."""

    tenant: TenantRef
    people: World
    done: Order
    open: Order


def business(tenant: TenantRef) -> Business:
    """Make it."""
    people = world(tenant, first=FIRST)
    with tenant_scope(tenant):
        Courier.objects.update(display_name="Tomas the Swift")  # the world has a role of his name
        tomas = Courier.objects.get(id=fixed_id(FIRST + 31))
        done = order_at(OrderState.COMPLETED, customer=people.maya, courier=tomas)
        waiting = order_at(OrderState.PLACED, customer=people.maya, courier=tomas)
        with transaction.atomic():
            with store_image(photo(), folder="brand", max_bytes=10**6, at=SOME_DAY) as logo:
                Settings.objects.update(logo=logo.path)
            with store_image(photo(), folder="catalog", max_bytes=10**6, at=SOME_DAY) as picture:
                Media.objects.update(file=picture.path)
            with store_document(photo(), folder="papers", max_bytes=10**6, at=SOME_DAY) as paper:
                Document.objects.update(file=paper.path, sha256=paper.sha256)
    return Business(tenant, people, done, waiting)


def sums(tenant: TenantRef, schema: str | None = None) -> dict[str, Any]:
    """The checksum of each table, as `tables.checksums` has it."""
    tenant = replace(tenant, schema=schema or tenant.schema)
    with tenant_scope(tenant), snapshot(tenant.schema) as cursor:
        return checksums(cursor, tenant.schema)


def event_write(tenant: TenantRef, number: int) -> None:
    """Anything that changes the tenant's rows."""
    with tenant_scope(tenant):
        Event.objects.create(stream="x", seq=number, kind="x", at=SOME_DAY, data={})


def files_of(tenant: TenantRef) -> dict[str, bytes]:
    """The tenant's media, by path."""
    folder = Path(settings.MEDIA_ROOT, tenant.label)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
