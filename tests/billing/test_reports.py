"""What tenants counted reaches the platform, once each, and its owner reads it in few queries."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from billing.models import Subscription, Usage
from kernel import clock
from kernel.jobs import registered
from kernel.meters import Meter
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from registry.models import Tenant
from tenants.journal.usage import REPORT_AFTER, usage_add, usage_note, usage_report
from tests.billing.plans import on_plan, reported
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.jobs import jobs_waiting
from tests.support.threads import at_once

TENANTS = """{ tenants(first: 100) { edges { node { slug lastActiveAt
  plan { key name price { amount currency } }
  usage { meter used limit warned periodEnds }
  turnover { amount currency }
} } } }"""
PLAN_USAGE = """{ planUsage { plan { key name limits { meter limit } }
  meters { meter used limit warned periodEnds } features } }"""


def report(tenant: TenantRef, at=SOME_DAY) -> None:
    with tenant_scope(tenant):
        usage_report(at=at)


def test_many_changes_are_one_report(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 1, at=SOME_DAY)
        usage_add(Meter.COURIERS, 2, at=SOME_DAY + timedelta(seconds=1))
        usage_note(Meter.TURNOVER, 900, at=SOME_DAY + timedelta(seconds=2))
    (waiting,) = jobs_waiting(alpha, reports=True)
    assert (waiting.name, waiting.run_at) == ("usage.report", SOME_DAY + REPORT_AFTER)
    assert jobs_waiting(beta, reports=True) == []


def test_the_job_reports_the_present_month(alpha: TenantRef):
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 3, at=clock.now())
        registered["usage.report"].run()
    assert reported(alpha) == {f"orders {clock.now():%Y-%m}": 3, "staff 1970-01": 1}


def test_a_report_twice_is_one_and_says_when_something_was_used_last(alpha: TenantRef):
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 3, at=SOME_DAY)
    report(alpha)
    report(alpha, SOME_DAY + timedelta(hours=1))
    assert reported(alpha) == {"orders 2026-03": 3, "staff 1970-01": 1}
    with platform_scope():
        assert set(Usage.objects.values_list("at", flat=True)) == {SOME_DAY}


def test_a_report_that_comes_late_changes_nothing(alpha: TenantRef):
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 3, at=SOME_DAY)
        report(alpha, SOME_DAY + timedelta(minutes=1))
        usage_add(Meter.ORDERS, 1, at=SOME_DAY)
    report(alpha, SOME_DAY)
    assert reported(alpha)["orders 2026-03"] == 3
    report(alpha, SOME_DAY + timedelta(minutes=2))
    assert reported(alpha)["orders 2026-03"] == 4


def test_the_end_of_a_month_is_reported_in_the_next(alpha: TenantRef):
    last = SOME_DAY.replace(day=31, hour=23, minute=59, second=59)
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 2, at=last)
        usage_add(Meter.ORDERS, 1, at=last + timedelta(seconds=2))
    report(alpha, last + timedelta(seconds=30))
    found = reported(alpha)
    assert (found["orders 2026-03"], found["orders 2026-04"]) == (2, 1)


def test_what_is_being_counted_is_waited_for(alpha: TenantRef):
    """It found a report in the queue and deferred none: the one that runs now has to have it."""
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 1, at=SOME_DAY)
    counted, reporting = threading.Event(), threading.Event()

    def count() -> None:
        with tenant_scope(alpha), transaction.atomic():
            usage_add(Meter.ORDERS, 1, at=SOME_DAY)
            counted.set()
            reporting.wait(5)
            threading.Event().wait(0.3)

    def tell() -> None:
        counted.wait(5)
        reporting.set()
        report(alpha)

    at_once(count, tell)
    assert reported(alpha)["orders 2026-03"] == 2


def test_the_owner_sees_what_each_uses(alpha: TenantRef, beta: TenantRef):
    now = clock.now()
    on_plan(alpha, limits={"orders": 5, "couriers": 10}, price=2900)
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 4, at=now)
        usage_note(Meter.TURNOVER, 12_345, at=now)
        usage_report(at=now)
    with platform_scope():
        Subscription.objects.update(currency="CNY")
    edges = olga().api.run(TENANTS)["tenants"]["edges"]
    its = {edge["node"]["slug"]: edge["node"] for edge in edges}
    first, second = its["alpha"], its["beta"]
    price = {"amount": 2900, "currency": "USD"}
    assert first["plan"] == {"key": "tiny", "name": "Tiny", "price": price}
    assert first["turnover"] == {"amount": 12_345, "currency": "CNY"}
    assert first["lastActiveAt"] is not None
    usage = {each["meter"]: each for each in first["usage"]}
    end = Meter.ORDERS.period_end(now)
    assert end is not None
    assert usage["ORDERS"] == {
        "meter": "ORDERS", "used": 4, "limit": 5, "warned": True, "periodEnds": end.isoformat(),
    }  # fmt: skip
    assert usage["COURIERS"] == {
        "meter": "COURIERS", "used": 0, "limit": 10, "warned": False, "periodEnds": None,
    }  # fmt: skip
    assert (second["plan"], second["turnover"], second["lastActiveAt"]) == (None, None, None)


@pytest.mark.parametrize("extra", [1, 98])
def test_a_page_of_tenants_takes_the_same_queries(
    alpha: TenantRef, extra: int, django_assert_num_queries
):
    ref, api = on_plan(alpha), olga().api
    with platform_scope():
        plan = Tenant.objects.get(id=ref.id).subscription.plan
        made = Tenant.objects.bulk_create(
            Tenant(
                slug=f"extra{number}", name="Extra", schema_name=f"t_extra{number}",
                state=Tenant.State.TRIAL, wrapped_key=b"", created_at=SOME_DAY,
            )
            for number in range(extra)
        )  # fmt: skip
        for tenant in made:
            tenant.usage.create(meter="orders", period=SOME_DAY, amount=1, at=SOME_DAY)
            plan.subscriptions.create(tenant=tenant, changed_at=SOME_DAY)
    # The owner's session; the tenants; what they use; their subscriptions and plans.
    with django_assert_num_queries(5):
        edges = api.run(TENANTS)["tenants"]["edges"]
    assert len(edges) == extra + 2
    assert edges[-1]["node"]["plan"]["key"] == "tiny"


def test_an_operator_sees_its_plan_and_what_is_used(alpha: TenantRef, beta: TenantRef):
    on_plan(alpha, limits={"staff": 1, "api_calls": 1000}, features=["export"])
    at = clock.now()
    with platform_scope():
        period = Meter.API_CALLS.period(at)
        Usage.objects.create(tenant_id=alpha.id, meter="api_calls", period=period, amount=70, at=at)
    found = cast(alpha).ines.api.run(PLAN_USAGE)["planUsage"]
    assert found["plan"]["key"] == "tiny" and found["features"] == ["EXPORT"]
    meters = {each["meter"]: each for each in found["meters"]}
    assert (meters["STAFF"]["used"], meters["STAFF"]["warned"]) == (1, True)
    assert (meters["API_CALLS"]["used"], meters["API_CALLS"]["limit"]) == (70, 1000)
    assert cast(alpha).maya.api.error_code(PLAN_USAGE) == "FORBIDDEN"
    assert Api("alpha.localhost").error_code(PLAN_USAGE) == "UNAUTHENTICATED"
    others = cast(beta).ines.api.run(PLAN_USAGE)["planUsage"]
    assert others["plan"] is None and others["features"] == []
    assert {each["limit"] for each in others["meters"]} == {None}


def test_the_owners_figures_are_no_tenants_business(alpha: TenantRef):
    document = "query($id: ID!) { node(id: $id) { ... on Tenant { usage { used } } } }"
    given = {"id": global_id("Tenant", alpha.id)}
    assert cast(alpha).ines.api.run(document, given) == {"node": None}
    assert olga().api.run(document, given)["node"]["usage"]
