"""Plans are made and edited by the owner; a tenant gets one that allows what it uses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from billing.models import Plan, Subscription, Usage
from billing.terms import subscription_begin
from billing.trials import trials_end
from kernel import clock
from kernel.events import Fact
from kernel.meters import Meter
from kernel.refusals import NotFound
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.models import OwnerAction, StateChange, Tenant
from registry.provisioning import Provisioning, tenant_provision
from registry.resolver import Resolver
from registry.schemas import schema_drop
from tenants.journal.usage import usage_add
from tests.billing.plans import counted, on_plan, plan_made
from tests.support.cast import cast, olga
from tests.support.database import BRANDS, SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate

SEEDED = ["starter", "growth", "scale"]
FACTS: dict[str, Any] = {
    "name": [{"language": "en", "text": "Village"}],
    "summary": [{"language": "en", "text": "For a few houses"}],
    "price": 900,
    "currency": "EUR",
    "trialDays": 7,
    "limits": [{"meter": "ORDERS", "limit": 50}, {"meter": "STORAGE", "limit": 10**9}],
    "features": ["EXPORT"],
    "rate": 3,
    "position": 5,
}
PLAN = "plan { key name trialDays price { amount currency } limits { meter limit } features rate }"


def register() -> list[Any]:
    """All that a change of plans could change."""
    with platform_scope():
        models = (Plan, Subscription, Tenant, OwnerAction)
        return [list(model.objects.order_by("pk").values()) for model in models]


def terms(tenant: TenantRef) -> dict[str, Any]:
    with platform_scope():
        found: dict[str, Any] = Tenant.objects.values_list("terms", flat=True).get(id=tenant.id)
        return found


def change(tenant: TenantRef, plan: str) -> Any:
    input = {"tenantId": global_id("Tenant", tenant.id), "plan": plan}
    return mutate(olga().api, "tenantPlanChange", input, "tenant { plan { key } }")


def test_anybody_sees_what_is_on_offer_and_the_owner_the_rest(alpha: TenantRef):
    document = "{ plans { key name price { formatted } limits { meter limit } features } }"
    plan_made("hidden")
    everybody = Api("platform.localhost")
    assert [plan["key"] for plan in everybody.run(document)["plans"]] == SEEDED
    chinese = everybody.run(document, language="zh-Hans")["plans"]
    assert chinese[0]["name"] == "入门版"
    assert {plan["key"] for plan in olga().api.run(document)["plans"]} == {*SEEDED, "hidden"}
    assert Api("alpha.localhost").error_code(document) == "WRONG_HOST"


def test_a_plan_is_made_as_it_was_said():
    made = mutate(olga().api, "planCreate", {"key": "village", **FACTS}, PLAN)["plan"]
    assert made == {
        "key": "village",
        "name": "Village",
        "trialDays": 7,
        "price": {"amount": 900, "currency": "EUR"},
        "limits": [{"meter": "ORDERS", "limit": 50}, {"meter": "STORAGE", "limit": 10**9}],
        "features": ["EXPORT"],
        "rate": 3,
    }
    before = register()
    again = mutate(olga().api, "planCreate", {"key": "village", **FACTS})
    assert again["code"] == "PLAN_KEY_TAKEN"
    assert register() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "Upper"},
        {"key": "1st"},
        {"key": "x" * 41},
        {"name": []},
        {"name": [{"language": "zh-Hans", "text": "村"}]},
        {"name": [{"language": "en", "text": "x" * 61}]},
        {"summary": [{"language": "en", "text": "a\nb"}]},
        {"price": -1},
        {"currency": "XXQ"},
        {"trialDays": -1},
        {"trialDays": 366},
        {"rate": 0},
        {"rate": 10_001},
        {"position": -1},
        {"limits": [{"meter": "ORDERS", "limit": -1}]},
        {"limits": [{"meter": "TURNOVER", "limit": 5}]},
        {"limits": [{"meter": "ORDERS", "limit": 1}, {"meter": "ORDERS", "limit": 2}]},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, Any]):
    api, before = olga().api, register()
    said = {"key": "village", **FACTS, **wrong}
    assert mutate(api, "planCreate", said)["code"] == "INVALID_INPUT"
    if "key" not in wrong:
        plain = {**said, "key": "starter", "currency": wrong.get("currency", "USD")}
        assert mutate(api, "planEdit", plain)["code"] == "INVALID_INPUT"
    assert register() == before


def test_an_edit_reaches_all_its_tenants_in_one_statement(
    alpha: TenantRef, beta: TenantRef, django_assert_num_queries
):
    api = olga().api
    on_plan(alpha, "starter_plus", limits={"orders": 5})
    on_plan(beta, "other", limits={"orders": 6})
    said = {"key": "starter_plus", **FACTS, "currency": "USD"}
    # The session; in a transaction the plan's lock, the plan, the terms, the owner's line.
    with django_assert_num_queries(1 + 2 + 4):
        mutate(api, "planEdit", said, PLAN)
    assert terms(alpha) == {
        "plan": "starter_plus",
        "limits": {"orders": 50, "storage": 10**9},
        "features": ["export"],
        "rate": 3,
    }
    assert terms(beta)["limits"] == {"orders": 6}
    with platform_scope():
        assert OwnerAction.objects.latest("id").action == "planEdit"


def test_a_plans_currency_is_for_good_and_an_unknown_plan_is_none(alpha: TenantRef):
    api, before = olga().api, register()
    assert mutate(api, "planEdit", {"key": "starter", **FACTS})["code"] == "INVALID_INPUT"
    assert mutate(api, "planEdit", {"key": "nothing", **FACTS})["code"] == "NOT_FOUND"
    assert change(alpha, "nothing")["code"] == "NOT_FOUND"
    never = TenantRef(
        id=olga().owner.account_id, slug="", schema="t_x", state=TenantState.TRIAL, wrapped_key=b""
    )
    assert change(never, "starter")["code"] == "NOT_FOUND"
    assert register() == before


def test_a_tenant_gets_another_plan_and_keeps_its_subscription(alpha: TenantRef):
    assert change(alpha, "growth")["tenant"] == {"plan": {"key": "growth"}}
    with platform_scope():
        first = Subscription.objects.get(tenant_id=alpha.id)
        assert first.state == Subscription.State.TRIALING
        assert first.trial_ends_at is not None
        Subscription.objects.update(state=Subscription.State.ACTIVE)
    assert change(alpha, "scale")["tenant"] == {"plan": {"key": "scale"}}
    assert terms(alpha)["plan"] == "scale"
    with platform_scope():
        second = Subscription.objects.get(tenant_id=alpha.id)
        assert (second.state, second.trial_ends_at) == ("active", first.trial_ends_at)
        done = OwnerAction.objects.latest("id")
        assert (done.action, done.tenant_id) == ("tenantPlanChange", alpha.id)
        assert done.data == {"before": "growth", "after": "scale"}


@pytest.mark.parametrize("meter", [Meter.COURIERS, Meter.ORDERS])
def test_a_plan_below_present_use_is_refused_whatever_was_reported(alpha: TenantRef, meter: Meter):
    on_plan(alpha, limits={meter: 10})
    plan_made("less", limits={meter: 4})
    with tenant_scope(alpha):
        usage_add(meter, 5, at=clock.now())
    before = register()
    refused = mutate(
        olga().api,
        "tenantPlanChange",
        {"tenantId": global_id("Tenant", alpha.id), "plan": "less"},
        "__typename } ... on PlanTooSmallError { meter used limit",
    )
    assert (refused["code"], refused["meter"]) == ("PLAN_TOO_SMALL", meter.value)
    assert (refused["used"], refused["limit"]) == (5, 4)
    assert register() == before
    with tenant_scope(alpha):
        usage_add(Meter.COURIERS, -1, at=clock.now())
    plan_made("enough", limits={meter: 5})
    assert "code" not in change(alpha, "enough")


def test_last_months_orders_are_no_present_use(alpha: TenantRef):
    plan_made("less", limits={"orders": 4})
    with tenant_scope(alpha):
        usage_add(Meter.ORDERS, 5, at=clock.now() - timedelta(days=40))
    assert "code" not in change(alpha, "less")


def test_calls_of_the_api_count_as_use(alpha: TenantRef):
    plan_made("less", limits={"api_calls": 4})
    at = clock.now()
    with platform_scope():
        period = Meter.API_CALLS.period(at)
        Usage.objects.create(tenant_id=alpha.id, meter="api_calls", period=period, amount=5, at=at)
    before = register()
    assert change(alpha, "less")["code"] == "PLAN_TOO_SMALL"
    assert register() == before


def test_only_the_owner_may(alpha: TenantRef):
    before = register()
    for name, input in (
        ("planCreate", {"key": "village", **FACTS}),
        ("planEdit", {"key": "starter", **FACTS}),
        ("tenantPlanChange", {"tenantId": global_id("Tenant", alpha.id), "plan": "scale"}),
    ):
        with pytest.raises(AssertionError, match="WRONG_HOST"):
            mutate(cast(alpha).ines.api, name, input)
        with pytest.raises(AssertionError, match="UNAUTHENTICATED"):
            mutate(Api("platform.localhost"), name, input)
    assert register() == before


def test_another_process_knows_the_terms_within_a_second(alpha: TenantRef):
    elsewhere = Resolver()
    assert elsewhere.wait_until_listening(20)
    found = elsewhere.by_host("alpha.localhost")
    assert found is not None and found.terms.plan == ""
    on_plan(alpha, limits={"orders": 7}, rate=2)
    end = clock.now() + timedelta(seconds=1)
    while clock.now() < end:
        found = elsewhere.by_host("alpha.localhost")
        if found is not None and found.terms.plan == "tiny":
            break
    assert found is not None and (found.terms.limits, found.terms.rate) == ({"orders": 7}, 2)


def begin(tenant: TenantRef, plan: str) -> Subscription:
    with platform_scope(), transaction.atomic():
        fact = Fact("tenant.onboarded", tenant.id, SOME_DAY, {"plan": plan, "currency": "CNY"})
        subscription_begin(fact)
        return Subscription.objects.select_related("plan").get(tenant_id=tenant.id)


def test_a_new_tenant_begins_on_trial_with_the_first_plan_or_its_own(
    alpha: TenantRef, beta: TenantRef
):
    first, second = begin(alpha, ""), begin(beta, "growth")
    assert (first.plan.key, second.plan.key) == ("starter", "growth")
    assert (first.state, first.currency) == ("trialing", "CNY")
    assert first.trial_ends_at == SOME_DAY + timedelta(days=14)
    assert terms(alpha)["plan"] == "starter" and terms(beta)["rate"] == 20


@pytest.fixture
def newcomer() -> Iterator[TenantRef]:
    """A tenant as sign-up or an owner would make it, dropped afterwards."""
    administrator = {"email": "ines@example.test", "name": "Ines", "invite_token": "delta"}
    with platform_scope():
        made = tenant_provision(
            slug="delta",
            name="Delta",
            hosts=["delta.localhost"],
            template=None,
            provisioning=Provisioning(BRANDS["beta"], {}, administrator),
            at=SOME_DAY,
        )
    yield made
    schema_drop(made.schema)


def test_whoever_is_provisioned_has_a_plan_from_the_first_minute(newcomer: TenantRef):
    with platform_scope():
        its = Subscription.objects.select_related("plan").get(tenant_id=newcomer.id)
    assert (its.plan.key, its.state, its.currency) == ("starter", "trialing", "GBP")
    assert (newcomer.terms.plan, newcomer.terms.limits["orders"]) == ("starter", 500)
    assert counted(newcomer, Meter.STAFF) == [1]


def test_what_is_not_on_offer_is_nothing_to_begin_with(alpha: TenantRef):
    plan_made("hidden")
    before = register()
    for key in ("hidden", "nothing"):
        with pytest.raises(NotFound):
            begin(alpha, key)
    assert register() == before


def states() -> list[str]:
    with platform_scope():
        return list(Tenant.objects.order_by("slug").values_list("state", flat=True))


def test_a_trial_that_ran_out_is_past_due_once(alpha: TenantRef, beta: TenantRef):
    on_plan(alpha, "short", trial_days=3)
    on_plan(beta, "long", trial_days=30)
    with platform_scope():
        trials_end(at=SOME_DAY + timedelta(days=3) - timedelta(seconds=1))
        assert states() == ["trial", "trial"]
        for _ in range(2):
            trials_end(at=SOME_DAY + timedelta(days=3))
        assert states() == ["past_due", "trial"]
        (line,) = StateChange.objects.all()
        assert (line.tenant_id, line.account_id) == (alpha.id, None)
        assert line.reason == "The trial is over."


def test_who_has_subscribed_or_pays_nothing_has_no_trial_to_end(alpha: TenantRef, beta: TenantRef):
    on_plan(alpha, "short", trial_days=3)
    on_plan(beta, "free", price=0)
    with platform_scope():
        Subscription.objects.filter(tenant_id=alpha.id).update(state=Subscription.State.ACTIVE)
        trials_end(at=SOME_DAY + timedelta(days=400))
    assert states() == ["trial", "trial"]
