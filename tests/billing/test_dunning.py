"""What becomes of an operator whose payments fail, and of one that pays again."""

from datetime import timedelta
from typing import Any

import pytest

from billing.standing import GRACE, lapsed_suspend
from billing.trials import trials_end
from kernel import clock
from kernel.tenancy import TenantRef, TenantState, platform_scope
from registry.models import OwnerAction, StateChange, Tenant
from tests.billing.till import PERIOD, Till, ref, row, state
from tests.support.cast import cast, olga
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate

PAUSE = 'mutation { brandPause(input: {until: "%s"}) { __typename } }'


def reasons(tenant: TenantRef) -> list[tuple[str, str]]:
    """Its history: where it came to stand, and why."""
    with platform_scope():
        changes = StateChange.objects.filter(tenant_id=tenant.id).order_by("id")
        return [(change.after, change.reason) for change in changes]


def writes(tenant: TenantRef) -> str:
    """What a write of its administrator's gets."""
    until = (clock.now() + timedelta(days=1)).isoformat()
    answer = cast(tenant).ines.api.post(PAUSE % until)
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else "done"


def failing(till: Till, tenant: TenantRef, times: int = 99) -> None:
    """A renewal whose payment the bank refuses, so many times."""
    till.fake.fail_payments(row(tenant).customer, times)
    till.pass_days(PERIOD)
    till.handle()


def sweep() -> None:
    with platform_scope():
        lapsed_suspend(at=clock.now())


def suspended(till: Till, tenant: TenantRef) -> None:
    """A tenant that billing has suspended, its bill still open."""
    failing(till, tenant)
    till.pass_days(16)
    till.handle()
    till.pass_days(GRACE.days + 1)
    sweep()
    assert state(tenant) == TenantState.SUSPENDED


def test_a_payment_that_fails_makes_it_read_only_and_one_that_succeeds_active(
    till: Till, alpha: TenantRef
):
    alpha = till.subscribe(alpha, "starter")
    failing(till, alpha, times=2)
    assert (row(alpha).state, state(alpha)) == ("past_due", TenantState.PAST_DUE)
    assert writes(alpha) == "TENANT_READ_ONLY"
    shown = cast(alpha).ines.api.run("{ billing { state } billingInvoices { state } }")
    assert shown["billing"]["state"] == "PAST_DUE"
    assert [bill["state"] for bill in shown["billingInvoices"]] == ["open", "paid"]
    till.pass_days(9)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("active", TenantState.ACTIVE)
    assert writes(alpha) == "done"
    assert reasons(alpha) == [
        ("active", "billing: the subscription is active"),
        ("past_due", "billing: the subscription is past due"),
        ("active", "billing: the subscription is active"),
    ]
    with platform_scope():
        actions = OwnerAction.objects.filter(account=None).values_list("action", flat=True)
        assert [*actions][::-1] == ["tenantActivate", "tenantPastDue", "tenantActivate"]


