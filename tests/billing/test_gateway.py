"""The gateway and what stands on it: prices of plans, errors, and tenants that are no more."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from billing import gateway
from billing.models import Plan, Subscription
from billing.provider import (
    BillingNotSetUp,
    BillingUnavailable,
    NotSigned,
    ObjectGone,
    PaymentRefused,
    ProviderError,
)
from billing.sweeping import departed_end
from kernel import clock
from kernel.tenancy import TenantRef, TenantState, platform_scope
from registry.models import Tenant
from tests.billing.till import Till, row
from tests.support.cast import cast
from tests.support.cast import olga as owner
from tests.support.ids import global_id
from tests.support.stage import mutate

PLANS = ("starter", "growth", "scale")


def sync() -> list[str]:
    out = StringIO()
    call_command("billing", "sync", stdout=out)
    return out.getvalue().splitlines()


def prices() -> dict[str, str]:
    with platform_scope():
        return dict(Plan.objects.values_list("key", "provider_price"))


def test_each_plan_on_offer_has_its_product_and_price(till: Till):
    products = {each.id: each for each in till.api.v1.products.list().data}
    assert products.keys() == {f"plan_{key}" for key in PLANS}
    assert products["plan_growth"].name == "Growth" and products["plan_growth"].description
    sold = {each.product: each for each in till.api.v1.prices.list({"active": True}).data}
    assert {key: sold[f"plan_{key}"].id for key in PLANS} == prices()
    growth = sold["plan_growth"]
    assert (growth.unit_amount, growth.currency) == (9900, "usd")
    assert growth.recurring is not None and growth.recurring.interval == "month"


def test_syncing_again_changes_nothing(till: Till):
    before = prices(), till.fake.events()
    assert all(line.endswith("(unchanged)") for line in sync())
    assert (prices(), till.fake.events()) == before


def test_a_price_that_changed_is_another_one_and_who_pays_the_old_goes_on(
    till: Till, alpha: TenantRef
):
    alpha = till.subscribe(alpha, "starter")
    old = prices()["starter"]
    with platform_scope():
        Plan.objects.filter(key="starter").update(price=3500, name={"en": "First steps"})
    assert [line for line in sync() if "new price" in line] == [
        f"starter: {prices()['starter']} (new price)"
    ]
    assert prices()["starter"] != old
    assert not till.api.v1.prices.retrieve(old).active
    assert till.api.v1.products.retrieve("plan_starter").name == "First steps"
    till.pass_days(31)
    till.handle()
    assert till.api.v1.invoices.list().data[0].total == 2900
    assert (row(alpha).plan.key, row(alpha).price) == ("starter", old)
    # Choosing the plan again is choosing its present price.
    moved = till.ask(alpha, "billingPlanChange", "billing { plan { key } }", plan="starter")
    assert moved["billing"]["plan"]["key"] == "starter"
    assert row(alpha).price == prices()["starter"]


def test_a_sync_that_was_cut_off_goes_on(till: Till):
    with platform_scope():
        Plan.objects.update(provider_price="")
    till.api.v1.products.update("plan_growth", {"active": False})
    sync()
    assert all(prices()[key] for key in PLANS)
    assert till.api.v1.products.retrieve("plan_growth").active
    assert len(till.api.v1.prices.list({"active": True}).data) == len(PLANS)


def test_what_is_not_offered_is_not_sold(till: Till):
    with platform_scope():
        scale = Plan.objects.get(key="scale")
        scale.id, scale.key, scale.provider_price, scale.offered = None, "secret", "", False
        scale.save(force_insert=True)
    sync()
    assert prices()["secret"] == ""
    with pytest.raises(Exception, match="No such product"):
        till.api.v1.products.retrieve("plan_secret")


def test_each_kind_of_trouble_has_its_own_exception(till: Till, settings: Any):
    with platform_scope():
        for id_ in ("sub_nothing", "in_nothing"):
            with pytest.raises(ObjectGone):
                gateway.subscription_of(id_)
        for kind in ("error", "drop", "rate_limit"):
            till.fake.fault(kind, times=0)
            with pytest.raises(BillingUnavailable):
                gateway.subscription_of("sub_nothing")
            till.fake.well()
        settings.STRIPE_SECRET_KEY = "sk_test_wrong"
        with pytest.raises(ProviderError, match="AuthenticationError"):
            gateway.subscription_of("sub_nothing")
        settings.STRIPE_SECRET_KEY = "pk_test_published"
        with pytest.raises(ProviderError, match="PermissionError"):
            gateway.subscription_of("sub_nothing")
        settings.STRIPE_SECRET_KEY = ""
        with pytest.raises(BillingNotSetUp):
            gateway.subscription_of("sub_nothing")
        with pytest.raises(NotSigned):
            gateway.notice_of(b"{}", "")


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("pm_card_chargeCustomerFail", "generic_decline"),
        ("pm_card_authenticationRequiredOnSetup", "authentication_required"),
    ],
)
def test_a_card_that_is_refused_says_why(till: Till, alpha: TenantRef, card: str, reason: str):
    alpha = till.subscribe(alpha, "starter")
    till.portal(alpha, payment_method=card)
    with platform_scope():
        found = gateway.subscription_of(row(alpha).provider_subscription)
        with pytest.raises(PaymentRefused) as refused:
            gateway.subscription_move(found, price=prices()["scale"])
        assert refused.value.reason == reason
        # Without any card at all.
        [*_, kept] = till.api.v1.customers.payment_methods.list(row(alpha).customer).data[::-1]
        till.api.v1.payment_methods.detach(kept.id)
        till.api.v1.customers.update(
            row(alpha).customer, {"invoice_settings": {"default_payment_method": ""}}
        )
        with pytest.raises(PaymentRefused) as refused:
            gateway.subscription_move(found, price=prices()["scale"])
        assert refused.value.reason == "no_payment_method"
        assert gateway.subscription_of(found.id) == found


def archive(tenant: TenantRef) -> None:
    input = {"tenantId": global_id("Tenant", tenant.id), "reason": "They left"}
    mutate(owner().api, "tenantArchive", input)


def sweep() -> int:
    with platform_scope():
        return departed_end(at=clock.now())


def test_who_was_archived_is_charged_no_more(till: Till, alpha: TenantRef, beta: TenantRef):
    alpha, beta = till.subscribe(alpha, "starter"), till.subscribe(beta, "starter")
    archive(alpha)
    assert sweep() == 1
    assert till.api.v1.subscriptions.retrieve(row(alpha).provider_subscription).status == "canceled"
    assert (row(alpha).state, row(beta).state) == ("canceled", "active")
    with platform_scope():
        assert Tenant.objects.get(id=alpha.id).state == TenantState.ARCHIVED
    assert sweep() == 0
    till.handle()
    bills = cast(beta).ines.api.run("{ billing { state } }")
    assert bills["billing"]["state"] == "ACTIVE"


def test_what_stripe_knows_of_who_was_erased_is_erased(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    customer = row(alpha).customer
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(state=TenantState.ERASED)
    till.fake.fault("drop", times=0)
    with pytest.raises(BillingUnavailable):
        sweep()
    till.fake.well()
    assert sweep() == 1
    assert till.api.v1.customers.retrieve(customer).deleted
    assert row(alpha).customer == ""
    assert sweep() == 0


def test_nothing_is_swept_without_a_key(alpha: TenantRef):
    with platform_scope():
        assert departed_end(at=clock.now()) == 0
        assert Subscription.objects.count() == 0
