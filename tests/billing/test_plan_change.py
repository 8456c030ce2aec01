"""An operator changes its plan: what it costs, what stands in the way, what an owner gave."""

from typing import Any

import pytest
from django.db import transaction

from billing.models import Plan
from kernel import clock
from kernel.meters import Meter
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.models import OwnerAction
from tenants.journal.usage import usage_add
from tests.billing.till import PERIOD, Till, ref, register, row, state
from tests.support.cast import cast, olga
from tests.support.ids import global_id
from tests.support.stage import mutate

SELECT = "billing { plan { key } state }"


def move(till: Till, tenant: TenantRef, plan: str) -> Any:
    return till.ask(tenant, "billingPlanChange", SELECT, plan=plan)


def refused(till: Till, tenant: TenantRef, plan: str) -> Any:
    """A refusal, after which nothing is different, here or at Stripe."""
    [before] = till.api.v1.subscriptions.list().data
    here = register()
    answer = move(till, tenant, plan)
    [after] = till.api.v1.subscriptions.list().data
    assert (register(), str(after)) == (here, str(before))
    assert till.api.v1.invoice_items.list({"pending": True}).data == []
    return answer


def totals(till: Till) -> list[int]:
    """What was billed, oldest first."""
    return [invoice.total for invoice in till.api.v1.invoices.list().data][::-1]


def test_an_upgrade_is_there_and_paid_at_once(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    item = till.api.v1.subscriptions.list().data[0]["items"].data[0]
    half = (item.current_period_end - item.current_period_start) / 2
    till.pass_days(half / 86_400)
    answer = move(till, alpha, "growth")
    assert answer["billing"] == {"plan": {"key": "growth"}, "state": "ACTIVE"}
    assert ref(alpha).terms.plan == "growth"  # before any webhook
    paid = totals(till)[-1]
    assert paid == pytest.approx((9900 - 2900) / 2, abs=2)
    till.handle()
    bills = cast(alpha).ines.api.run("{ billingInvoices { state total { amount } } }")
    assert bills["billingInvoices"][0] == {"state": "paid", "total": {"amount": paid}}
    with platform_scope():
        [action] = OwnerAction.objects.filter(action="tenantPlanChange")
        assert (action.account_id, action.data) == (None, {"before": "starter", "after": "growth"})


def test_the_same_plan_twice_is_charged_once(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    move(till, alpha, "growth")
    charged = len(totals(till))
    assert move(till, alpha, "growth")["billing"]["plan"]["key"] == "growth"
    assert len(totals(till)) == charged


def test_a_lost_answer_charges_once(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    till.fake.fault("lose", on="POST /v1/subscriptions")
    assert move(till, alpha, "growth")["billing"]["plan"]["key"] == "growth"
    assert len(totals(till)) == 2


def test_a_downgrade_is_credited(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "growth")
    assert move(till, alpha, "starter")["billing"]["plan"]["key"] == "starter"
    till.pass_days(PERIOD)
    till.handle()
    assert row(alpha).state == "active"
    due = [invoice.amount_due for invoice in till.api.v1.invoices.list().data]
    assert due[0] == 0  # the credit of 70 pays the next bill of 29


def test_a_plan_below_present_use_is_refused(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "growth")
    with tenant_scope(alpha), transaction.atomic():
        usage_add(Meter.COURIERS, 11, at=clock.now())
    answer = refused(till, alpha, "starter")
    assert answer["code"] == "PLAN_TOO_SMALL"
    back = {"returnUrl": "http://alpha.localhost/"}
    assert move(till, alpha, "scale")["billing"]["plan"]["key"] == "scale"
    till.portal(alpha, cancel_now=True)
    till.handle()
    before = register()
    again = till.ask(alpha, "billingCheckout", "url", plan="starter", **back)
    assert again["code"] == "PLAN_TOO_SMALL" and register() == before


def test_a_payment_that_is_refused_changes_nothing(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    till.fake.fail_payments(row(alpha).customer)
    answer = refused(till, alpha, "growth")
    assert answer["code"] == "PAYMENT_REFUSED" and "generic_decline" in answer["message"]
    till.portal(alpha, payment_method="pm_card_chargeCustomerFail")
    till.handle()
    assert refused(till, alpha, "growth")["code"] == "PAYMENT_REFUSED"
    assert move(till, alpha, "starter")["billing"]["plan"]["key"] == "starter"


def test_what_cannot_be_changed_to(till: Till, alpha: TenantRef):
    with platform_scope():
        Plan.objects.filter(key="scale").update(offered=False)
        euros = Plan.objects.get(key="growth")
        euros.id, euros.key, euros.currency, euros.provider_price = None, "euros", "EUR", "price_x"
        euros.save(force_insert=True)
    alpha = till.subscribe(alpha, "starter")
    for plan in ("scale", "nothing", ""):
        assert refused(till, alpha, plan)["code"] == "PLAN_NOT_FOR_SALE"
    assert refused(till, alpha, "euros")["code"] == "INVALID_INPUT"


def test_who_has_not_subscribed_or_owes_cannot(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    before = register()
    assert move(till, alpha, "growth")["code"] == "NOT_SUBSCRIBED"
    document = "mutation { billingCancel { ... on UserError { code } } }"
    assert cast(alpha).ines.api.run(document)["billingCancel"]["code"] == "NOT_SUBSCRIBED"
    back = {"returnUrl": "http://alpha.localhost/"}
    assert till.ask(alpha, "billingPortal", "url", **back)["code"] == "NOT_SUBSCRIBED"
    assert register() == before
    alpha = till.subscribe(alpha, "starter")
    till.fake.fail_payments(row(alpha).customer, 99)
    till.pass_days(PERIOD)
    till.handle()
    assert refused(till, alpha, "growth")["code"] == "PAYMENT_OVERDUE"
    till.portal(alpha, cancel_now=True)
    till.handle()
    before = register()
    assert move(till, alpha, "growth")["code"] == "NOT_SUBSCRIBED"
    assert register() == before


def test_a_change_in_the_portal_arrives_here(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    with platform_scope():
        price = Plan.objects.get(key="scale").provider_price
    till.portal(alpha, price=price)
    till.handle()
    assert (ref(alpha).terms.plan, row(alpha).plan.key) == ("scale", "scale")


def test_what_an_owner_gives_by_hand_stands_until_the_operator_chooses(
    till: Till, alpha: TenantRef
):
    alpha = till.subscribe(alpha, "starter")
    input = {"tenantId": global_id("Tenant", alpha.id), "plan": "scale"}
    mutate(olga().api, "tenantPlanChange", input)
    till.pass_days(PERIOD)
    till.handle()
    assert (row(alpha).state, ref(alpha).terms.plan) == ("active", "scale")
    move(till, alpha, "growth")
    assert ref(alpha).terms.plan == "growth"


def test_a_trial_changes_its_plan_for_nothing(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    till.checkout(alpha, "starter")
    till.handle()
    assert move(till, alpha, "growth")["billing"] == {
        "plan": {"key": "growth"},
        "state": "TRIALING",
    }
    assert (state(alpha), totals(till)) == (TenantState.TRIAL, [0])
    till.pass_days(15)
    till.handle()
    assert totals(till) == [0, 9900]