def test_a_read_only_tenant_can_still_pay(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    failing(till, alpha)
    till.portal(alpha, payment_method="pm_card_mastercard")
    till.fake.fail_payments(row(alpha).customer, 0)
    [open_] = till.api.v1.invoices.list({"status": "open"}).data
    till.portal(alpha, pay=open_.id)
    till.handle()
    assert state(alpha) == TenantState.ACTIVE


def test_what_stays_unpaid_is_suspended_after_its_grace(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    failing(till, alpha)
    till.pass_days(16)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("unpaid", TenantState.PAST_DUE)
    till.pass_days(GRACE.days - 1)
    sweep()
    assert state(alpha) == TenantState.PAST_DUE
    till.pass_days(1.5)
    sweep()
    assert state(alpha) == TenantState.SUSPENDED
    assert reasons(alpha)[-1] == ("suspended", "billing: not paid for 14 days")
    answer = Api("alpha.localhost").client.post(
        "/graphql", {"query": "{ brand { currency } }"}, content_type="application/json"
    )
    assert answer.status_code == 403
    sweep()
    assert len(reasons(alpha)) == 3


def test_whoever_pays_in_the_end_is_served_again(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    suspended(till, alpha)
    till.fake.fail_payments(row(alpha).customer, 0)
    # The bill's own page at Stripe works whatever becomes of our host.
    for bill in till.api.v1.invoices.list({"status": "open"}).data:
        till.api.v1.invoices.pay(bill.id)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("active", TenantState.ACTIVE)
    assert row(alpha).lapsed_at is None
    assert [after for after, _ in reasons(alpha)[-2:]] == ["past_due", "active"]


def test_what_an_owner_suspended_stays_so(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    input = {"tenantId": global_id("Tenant", alpha.id), "reason": "billing: by hand"}
    mutate(olga().api, "tenantSuspend", input)
    failing(till, alpha, times=1)
    till.pass_days(9)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("active", TenantState.SUSPENDED)


@pytest.mark.parametrize("then", ["unpaid", "canceled", "past_due"])
def test_each_way_in_which_stripe_gives_up(till: Till, alpha: TenantRef, then: str):
    till.fake.rules(then=then)
    alpha = till.subscribe(alpha, "starter")
    failing(till, alpha)
    till.pass_days(16)
    till.handle()
    assert (row(alpha).state, state(alpha)) == (then, TenantState.PAST_DUE)
    till.pass_days(GRACE.days + 1)
    sweep()
    lapsed = then != "past_due"
    assert state(alpha) == (TenantState.SUSPENDED if lapsed else TenantState.PAST_DUE)


def test_a_subscription_that_ends_leaves_time_and_can_begin_anew(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    answer = cast(alpha).ines.api.run(
        "mutation { billingCancel { ... on BillingCancelSuccess {"
        " billing { state cancelsAtPeriodEnd } } } }"
    )
    assert answer["billingCancel"]["billing"] == {"state": "ACTIVE", "cancelsAtPeriodEnd": True}
    assert state(alpha) == TenantState.ACTIVE
    till.pass_days(PERIOD)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("canceled", TenantState.PAST_DUE)
    first = row(alpha).provider_subscription
    till.checkout(alpha, "growth")
    till.handle()
    assert row(alpha).provider_subscription != first
    assert (row(alpha).state, state(alpha)) == ("active", TenantState.ACTIVE)
    assert ref(alpha).terms.plan == "growth"


def test_a_cancellation_can_be_taken_back_in_the_portal(till: Till, alpha: TenantRef):
    alpha = till.subscribe(alpha, "starter")
    cast(alpha).ines.api.run("mutation { billingCancel { __typename } }")
    till.portal(alpha, keep=True)
    till.handle()
    assert not row(alpha).cancels_at_period_end
    till.portal(alpha, cancel=True)
    till.handle()
    assert row(alpha).cancels_at_period_end
    till.portal(alpha, cancel_now=True)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("canceled", TenantState.PAST_DUE)


def test_a_trial_at_stripe_is_ended_by_stripe(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    till.checkout(alpha, "starter")
    till.handle()
    till.fake.hold()
    till.pass_days(15)
    with platform_scope():
        trials_end(at=clock.now())
    assert state(alpha) == TenantState.TRIAL
    till.fake.hold(False)
    till.handle()
    assert state(alpha) == TenantState.ACTIVE


def test_a_trial_whose_first_payment_fails_is_read_only(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    till.checkout(alpha, "starter")
    till.handle()
    till.fake.fail_payments(row(alpha).customer, 99)
    till.pass_days(15)
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("past_due", TenantState.PAST_DUE)


def test_a_trial_that_was_over_is_lifted_by_subscribing(till: Till, alpha: TenantRef):
    alpha = till.put_on(alpha, "starter")
    till.pass_days(15)
    with platform_scope():
        trials_end(at=clock.now())
    assert state(alpha) == TenantState.PAST_DUE
    till.checkout(alpha, "starter")
    till.handle()
    assert (row(alpha).state, state(alpha)) == ("active", TenantState.ACTIVE)


def test_one_tenants_debts_are_no_others(till: Till, alpha: TenantRef, beta: TenantRef):
    alpha, beta = till.subscribe(alpha, "starter"), till.subscribe(beta, "starter")
    suspended(till, alpha)
    assert state(beta) == TenantState.ACTIVE
    bills: Any = cast(beta).ines.api.run("{ billingInvoices { state } }")["billingInvoices"]
    assert {bill["state"] for bill in bills} == {"paid"}
    with platform_scope():
        assert Tenant.objects.get(id=beta.id).state == "active"
