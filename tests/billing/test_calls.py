"""Calls of the API are counted in memory, written down together, and limited by the plan."""

import sys
import time
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.db import transaction

from billing.calls import ApiCalls, api_calls
from billing.usage import calls_add
from devtools.servers.process import free_port
from kernel import clock
from kernel.meters import Meter, PlanLimitReached
from kernel.tenancy import TenantRef, platform_scope, tenant_scope
from kernel.tenancy.postgresql.base import ScopeChanged
from tenants.journal.usage import usage_now
from tests.billing.plans import on_plan, reported
from tests.contracts.conftest import wait_until_up
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.processes import process

BRAND = "{ brand { currency } }"
MARCH = "api_calls 2026-03"


@pytest.fixture(autouse=True)
def _from_nothing() -> None:
    """What other tests called is out of the way."""
    api_calls._fresh.clear()
    api_calls._known.clear()


def test_calls_of_all_tenants_are_one_statement(
    alpha: TenantRef, beta: TenantRef, django_assert_num_queries
):
    calls = ApiCalls()
    for tenant in (alpha, alpha, beta):
        calls.count(tenant, at=SOME_DAY)
    with django_assert_num_queries(1):
        calls.flush(at=SOME_DAY)
        calls.flush(at=SOME_DAY)
    assert (reported(alpha)[MARCH], reported(beta)[MARCH]) == (2, 1)
    calls.count(alpha, at=SOME_DAY)
    calls.flush(at=SOME_DAY)
    assert reported(alpha)[MARCH] == 3


def test_what_could_not_be_written_down_is_kept(alpha: TenantRef):
    calls = ApiCalls()
    calls.count(alpha, at=SOME_DAY)
    with tenant_scope(alpha), transaction.atomic():
        usage_now(at=SOME_DAY)  # the connection is busy with alpha
        with pytest.raises(ScopeChanged):
            calls.flush(at=SOME_DAY)
    assert reported(alpha) == {}
    calls.count(alpha, at=SOME_DAY)
    calls.flush(at=SOME_DAY)
    assert reported(alpha)[MARCH] == 2


def test_a_tenant_that_is_gone_holds_nobody_up(alpha: TenantRef):
    with platform_scope():
        period = Meter.API_CALLS.period(SOME_DAY)
        totals = calls_add({(uuid4(), period): 5, (alpha.id, period): 1}, at=SOME_DAY)
    assert totals == {(alpha.id, period): 1}


def test_the_limit_holds_over_the_processes_from_flush_to_flush(alpha: TenantRef):
    tenant = on_plan(alpha, limits={"api_calls": 5})
    one, other = ApiCalls(), ApiCalls()
    for _ in range(3):
        one.count(tenant, at=SOME_DAY)
        other.count(tenant, at=SOME_DAY)
    one.flush(at=SOME_DAY)
    other.flush(at=SOME_DAY)
    with pytest.raises(PlanLimitReached) as refused:
        other.count(tenant, at=SOME_DAY)
    assert refused.value.data() == {"meter": "api_calls", "limit": 5, "plan": "tiny"}
    for _ in range(2):
        one.count(tenant, at=SOME_DAY)
    with pytest.raises(PlanLimitReached):
        one.count(tenant, at=SOME_DAY)
    other.count(tenant, at=SOME_DAY + timedelta(days=31))
    assert reported(alpha)[MARCH] == 6


def test_the_api_says_429_and_names_the_plan(alpha: TenantRef, beta: TenantRef):
    on_plan(alpha, limits={"api_calls": 2})
    api = Api("alpha.localhost")
    assert [api.run(BRAND)["brand"]["currency"] for _ in range(2)] == ["CNY", "CNY"]
    refused = api.client.post("/graphql", {"query": BRAND}, content_type="application/json")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 31 * 86_400
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {
        "code": "PLAN_LIMIT_REACHED", "meter": "api_calls", "limit": 2, "plan": "tiny",
    }  # fmt: skip
    assert "tiny" in error["message"]
    assert Api("beta.localhost").run(BRAND)["brand"]["currency"] == "GBP"
    api_calls.flush(at=clock.now())
    assert reported(alpha) == {f"api_calls {clock.now():%Y-%m}": 2}
    on_plan(alpha, "larger", limits={"api_calls": 3})
    assert api.run(BRAND)["brand"]["currency"] == "CNY"


def test_a_server_that_is_asked_to_end_writes_its_calls_first(alpha: TenantRef):
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
        *("--host", "127.0.0.1", "--blocking-threads", "2", "--no-log"),
        "config.wsgi:application",
    ]
    with process(command) as server:
        wait_until_up(port, server)
        for _ in range(3):
            httpx.post(
                f"http://127.0.0.1:{port}/graphql",
                json={"query": BRAND},
                headers={"Host": "alpha.localhost"},
            ).raise_for_status()
        server.terminate()
        server.wait(20)
    end = time.monotonic() + 5
    while not reported(alpha) and time.monotonic() < end:
        time.sleep(0.1)
    assert reported(alpha) == {f"api_calls {clock.now():%Y-%m}": 3}
