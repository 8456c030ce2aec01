"""An operator subscribes at Stripe, and is served in full from then on."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.models import Plan, Subscription
from config.checks import payments_are_heard_of
from kernel import clock
from kernel.tenancy import TenantRef, TenantState, platform_scope
from kernel.tenancy.scope import Terms
from registry.models import Domain, Tenant
from tests.billing.till import Till, ref, register, row, state, states
from tests.fakes.stripe.client import FakeRefused
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.threads import at_once

BILLING = """{ billing {
  plan { key } state trialEndsAt periodEndsAt cancelsAtPeriodEnd canPay
} }"""
INVOICES = "{ billingInvoices { number state url total { amount currency } tax { amount } } }"


def billing(tenant: TenantRef) -> Any:
    return cast(tenant).ines.api.run(BILLING)["billing"]


def refused(till: Till, tenant: TenantRef, name: str, **input: Any) -> str:
    """The code of a refusal, after which nothing is different, here or at Stripe."""
    before = register(), till.fake.events()
    answer = till.ask(tenant, name, "__typename", **input)
    assert (register(), till.fake.events()) == before
    return answer["code"]


def test_an_operator_subscribes_and_has_the_plan(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    trial = billing(alpha)
    assert (trial["plan"]["key"], trial["state"], trial["canPay"]) == ("starter", "TRIALING", True)
    opened = till.ask(
        alpha, "billingCheckout", "url", plan="growth", returnUrl="http://alpha.localhost/money?a=1"
    )
    location = till.fake.complete(opened["url"], email="ines@alpha.test")
    assert location == "http://alpha.localhost/money?a=1&billing=done"
    # Nothing is believed of a browser that comes back: only what Stripe says counts.
    assert billing(alpha)["plan"]["key"] == "starter"
    assert till.handle() > 0
    now = billing(alpha)
    assert (now["plan"]["key"], now["state"]) == ("growth", "TRIALING")
    assert ref(alpha).terms.plan == "growth"
    assert "custom_domain" in ref(alpha).terms.features


def test_a_trial_goes_on_to_its_end_and_is_charged_then(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    till.checkout(alpha, "starter")
    till.handle()
    assert state(alpha) == TenantState.TRIAL
    assert [each["state"] for each in cast(alpha).ines.api.run(INVOICES)["billingInvoices"]] == [
        "paid"
    ]
    till.pass_days(14.5)
    till.handle()
    assert state(alpha) == TenantState.ACTIVE
    bills = cast(alpha).ines.api.run(INVOICES)["billingInvoices"]
    assert [each["total"] for each in bills] == [
        {"amount": 2900, "currency": "USD"},
        {"amount": 0, "currency": "USD"},
    ]
    assert all(each["number"] and each["url"].startswith("http") for each in bills)


@pytest.mark.parametrize("left", [timedelta(), timedelta(hours=48, minutes=30)])
def test_a_trial_with_less_than_two_days_left_is_charged_at_once(
    till: Till, alpha: TenantRef, left: timedelta
):
    alpha = till.put_on(alpha, "starter")
    with platform_scope():
        Subscription.objects.update(trial_ends_at=clock.now() + left)
    till.checkout(alpha, "starter")
    till.handle()
    assert (billing(alpha)["state"], state(alpha)) == ("ACTIVE", TenantState.ACTIVE)


def test_renewals_are_paid_month_by_month(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    first = row(alpha).period_ends_at
    assert first is not None
    till.pass_days(31)
    till.handle()
    second = row(alpha).period_ends_at
    assert second is not None and timedelta(days=27) < second - first < timedelta(days=32)
    assert state(alpha) == TenantState.ACTIVE
    bills = cast(alpha).ines.api.run(INVOICES)["billingInvoices"]
    assert [(each["state"], each["total"]["amount"]) for each in bills] == [("paid", 2900)] * 2
    assert states() == {"handled", "ignored"}


def test_tax_and_tax_id(till: Till, alpha: TenantRef, beta: TenantRef, settings: Any):
    settings.STRIPE_AUTOMATIC_TAX = True
    till.fake.rules(tax_percent=20)
    alpha = till.subscribe(alpha, "starter")
    beta = till.subscribe(beta, "starter", tax_id={"type": "gb_vat", "value": "GB123456789"})
    totals = {}
    for tenant in (alpha, beta):
        [bill] = cast(tenant).ines.api.run(INVOICES)["billingInvoices"]
        totals[tenant.slug] = bill["total"]["amount"], bill["tax"]["amount"]
    assert totals == {"alpha": (3480, 580), "beta": (2900, 0)}
    document = "{ billingTaxIds { kind value state } }"
    assert cast(alpha).ines.api.run(document)["billingTaxIds"] == []
    assert cast(beta).ines.api.run(document)["billingTaxIds"] == [
        {"kind": "gb_vat", "value": "GB123456789", "state": "pending"}
    ]
    till.portal(alpha, tax_id={"type": "eu_vat", "value": "DE123456789"})
    [given] = cast(alpha).ines.api.run(document)["billingTaxIds"]
    assert given["value"] == "DE123456789"


def test_a_declined_card_leaves_everything_as_it_was(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    with pytest.raises(FakeRefused, match="declined"):
        till.checkout(alpha, "starter", payment_method="pm_card_chargeDeclined")
    till.handle()
    assert row(alpha).provider_subscription == ""
    assert (billing(alpha)["state"], state(alpha)) == ("TRIALING", TenantState.TRIAL)


def test_stripe_is_told_no_more_of_a_tenant_than_its_name(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    cast(alpha).ines.api.run(BILLING)
    till.ask(alpha, "billingCheckout", "url", plan="starter", returnUrl="http://alpha.localhost/")
    [customer] = till.api.v1.customers.list().data
    assert (customer.name, customer.email, customer.phone) == ("alpha", None, None)
    assert customer.metadata is not None
    assert customer.metadata.to_dict() == {"tenant": str(alpha.id)}


def test_only_the_last_page_works_and_one_subscription_comes_of_it(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    back = {"returnUrl": "http://alpha.localhost/"}
    first = till.ask(alpha, "billingCheckout", "url", plan="starter", **back)["url"]
    second = till.ask(alpha, "billingCheckout", "url", plan="growth", **back)["url"]
    with pytest.raises(FakeRefused, match="expired"):
        till.fake.complete(first)
    till.fake.complete(second)
    # Even before the webhook is handled, Stripe itself is asked.
    again = till.ask(alpha, "billingCheckout", "url", plan="starter", **back)
    assert again["code"] == "ALREADY_SUBSCRIBED"
    assert billing(alpha)["plan"]["key"] == "growth"
    till.handle()
    assert refused(till, alpha, "billingCheckout", plan="scale", **back) == "ALREADY_SUBSCRIBED"
    assert len(till.api.v1.subscriptions.list({"status": "all"}).data) == 1
    assert len(till.api.v1.customers.list().data) == 1


def test_of_two_who_open_a_page_at_once_one_can_pay(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    cast(alpha).ines.api.run(BILLING)

    def open_page() -> str:
        back = {"returnUrl": "http://alpha.localhost/"}
        return str(till.ask(alpha, "billingCheckout", "url", plan="starter", **back)["url"])

    pages = at_once(*[open_page] * 3)
    assert len({*pages}) == 3 and len(till.api.v1.customers.list().data) == 1
    done = []
    for page in pages:
        with suppress(FakeRefused):  # closed, since a later one was opened
            done.append(till.fake.complete(page))
    till.handle()
    assert len(done) == len(till.api.v1.subscriptions.list().data) == 1


def test_a_payment_system_without_ears_is_warned_of(settings: Any):
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    assert [each.id for each in payments_are_heard_of(None)] == ["daiqu.webhooks"]
    settings.STRIPE_WEBHOOK_SECRET = "whsec_x"
    assert payments_are_heard_of(None) == []


def test_a_lost_answer_makes_no_second_customer(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    till.fake.fault("lose", on="POST /v1/customers")
    till.checkout(alpha, "starter")
    assert len(till.api.v1.customers.list().data) == 1
    till.handle()
    assert row(alpha).provider_subscription


def test_a_customer_that_was_deleted_at_stripe_is_made_anew(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    back = {"returnUrl": "http://alpha.localhost/"}
    till.ask(alpha, "billingCheckout", "url", plan="starter", **back)
    old = row(alpha).customer
    till.fake.hold()
    till.api.v1.customers.delete(old)
    till.checkout(alpha, "starter")
    assert row(alpha).customer not in ("", old)
    till.fake.hold(False)
    till.handle()
    assert row(alpha).provider_subscription


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/",
        "http://alpha.localhost.evil.example/",
        "http://beta.localhost/",
        "http://platform.localhost/",
        "https://alpha.localhost/",
        "http://alpha.localhost:8000/",
        "//alpha.localhost/",
        "/settings",
        "javascript:alert(1)",
        "http://evil.example\\@alpha.localhost/",
        "http://evil.example@alpha.localhost/",
        "http://alpha.localhost\\.evil.example/",
        "http://alpha.localhost:bad/",
        "http://[::1/",
        "http://аlpha.localhost/",
        "http://alpha.localhost/" + "x" * 1000,
        "",
    ],
)
@pytest.mark.parametrize("name", ["billingCheckout", "billingPortal"])
def test_people_are_sent_back_to_the_operators_own_hosts_alone(
    till: Till, alpha: TenantRef, beta: TenantRef, url: str, name: str
):
    alpha = till.put_on(alpha, "starter")
    plan = {"plan": "starter"} if name == "billingCheckout" else {}
    assert refused(till, alpha, name, returnUrl=url, **plan) == "INVALID_INPUT"


def test_a_host_of_its_own_is_as_good(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    with platform_scope():
        tenant = Tenant.objects.get(id=alpha.id)
        Domain.objects.create(domain="daiqu.alpha.example", tenant=tenant, verified_at=SOME_DAY)
    back = "http://DAIQU.alpha.example/a%20b/?x=1&y=%2F#top"
    opened = till.ask(alpha, "billingCheckout", "url", plan="starter", returnUrl=back)
    location = till.fake.complete(opened["url"])
    assert location == "http://daiqu.alpha.example/a%20b/?x=1&y=%2F&billing=done"


def test_what_cannot_be_bought(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    back = {"returnUrl": "http://alpha.localhost/"}
    for plan in ("", "nothing", "STARTER"):
        assert refused(till, alpha, "billingCheckout", plan=plan, **back) == "PLAN_NOT_FOR_SALE"
    with platform_scope():
        Plan.objects.filter(key="growth").update(offered=False)
        Plan.objects.filter(key="scale").update(provider_price="")
    for plan in ("growth", "scale"):
        assert refused(till, alpha, "billingCheckout", plan=plan, **back) == "PLAN_NOT_FOR_SALE"
    shown = cast(alpha).ines.api.run("{ billingPlans { key price { amount } } }")["billingPlans"]
    assert shown == [{"key": "starter", "price": {"amount": 2900}}]


def test_without_a_key_the_product_works_and_says_so(alpha: TenantRef, settings: Any):
    assert settings.STRIPE_SECRET_KEY == ""
    till = Till(None, None, None)  # type: ignore[arg-type]
    alpha = till.put_on(alpha, "starter")
    assert billing(alpha)["canPay"] is False
    shown = cast(alpha).ines.api.run("{ billingPlans { key } billingTaxIds { kind } }")
    assert shown == {"billingPlans": [], "billingTaxIds": []}
    back = {"returnUrl": "http://alpha.localhost/"}
    before = register()
    for name, input in {
        "billingCheckout": {"plan": "starter", **back},
        "billingPortal": back,
        "billingPlanChange": {"plan": "growth"},
    }.items():
        assert till.ask(alpha, name, "__typename", **input)["code"] == "BILLING_NOT_SET_UP"
    assert register() == before


def test_a_tenant_without_a_plan_has_nothing_to_pay(till: Till, alpha: TenantRef):
    assert billing(alpha) is None
    back = {"returnUrl": "http://alpha.localhost/"}
    assert refused(till, alpha, "billingCheckout", plan="starter", **back) == "NOT_FOUND"
    assert refused(till, alpha, "billingPortal", **back) == "NOT_FOUND"


def test_stripe_down_is_said_and_nothing_has_changed(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    back = {"returnUrl": "http://alpha.localhost/"}
    for kind in ("error", "drop", "rate_limit"):
        till.fake.fault(kind, on="/v1/", times=0)
        code = refused(till, alpha, "billingCheckout", plan="starter", **back)
        assert code == "BILLING_UNAVAILABLE"
        till.fake.well()
    till.checkout(alpha, "starter")
    till.handle()
    till.fake.fault("drop", on="/v1/", times=0)
    assert refused(till, alpha, "billingPlanChange", plan="growth") == "BILLING_UNAVAILABLE"
    code = cast(alpha).ines.api.error_code("{ billingTaxIds { kind } }")
    assert code == "BILLING_UNAVAILABLE"


def test_who_may(till: Till, alpha: TenantRef, beta: TenantRef):
    alpha = till.put_on(alpha, "starter")
    people = cast(alpha)
    finance = people.person(20, "Finn", "finance", email="finn@alpha.test")
    document = "mutation { billingCancel { __typename } }"
    before = register()
    for api in (people.maya.api, people.tomas.api, finance.api):
        assert api.error_code(BILLING) == "FORBIDDEN"
        assert api.error_code(document) == "FORBIDDEN"
    for host, code in {
        "alpha.localhost": "UNAUTHENTICATED",
        "platform.localhost": "WRONG_HOST",
    }.items():
        assert Api(host).error_code(document) == code
    assert (
        Api("alpha.localhost").error_code(document, token=cast(beta).ines.token)
        == "UNAUTHENTICATED"
    )
    assert register() == before


def test_terms_are_what_the_plan_says(till: Till, alpha: TenantRef):
    assert timezone.is_aware(clock.now())
    alpha = till.subscribe(alpha, "scale")
    assert alpha.terms == Terms(
        plan="scale",
        limits={
            "couriers": 1_000,
            "staff": 100,
            "storage": 100 * 10**9,
            "api_calls": 20_000_000,
        },
        features=frozenset({"custom_domain", "export", "sandbox"}),
        rate=50,
    )
