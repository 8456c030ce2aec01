"""The demo's past is what the services would have left: books that balance, logs without gaps."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, F, Max, Sum

from devtools.demo.history import DAYS, PASTS, history
from devtools.demo.orders import Customer, Field, Rider
from kernel.meters import Meter
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Person
from tenants.catalog.models import Service
from tenants.couriers.models import Courier
from tenants.couriers.selectors import fatigue_check
from tenants.dispatch.models import Assignment
from tenants.insights.figures import figures
from tenants.insights.periods import period_checked
from tenants.journal.models import Event, UsageCount
from tenants.ledger.models import Account, Entry, Posting
from tenants.ledger.selectors import balance
from tenants.orders.models import Order, OrderState, Stop
from tenants.payments.models import Payment
from tenants.places.geometry import Position
from tests.support.factories import CAMPUS, TariffFactory, ZoneFactory
from tests.support.factories_orders import ON_SITE, courier_actor, service_version
from tests.support.stage import Stage, stage

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def lived(tenant: TenantRef, slug: str) -> Stage:
    """The operator after the past of the demo's `slug`."""
    on = stage(tenant)
    latitude, longitude = CAMPUS
    with tenant_scope(tenant):
        ZoneFactory(around=CAMPUS, half=0.05)
        TariffFactory()
        service_version()
        service_version(ON_SITE)
        Person.objects.update(created_at=NOW - timedelta(days=90))
        history(
            PASTS[slug],
            riders=[Rider(courier_actor(each), each.id) for each in (on.courier, on.other)],
            asking=Customer(on.maya.actor, "Maya", "+8613800138001"),
            field=Field(Position(latitude=latitude, longitude=longitude), 0.01),
            at=NOW,
        )
    return on


@pytest.mark.parametrize("slug", list(PASTS))
def test_the_past_is_consistent(alpha: TenantRef, slug: str):
    on = lived(alpha, slug)
    with tenant_scope(alpha):
        orders = Order.objects.all()
        states = Counter(orders.values_list("state", flat=True))
        assert {*states} == {OrderState.COMPLETED, OrderState.CANCELLED}
        assert states[OrderState.COMPLETED] > 100
        assert not orders.filter(placed_at__gt=NOW).exists()
        assert not orders.filter(closed_at__gt=NOW).exists()
        assert not orders.filter(closed_at__lt=F("placed_at")).exists()

        logs = Event.objects.values("stream").annotate(count=Count("id"), last=Max("seq"))
        assert [log for log in logs if log["count"] != log["last"]] == []
        seqs = {f"order:{order.id}": order.seq for order in orders}
        assert {log["stream"]: log["last"] for log in logs} == seqs

        books = Posting.objects.annotate(sum=Sum("entries__amount"))
        assert books.count() == 2 * states[OrderState.COMPLETED]
        assert not books.exclude(sum=0).exists()
        assert Entry.objects.aggregate(sum=Sum("amount"))["sum"] == 0
        assert balance(kind=Account.Kind.CLEARING, owner_id=None) == 0
        paid = Payment.objects.filter(state=Payment.State.COLLECTED)
        done = orders.filter(state=OrderState.COMPLETED)
        turnover = done.aggregate(sum=Sum("total"))["sum"]
        assert paid.aggregate(sum=Sum("amount"))["sum"] == turnover
        assert Payment.objects.count() == orders.count()

        assert not Assignment.objects.filter(ended_at=None).exists()
        assert not Stop.objects.filter(order__in=done).exclude(state=Stop.State.DONE).exists()
        used = dict(UsageCount.objects.values_list("meter").annotate(Sum("amount")))
        assert used[Meter.ORDERS] == orders.count()
        assert used[Meter.TURNOVER] == turnover
        people = Person.objects.aggregate(count=Sum("orders_count"), spent=Sum("spent"))
        assert people == {"count": orders.count(), "spent": turnover}
        assert Courier.objects.aggregate(sum=Sum("completed_count"))["sum"] == done.count()
        scores = Courier.objects.aggregate(sum=Sum("rating_sum"))
        assert scores == Service.objects.aggregate(sum=Sum("rating_sum"))

        ids = [on.courier.id, on.other.id]
        rested = fatigue_check(ids, at=NOW)
        assert all(each.today == timedelta() for each in rested.values())

        zone = ZoneInfo("Asia/Shanghai")
        today = NOW.astimezone(zone).date()
        whole = period_checked(first_on=today - timedelta(days=DAYS + 5), last_on=today, zone=zone)
        report = figures(whole)
        assert (report.sums.turnover, report.sums.placed) == (turnover, orders.count())
        assert report.sums.commission == -balance(kind=Account.Kind.REVENUE, owner_id=None)
