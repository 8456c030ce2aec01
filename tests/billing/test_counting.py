"""What is used is counted as it happens: exactly, once, and no further than the plan allows."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from kernel.meters import Feature, FeatureNotInPlan, Meter, PlanLimitReached, feature_check
from kernel.tenancy import TenantRef, tenant_scope
from tenants.journal.models import Event, UsageCount
from tenants.journal.usage import usage_add, usage_note
from tests.billing.plans import counted, on_plan, warnings
from tests.support.database import SOME_DAY
from tests.support.jobs import jobs_waiting
from tests.support.threads import at_once

CALLERS = 8


def add(tenant: TenantRef, meter: Meter, amount: int = 1, at: datetime = SOME_DAY) -> int:
    with tenant_scope(tenant):
        return usage_add(meter, amount, at=at)


def test_of_many_at_once_exactly_the_limit_get_through(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"orders": 3})
    answers = at_once(*[lambda: add(tenant, Meter.ORDERS)] * CALLERS)
    assert sorted(a for a in answers if isinstance(a, int)) == [1, 2, 3]
    refused = [a.data() for a in answers if isinstance(a, PlanLimitReached)]
    assert refused == [{"meter": "orders", "limit": 3, "plan": "tiny"}] * (CALLERS - 3)
    assert counted(tenant, Meter.ORDERS) == [3]


def test_looking_before_counting_would_let_more_through(alpha: TenantRef):
    """The race that counting in one statement closes: all look, all see room, all count."""
    tenant, looked = on_plan(alpha, limits={"orders": 3}), threading.Barrier(CALLERS)
    add(tenant, Meter.ORDERS, 2)

    def look_then_count() -> None:
        with tenant_scope(tenant), transaction.atomic():
            row = UsageCount.objects.get(meter=Meter.ORDERS)
            looked.wait()
            if row.amount < 3:
                UsageCount.objects.filter(id=row.id).update(amount=F("amount") + 1)

    at_once(*[look_then_count] * CALLERS)
    assert counted(tenant, Meter.ORDERS) == [2 + CALLERS]


def test_what_is_rolled_back_was_never_counted(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"orders": 10})
    add(tenant, Meter.ORDERS, 7)
    with tenant_scope(tenant), pytest.raises(ZeroDivisionError), transaction.atomic():
        usage_add(Meter.ORDERS, 2, at=SOME_DAY)
        raise ZeroDivisionError
    assert counted(tenant, Meter.ORDERS) == [7]
    assert warnings(tenant) == []


def test_a_refusal_undoes_all_that_came_before_it(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"orders": 0})
    with tenant_scope(tenant):
        with pytest.raises(PlanLimitReached), transaction.atomic():
            Event.objects.create(stream="x", seq=1, kind="x", at=SOME_DAY)
            usage_add(Meter.ORDERS, 1, at=SOME_DAY)
        assert not Event.objects.filter(stream="x").exists()
    assert counted(tenant, Meter.ORDERS) == []
    assert jobs_waiting(tenant, reports=True) == []


def test_a_month_ends_in_utc(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"orders": 1})
    add(tenant, Meter.ORDERS, at=datetime.fromisoformat("2026-04-01T07:59:59+08:00"))
    with pytest.raises(PlanLimitReached):
        add(tenant, Meter.ORDERS, at=datetime.fromisoformat("2026-03-31T23:59:59Z"))
    add(tenant, Meter.ORDERS, at=datetime.fromisoformat("2026-04-01T00:00:00Z"))
    assert counted(tenant, Meter.ORDERS) == [1, 1]


def test_what_is_there_at_present_goes_down_again_and_knows_no_months(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"couriers": 2})
    later = SOME_DAY + timedelta(days=400)
    assert [add(tenant, Meter.COURIERS, 1, at) for at in (SOME_DAY, later)] == [1, 2]
    with pytest.raises(PlanLimitReached):
        add(tenant, Meter.COURIERS)
    assert add(tenant, Meter.COURIERS, -1) == 1
    assert add(tenant, Meter.COURIERS) == 2
    assert add(tenant, Meter.COURIERS, -5) == 0  # some were there before anybody counted
    assert add(tenant, Meter.COURIERS, 2) == 2


def test_less_is_never_refused(alpha: TenantRef):
    add(alpha, Meter.COURIERS, 9)
    tenant = on_plan(alpha, limits={"couriers": 3})
    assert add(tenant, Meter.COURIERS, -1) == 8


def test_four_fifths_are_told_once_a_month(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"orders": 10})
    for _ in range(7):
        add(tenant, Meter.ORDERS)
    assert warnings(tenant) == []
    for _ in range(3):
        add(tenant, Meter.ORDERS)
    with pytest.raises(PlanLimitReached):
        add(tenant, Meter.ORDERS)
    first = {"meter": "orders", "amount": 8, "limit": 10, "plan": "tiny", "month": "2026-03-01"}
    assert warnings(tenant) == [first]
    add(tenant, Meter.ORDERS, 9, SOME_DAY + timedelta(days=31))
    assert warnings(tenant) == [first, first | {"amount": 9, "month": "2026-04-01"}]


def test_going_up_and_down_around_it_is_told_once_a_month(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"storage": 5, "couriers": 5})
    add(tenant, Meter.STORAGE, 4)
    for change in (-1, 1, -1, 1):
        add(tenant, Meter.STORAGE, change)
    add(tenant, Meter.COURIERS, 4)
    assert [told["meter"] for told in warnings(tenant)] == ["storage", "couriers"]
    for change in (-1, 1):
        add(tenant, Meter.STORAGE, change, SOME_DAY + timedelta(days=31))
    assert len(warnings(tenant)) == 3


def test_who_cross_it_together_are_told_once(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"orders": 10, "couriers": 10})
    add(tenant, Meter.ORDERS, 6)
    add(tenant, Meter.COURIERS, 7)
    calls = [lambda: add(tenant, Meter.ORDERS)] * 3 + [lambda: add(tenant, Meter.COURIERS)] * 3
    assert not [a for a in at_once(*calls) if isinstance(a, Exception)]
    assert sorted(told["meter"] for told in warnings(tenant)) == ["couriers", "orders"]


def test_without_a_plan_all_is_counted_and_nothing_refused(alpha: TenantRef):
    assert add(alpha, Meter.ORDERS, 10**9) == 10**9
    with tenant_scope(alpha):
        feature_check(Feature.SANDBOX)
    assert warnings(alpha) == []


def test_work_under_way_is_counted_and_never_refused(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"storage": 10})
    with tenant_scope(tenant):
        assert usage_note(Meter.STORAGE, 100, at=SOME_DAY) == 100
    assert [told["meter"] for told in warnings(tenant)] == ["storage"]


def test_a_feature_is_in_the_plan_or_refused_by_its_name(alpha: TenantRef):
    tenant = on_plan(alpha, features=["export"])
    with tenant_scope(tenant):
        feature_check(Feature.EXPORT)
        with pytest.raises(FeatureNotInPlan) as refused:
            feature_check(Feature.SANDBOX)
    assert refused.value.data() == {"feature": "sandbox", "plan": "tiny"}


def test_counting_takes_two_statements(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha), transaction.atomic():
        usage_add(Meter.ORDERS, 1, at=SOME_DAY)
        # The count, and the report that follows.
        with django_assert_num_queries(2):
            usage_add(Meter.ORDERS, 1, at=SOME_DAY)
