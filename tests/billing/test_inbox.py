"""The inbox: what is taken and what is not, whose it is, and that order does not matter."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from django.db import transaction

from billing import gateway
from billing.inbox import KEPT, event_handle, events_forget, notice_take
from billing.models import Plan, ProviderEvent, Subscription
from billing.provider import Notice
from config.webhooks import MAX_BYTES
from kernel import clock
from kernel.tenancy import TenantRef, platform_scope
from tests.billing.till import PERIOD, Till, events, handle, register, row, state
from tests.fakes.stripe.signing import signature
from tests.support.database import ALPHA_HOST, PLATFORM_HOST
from tests.support.threads import at_once

DONE = ("handled", "superseded", "ignored")


@pytest.fixture
def paying(till: Till, alpha: TenantRef) -> TenantRef:
    """A tenant that pays, with nothing under way; from now on nothing is delivered by itself."""
    tenant = till.subscribe(alpha, "starter")
    till.fake.hold()
    return tenant


def post(web: int, body: bytes, header: str | None, host: str = PLATFORM_HOST) -> httpx.Response:
    headers = {"Host": host, "Content-Type": "application/json"}
    if header is not None:
        headers["Stripe-Signature"] = header
    url = f"http://127.0.0.1:{web}/webhooks/stripe"
    return httpx.post(url, content=body, headers=headers)


def signed(body: bytes, settings: Any, at: int | None = None) -> str:
    moment = int(datetime.now(UTC).timestamp()) if at is None else at
    return signature(body, settings.STRIPE_WEBHOOK_SECRET, moment)


def event_body(**facts: Any) -> bytes:
    """An event of a kind that nothing here follows, but for `facts`."""
    usual = {
        "id": "evt_test",
        "object": "event",
        "type": "customer.updated",
        "created": 1_770_000_000,
        "data": {"object": {"id": "cus_test", "object": "customer"}},
    }
    return json.dumps(usual | facts).encode()


def ids(till: Till, *kinds: str) -> list[str]:
    """The events of these kinds, in the order in which they happened."""
    return [event["id"] for event in till.fake.events() if event["type"] in kinds]


@pytest.mark.parametrize(
    "spoiled", ["unsigned", "tampered", "old", "wrong_secret", "garbage_header"]
)
def test_what_stripe_did_not_sign_is_not_kept(till: Till, paying: TenantRef, spoiled: str):
    till.portal(paying, cancel=True)
    [*_, event] = ids(till, "customer.subscription.updated")
    before = register()
    assert till.fake.send(event, spoiled=spoiled) == [400]
    assert register() == before and handle() == 0
    assert till.fake.send(event) == [200]
    assert handle() == 1 and row(paying).cancels_at_period_end


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b'"evt_1"',
        b"{}",
        b"\xff\xfe",
        b'{"id": "evt_1", "type": "x", "created": "soon", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "created": 1, "data": {"object": []}}',
        b'{"id": "evt_1", "type": "%s", "created": 1, "data": {"object": {}}}' % (b"x" * 121),
        b'{"id": "evt_1", "type": "x\\u0000", "created": 1, "data": {"object": {}}}',
        b'{"id": 7, "type": "x", "created": 1, "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "created": 1e300, "data": {"object": {}}}',
    ],
)
def test_what_is_signed_and_no_event_is_not_kept(till: Till, web: int, settings: Any, body: bytes):
    header = signed(body, settings) if body != b"\xff\xfe" else "t=1,v1=x"
    assert post(web, body, header).status_code == 400
    assert events() == []


def test_what_is_too_large_is_not_read(till: Till, web: int, settings: Any):
    body = event_body(padding="x" * MAX_BYTES)
    assert post(web, body, signed(body, settings)).status_code == 413
    fits = event_body(padding="x" * (MAX_BYTES - 1_000))
    assert post(web, fits, signed(fits, settings)).status_code == 200
    assert len(events()) == 1


def test_only_the_platforms_host_takes_them_and_only_by_post(till: Till, web: int, settings: Any):
    body = event_body()
    assert post(web, body, signed(body, settings), ALPHA_HOST).status_code == 404
    assert post(web, body, signed(body, settings), "nobody.example").status_code == 404
    url = f"http://127.0.0.1:{web}/webhooks/stripe"
    assert httpx.get(url, headers={"Host": PLATFORM_HOST}).status_code == 405
    assert events() == []


def test_without_a_secret_nothing_is_taken(till: Till, web: int, settings: Any):
    settings.STRIPE_WEBHOOK_SECRET = ""
    body = event_body()
    assert post(web, body, signature(body, "", 1)).status_code == 400
    assert events() == []


def test_an_event_holds_ids_and_nothing_of_people(till: Till, paying: TenantRef):
    till.api.v1.customers.update(
        row(paying).customer, {"name": "Ines Secret", "email": "ines@secret.example"}
    )
    till.fake.hold(False)
    till.handle()
    with platform_scope():
        kept = str(list(ProviderEvent.objects.values()))
    assert "cus_" in kept
    assert "secret" not in kept.lower() and "@" not in kept


def test_a_replayed_event_is_one_event(till: Till, paying: TenantRef):
    till.portal(paying, cancel=True)
    [*_, event] = ids(till, "customer.subscription.updated")
    assert till.fake.send(event, event, event) == [200] * 3
    assert len(events(event_id=event)) == 1 and handle() == 1
    before = register()
    assert till.fake.send(event) == [200]
    assert handle() == 0 and register() == before


def test_two_deliveries_at_once_are_one_event(till: Till, paying: TenantRef):
    till.portal(paying, cancel=True)
    [*_, event] = ids(till, "customer.subscription.updated")
    answers = at_once(*[lambda: till.fake.send(event)] * 4)
    assert answers == [[200]] * 4
    assert len(events(event_id=event)) == 1 and handle() == 1


def test_two_workers_with_one_event_mirror_it_once(till: Till, paying: TenantRef):
    till.portal(paying, cancel=True)
    [*_, name] = ids(till, "customer.subscription.updated")
    till.fake.send(name)
    [event] = events(event_id=name)

    def work() -> None:
        with platform_scope():
            event_handle(event_id=event.id, at=clock.now())

    assert at_once(work, work) == [None, None]
    assert [each.state for each in events(event_id=name)] == ["handled"]
    assert row(paying).cancels_at_period_end


def renewal_that_fails_and_recovers(till: Till, tenant: TenantRef) -> list[str]:
    """The ids of all that happens: past due, then active again."""
    before = len(till.fake.events())
    till.fake.fail_payments(row(tenant).customer, 2)
    till.pass_days(PERIOD + 9)
    sent = {each["event"] for each in till.fake.deliveries()}
    return [each["id"] for each in till.fake.events()[before:] if each["id"] in sent]


@pytest.mark.parametrize("order", ["as it happened", "reversed", "twice", "odd ones first"])
def test_the_order_in_which_events_come_does_not_matter(till: Till, paying: TenantRef, order: str):
    happened = renewal_that_fails_and_recovers(till, paying)
    given = {
        "as it happened": happened,
        "reversed": happened[::-1],
        "twice": happened + happened[::-1],
        "odd ones first": happened[1::2] + happened[::2],
    }[order]
    for event in given:
        assert till.fake.send(event) == [200]
        handle()
        # Whatever has come so far, what is here is what Stripe has now.
        if row(paying).state != "active":
            raise AssertionError(f"an old state was mirrored by {event}")
    assert row(paying).state == "active" and state(paying) == "active"
    assert {each.state for each in events()} <= {*DONE}


def test_an_older_event_than_the_newest_handled_is_superseded(till: Till, paying: TenantRef):
    till.portal(paying, cancel=True)
    till.pass_days(1)
    till.portal(paying, keep=True)
    first, second = ids(till, "customer.subscription.updated")[-2:]
    till.fake.send(second)
    handle()
    till.fake.fault("drop", times=0)  # it does not even ask
    till.fake.send(first)
    handle()
    assert [each.state for each in events(event_id=first)] == ["superseded"]
    assert [each.state for each in events(event_id=second)] == ["handled"]
    assert not row(paying).cancels_at_period_end


@pytest.mark.parametrize("order", [1, -1])
def test_a_customer_that_is_deleted_at_stripe_ends_the_subscription(
    till: Till, paying: TenantRef, order: int
):
    till.api.v1.customers.delete(row(paying).customer)
    gone = ids(till, "customer.subscription.deleted", "customer.deleted")[::order]
    assert len(gone) == 2
    for event in gone:
        till.fake.send(event)
        handle()
    assert (row(paying).state, row(paying).customer) == ("canceled", "")
    assert state(paying) == "past_due" and row(paying).lapsed_at is not None


def test_an_event_of_nobody_here_is_ignored(till: Till, paying: TenantRef):
    stranger = till.api.v1.customers.create({}).id
    method = till.api.v1.payment_methods.attach("pm_card_visa", {"customer": stranger}).id
    with platform_scope():
        price = Plan.objects.get(key="scale").provider_price
    made = till.api.v1.subscriptions.create(
        {
            "customer": stranger,
            "items": [{"price": price}],
            "default_payment_method": method,
            "metadata": {"tenant": str(paying.id)},  # says so, and is not believed
        }
    )
    before = register()[:-1]
    till.fake.hold(False)
    till.handle()
    assert register()[:-1] == before
    [event] = events(object_id=made.id, kind="customer.subscription.created")
    assert (event.state, event.tenant_id) == ("ignored", None)
    assert event.error == "of nobody's customer here"


def test_an_event_that_names_another_tenant_is_ignored(
    till: Till, paying: TenantRef, beta: TenantRef
):
    subscription = row(paying).provider_subscription
    till.api.v1.subscriptions.update(
        subscription, {"metadata": {"tenant": str(beta.id)}, "cancel_at_period_end": True}
    )
    before = register()[:-1]
    till.fake.hold(False)
    till.handle()
    assert register()[:-1] == before
    [*_, event] = events(object_id=subscription)
    assert (event.state, event.tenant_id) == ("ignored", None)
    assert "another tenant" in event.error


def test_an_object_that_changed_hands_is_not_mirrored(
    till: Till, paying: TenantRef, beta: TenantRef, web: int, settings: Any
):
    """An event says that it is beta's; what Stripe has under that id is alpha's."""
    other = till.put_on(beta, "starter")
    with platform_scope():
        Subscription.objects.filter(tenant_id=other.id).update(customer="cus_of_beta")
    body = event_body(
        type="customer.subscription.updated",
        created=int(clock.now().timestamp()) + 60,
        data={
            "object": {
                "id": row(paying).provider_subscription,
                "object": "subscription",
                "customer": "cus_of_beta",
            }
        },
    )
    before = register()[:-1]
    assert post(web, body, signed(body, settings)).status_code == 200
    handle()
    assert register()[:-1] == before
    [event] = events(event_id="evt_test")
    assert event.error == "ProviderError: the object is another customer's"


@pytest.mark.parametrize(
    "facts",
    [
        {"type": "something.unheard_of", "data": {"object": {"id": "x_1", "object": "x"}}},
        {"type": "x", "data": {"object": {}}},
        {"account": "acct_other"},
        {"type": "balance.available", "data": {"object": {"object": "balance"}}},
    ],
)
def test_an_unknown_kind_is_taken_and_ignored(
    till: Till, web: int, settings: Any, facts: dict[str, Any]
):
    body = event_body(**facts)
    assert post(web, body, signed(body, settings)).status_code == 200
    assert handle() == 1
    [event] = events()
    assert event.state == "ignored" and event.error


def test_a_second_subscription_is_let_be(till: Till, paying: TenantRef):
    """Made by hand in the dashboard: the first stays what the tenant has."""
    customer = row(paying).customer
    with platform_scope():
        price = Plan.objects.get(key="scale").provider_price
    [method] = till.api.v1.customers.payment_methods.list(customer).data
    till.api.v1.subscriptions.create(
        {
            "customer": customer,
            "items": [{"price": price}],
            "default_payment_method": method.id,
        }
    )
    first = row(paying).provider_subscription
    till.fake.hold(False)
    till.handle()
    assert (row(paying).provider_subscription, row(paying).plan.key) == (first, "starter")


def test_a_price_of_no_plan_changes_no_terms(till: Till, paying: TenantRef):
    product = till.api.v1.products.create({"name": "By hand"}).id
    price = till.api.v1.prices.create(
        {
            "product": product,
            "currency": "usd",
            "unit_amount": 1,
            "recurring": {"interval": "month"},
        }
    ).id
    till.portal(paying, price=price)
    till.fake.hold(False)
    till.handle()
    assert (row(paying).price, row(paying).plan.key) == (price, "starter")


def test_old_events_that_need_nothing_more_are_forgotten(till: Till, paying: TenantRef):
    kept = len(events())
    at = clock.now() + KEPT
    with platform_scope():
        ProviderEvent.objects.filter(id=events()[0].id).update(state="failed")
        assert events_forget(at=clock.now()) == 0
        assert events_forget(at=at) == kept - 1
    assert [event.state for event in events()] == ["failed"]


def test_an_event_and_its_job_come_together_or_not_at_all(till: Till):
    """No half: a notice is written down with the job that handles it."""
    with platform_scope():
        notice = Notice(
            event_id="evt_x" * 100,  # longer than the column
            kind="invoice.paid",
            object_kind="invoice",
            object_id="in_x",
            customer="cus_x",
            tenant="",
            account="",
            happened_at=clock.now(),
        )
        with pytest.raises(Exception, match="too long"):
            notice_take(notice, at=clock.now())
    assert events() == [] and handle() == 0


def test_the_gateway_is_never_asked_within_a_transaction(till: Till):
    with platform_scope(), transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        gateway.tax_ids_of("cus_x")
