"""Rows that came from elsewhere have what waits for a time queued again, and nothing else."""

from datetime import timedelta

from kernel.jobs import defer
from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.announce import rows_announce
from tenants.couriers.models import Courier
from tenants.dispatch.models import Offer
from tenants.orders.models import OrderState
from tenants.orders.services.fulfilment import CONFIRM_AFTER
from tests.registry.archives.business import Business
from tests.support.database import SOME_DAY, admin_connection
from tests.support.factories_orders import order_at
from tests.support.jobs import jobs_waiting


def test_timers_run_again(shop: Business, beta: TenantRef):
    soon = SOME_DAY + timedelta(minutes=1)
    with tenant_scope(shop.tenant):
        courier = Courier.objects.get()
        people = {"customer": shop.people.maya, "courier": courier}
        delivered = order_at(OrderState.DELIVERED, **people)
        offered = order_at(OrderState.OFFERED, **people)
        Offer.objects.create(
            order=offered, courier=courier, round=1, created_at=SOME_DAY, expires_at=soon
        )
        defer("orders.confirm", order="of rows that are no more")
    with tenant_scope(beta):
        defer("dispatch.offer_waiting")
    rows_announce(shop.tenant, SOME_DAY)
    found = {
        (job.name, job.arguments.get("order"), job.run_at) for job in jobs_waiting(shop.tenant)
    }
    assert {
        ("dispatch.offer_waiting", None, None),
        ("dispatch.expire_offers", str(offered.id), soon),
        ("orders.confirm", str(delivered.id), delivered.delivered_at + CONFIRM_AFTER),
    } <= found
    assert not [job for job in found if job[1] == "of rows that are no more"]
    assert [job.name for job in jobs_waiting(beta)] == ["dispatch.offer_waiting"]
    with admin_connection() as admin:
        (reports,) = admin.execute(
            "SELECT count(*) FROM queue.procrastinate_jobs WHERE task_name = 'usage.report'"
            " AND args ->> '_scope' = %s AND scheduled_at IS NULL",
            [shop.tenant.schema],
        ).fetchone()
    assert reports == 1
