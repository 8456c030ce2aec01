"""A quote becomes an order: once, in time, by its own customer, while the operator is open."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.refusals import IdempotencyKeyReused
from kernel.tenancy import TenantRef, tenant_scope
from tenants.brand.models import Settings
from tenants.orders.models import Order, PaymentMethod
from tenants.orders.services.placing import order_place
from tenants.payments.models import Payment
from tenants.pricing.models import Quote
from tenants.pricing.services.quotes import QuoteTaken
from tests.support.cast import cast
from tests.support.factories_orders import ON_SITE, QuoteFactory, service_version
from tests.support.ids import global_id
from tests.support.jobs import jobs_waiting
from tests.support.stage import Stage, mutate, mutation, nothing_changes, stage
from tests.support.threads import at_once

PLACED = """order { id number state total { amount currency } note
  payment { state amount { amount } }
  stops { position kind pin address { text door contactName phone parcelCode } }
  items { name quantity } quote { lines { code amount { amount } } } history { kind by } }"""


def quote(on: Stage, **facts: Any) -> Quote:
    with tenant_scope(on.tenant):
        return QuoteFactory(**{"customer_id": on.maya.id, "at": clock.now(), **facts})


def place(on: Stage, of: Quote, key: str = "one", **more: Any) -> Any:
    input = {
        "quoteId": global_id("Quote", of.id),
        "paymentMethod": "ON_DELIVERY",
        "idempotencyKey": key,
        **more,
    }
    return mutate(on.maya.api, "orderPlace", input, PLACED)


def test_a_quote_is_taken_up_with_all_that_it_promised(alpha: TenantRef):
    on = stage(alpha)
    order = place(on, quote(on), note="Ring twice")["order"]
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{12}", order["number"])
    assert order["state"] == "PLACED"
    assert order["total"] == {"amount": 1200, "currency": "CNY"}
    assert order["note"] == "Ring twice"
    assert order["payment"] == {"state": "DUE", "amount": {"amount": 1200}}
    assert order["items"] == [{"name": "A parcel", "quantity": 1}]
    assert order["quote"]["lines"] == [{"code": "BASE", "amount": {"amount": 1200}}]
    assert order["history"] == [{"kind": "order.placed", "by": "CUSTOMER"}]
    first, last = order["stops"]
    assert (first["kind"], last["kind"]) == ("PICK_UP", "DROP_OFF")
    assert first["pin"] is None
    assert re.fullmatch(r"\d{6}", last["pin"])
    assert first["address"] == {
        "text": "Building 1",
        "door": "Room 301",
        "contactName": "Maya",
        "phone": "+8613800138001",
        "parcelCode": "7-3-2201",
    }
    assert [job.name for job in jobs_waiting(alpha)] == ["dispatch.offer_round"]


def test_where_nobody_is_named_the_customer_is_whom_to_ask_for(alpha: TenantRef):
    on = stage(alpha)
    bare = quote(on)
    with tenant_scope(alpha):
        for stop in bare.stops:
            stop |= {"contact_name": "", "phone": ""}
        bare.save()
    address = place(on, bare)["order"]["stops"][0]["address"]
    assert (address["contactName"], address["phone"]) == ("Maya", "+8613800138001")


def test_an_order_on_site_has_one_stop_and_its_pin(alpha: TenantRef):
    on = stage(alpha)
    with tenant_scope(alpha):
        version = service_version(ON_SITE)
    (stop,) = place(on, quote(on, version=version))["order"]["stops"]
    assert stop["kind"] == "ON_SITE"
    assert stop["pin"]


def test_the_same_key_gives_the_same_order_and_another_input_is_refused(alpha: TenantRef):
    on = stage(alpha)
    promise = quote(on)
    first = place(on, promise)
    with nothing_changes(alpha):
        assert place(on, promise) == first
        assert place(on, promise, note="Other")["code"] == "IDEMPOTENCY_KEY_REUSED"
        assert place(on, promise, key="two")["code"] == "QUOTE_TAKEN"


def test_what_may_not_be_placed(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha), stage(beta)
    lapsed = quote(on, at=clock.now() - timedelta(minutes=16))
    foreign, elsewhere = quote(on, customer_id=on.noor.id), quote(there)
    good = quote(on)
    with nothing_changes(alpha), nothing_changes(beta):
        answer = place(on, lapsed)
        assert answer["code"] == "QUOTE_EXPIRED"
        never = place(on, Quote(id=on.maya.id))
        assert never["code"] == "NOT_FOUND"
        assert place(on, foreign) == place(on, elsewhere) == never
        assert place(on, good, note="x" * 301)["code"] == "INVALID_INPUT"
        for key in ("", "k" * 81, "a\nb"):
            assert place(on, good, key=key)["code"] == "INVALID_INPUT"
        right = {
            "quoteId": global_id("Quote", good.id),
            "paymentMethod": "ON_DELIVERY",
            "idempotencyKey": "one",
        }
        for who in (on.ines, on.dora):
            code = who.api.error_code(mutation("orderPlace"), {"input": right})
            assert code == "FORBIDDEN"
        for wrong in (
            {"paymentMethod": "CHEQUE"},
            {"quoteId": 7},
            {"quoteId": "not an id"},
            {"note": 7},
            {"extra": 1},
            {"idempotencyKey": None},
        ):
            code = on.maya.api.error_code(mutation("orderPlace"), {"input": right | wrong})
            assert code == "BAD_USER_INPUT", wrong


def test_placing_many_things_takes_as_many_queries_as_one(alpha: TenantRef):
    on = stage(alpha)
    counts = []
    for count in (1, 20):
        things = [{"name": "A parcel", "quantity": 1, "unit_price": None}] * count
        inputs = {"urgent": False, "items": things}
        promise = quote(on, inputs=inputs)
        with CaptureQueriesContext(connection) as queries:
            place(on, promise, key=str(count))
        counts.append(len([1 for query in queries if "registry_" not in query["sql"]]))
    assert counts[0] == counts[1]


def test_nothing_is_placed_while_the_operator_is_paused(alpha: TenantRef):
    on = stage(alpha)
    promise = quote(on)
    with tenant_scope(alpha):
        Settings.objects.update(
            paused_until=clock.now() + timedelta(hours=1),
            pause_message={"en": "Back at nine", "zh-Hans": "九点恢复"},
        )
    with nothing_changes(alpha):
        answer = place(on, promise)
    assert answer["code"] == "ORDERS_PAUSED"
    assert "Back at nine" in answer["message"]


def placing(on: Stage, promise: Quote, key: str) -> Any:
    with tenant_scope(on.tenant):
        return order_place(
            actor=on.maya.actor,
            quote_id=promise.id,
            payment_method=PaymentMethod.ON_DELIVERY,
            note="",
            key=key,
            at=promise.created_at,
        )


def test_two_at_once_place_one_order(alpha: TenantRef):
    on = stage(alpha)
    promise, other = quote(on), quote(on)
    answers = at_once(*(lambda: placing(on, promise, "same") for _ in range(4)))
    assert len(set(answers)) == 1
    answers = at_once(*(lambda key=key: placing(on, other, key) for key in "abcd"))
    assert sum(isinstance(answer, QuoteTaken) for answer in answers) == 3
    with tenant_scope(alpha):
        assert Order.objects.count() == Payment.objects.count() == 2


def test_a_key_is_the_callers_own(alpha: TenantRef):
    """Another person's same key is another key; the same person's for another quote is refused."""
    on = stage(alpha)
    placing(on, quote(on), "key")
    hers = quote(on, customer_id=on.noor.id)
    with tenant_scope(alpha):
        order_place(
            actor=on.noor.actor,
            quote_id=hers.id,
            payment_method=PaymentMethod.ON_DELIVERY,
            note="",
            key="key",
            at=hers.created_at,
        )
        assert Order.objects.count() == 2
    with pytest.raises(IdempotencyKeyReused):
        placing(on, quote(on), "key")


def test_both_tenants_place_alike_and_apart(alpha: TenantRef, beta: TenantRef):
    for tenant in (alpha, beta):
        on = stage(tenant)
        place(on, quote(on))
    for tenant in (alpha, beta):
        with tenant_scope(tenant):
            assert Order.objects.get().customer_id == cast(tenant).maya.id
