"""Plans of a test's own, and how to read what is counted."""

from typing import Any

from django.db import transaction

from billing.models import Plan, Usage
from billing.terms import plan_put
from kernel.meters import Meter
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import Tenant
from registry.resolver import resolver
from tenants.journal.models import Event, UsageCount
from tenants.journal.usage import WARNED
from tests.support.database import SOME_DAY


def plan_made(key: str = "tiny", **facts: Any) -> Plan:
    """A plan that is not on offer, in the register."""
    usual = {"name": {"en": key.title()}, "summary": {"en": "For a test"}, "price": 100}
    with platform_scope():
        return Plan.objects.create(
            **{"key": key, "currency": "USD", "offered": False, "changed_at": SOME_DAY}
            | usual
            | facts
        )


def on_plan(tenant: TenantRef, key: str = "tiny", **facts: Any) -> TenantRef:
    """The tenant, from now on with a new plan of these facts: `limits`, `features`, `rate`, …"""
    plan_made(key, **facts)
    with platform_scope(), transaction.atomic():
        row = Tenant.objects.get(id=tenant.id)
        plan_put(row, key, at=SOME_DAY)
        row.refresh_from_db()
    resolver.clear()
    return row.ref()


def counted(tenant: TenantRef, meter: Meter) -> list[int]:
    """What the tenant has counted of a meter, by period."""
    with tenant_scope(tenant):
        rows = UsageCount.objects.filter(meter=meter).order_by("period")
        return list(rows.values_list("amount", flat=True))


def reported(tenant: TenantRef) -> dict[str, int]:
    """What the platform knows of it, by meter and period."""
    with platform_scope():
        rows = Usage.objects.filter(tenant_id=tenant.id)
        return {f"{row.meter} {row.period:%Y-%m}": row.amount for row in rows}


def warnings(tenant: TenantRef) -> list[dict[str, Any]]:
    """What the tenant was warned of."""
    with tenant_scope(tenant):
        return list(
            Event.objects.filter(kind=WARNED).order_by("seq").values_list("data", flat=True)
        )
