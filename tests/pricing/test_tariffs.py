"""Rules that are edited, and tariffs that are published."""

import threading
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from kernel.tenancy import TenantRef, tenant_scope
from tenants.catalog import services
from tenants.catalog.models import Service
from tenants.pricing.models import Rule, Step, Tariff
from tenants.pricing.services import tariff_publish, tariffs
from tests.pricing.documents import RULE_REMOVE, RULE_SAVE, RULES, TARIFF_PUBLISH, TARIFFS
from tests.support.cast import cast
from tests.support.database import SOME_DAY
from tests.support.factories import RuleFactory, ServiceFactory
from tests.support.ids import global_id
from tests.support.stage import nothing_changes
from tests.support.threads import at_once

LABEL = [{"language": "zh-Hans", "text": "起步价"}, {"language": "en", "text": "Base"}]
BASE = {"step": "BASE", "label": LABEL, "params": {"base": {"amount": 500}}}


def save(tenant: TenantRef, **given) -> dict:
    answer = cast(tenant).ines.api.run(RULE_SAVE, {"input": {**BASE, **given}})
    return answer["priceRuleSave"]


def publish(tenant: TenantRef) -> dict:
    return cast(tenant).ines.api.run(TARIFF_PUBLISH)["tariffPublish"]


def test_one_rule_for_a_step_and_a_service(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        service = ServiceFactory()
    service_id = global_id("Service", service.id)
    general = save(alpha)["rule"]
    own = save(alpha, serviceId=service_id, params={"base": {"amount": 900}})["rule"]
    again = save(alpha, params={"base": {"amount": 600}})["rule"]
    assert (again["id"], again["params"]) == (general["id"], {"amount": 600})
    assert own["service"] == {"id": service_id}
    save(alpha, step="DISTANCE", params={"distance": {"freeMeters": 1000, "perKm": 150}})
    ines = cast(alpha).ines.api
    # The session with its rights, the rules, the services.
    with django_assert_num_queries(3):
        edges = ines.run(RULES)["priceRules"]["edges"]
    assert [(edge["node"]["step"], edge["node"]["params"]) for edge in edges] == [
        ("BASE", {"amount": 900}),
        ("BASE", {"amount": 600}),
        ("DISTANCE", {"freeMeters": 1000, "perKm": 150}),
    ]
    assert len(ines.run(RULES, {"serviceId": service_id})["priceRules"]["edges"]) == 1
    remove = {"input": {"ruleId": own["id"]}}
    assert ines.run(RULE_REMOVE, remove)["priceRuleRemove"]["ruleId"] == own["id"]
    assert ines.run(RULE_REMOVE, remove)["priceRuleRemove"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"params": {"base": {"amount": 0}}}, "params.base.amount"),
        ({"params": {"base": {"amount": -1}}}, "params.base.amount"),
        ({"params": {"base": {"amount": 10**12}}}, "params.base.amount"),
        ({"params": None}, "params.base.amount"),
        ({"params": {"weight": {"freeGrams": 0, "perKg": 1}}}, "params.weight"),
        ({"step": "GOODS"}, "params.base"),
        (
            {"step": "DISTANCE", "params": {"distance": {"freeMeters": -1, "perKm": 1}}},
            "params.distance.freeMeters",
        ),
        (
            {"step": "COMMISSION", "params": {"commission": {"percentBps": 10_001}}},
            "params.commission.percentBps",
        ),
        (
            {"step": "URGENT", "params": {"urgent": {"percentBps": -1}}},
            "params.urgent.percentBps",
        ),
        ({"label": []}, "label"),
        ({"label": [{"language": "en", "text": "Base"}]}, "label"),
        ({"label": [{"language": "zh-Hans", "text": "长" * 61}]}, "label"),
    ],
)
def test_rules_that_make_no_sense_are_refused(alpha: TenantRef, given: dict, field: str):
    assert cast(alpha).ines
    with nothing_changes(alpha):
        answer = save(alpha, **given)
    assert (answer["code"], answer["field"]) == ("INVALID_INPUT", field)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"base": None},
        {"base": {"amount": 500}, "weight": {"freeGrams": 0, "perKg": 1}},
        {"urgent": {"amount": 1, "percentBps": 1}},
        {"base": {"amount": 2**53}},
        {"base": {"amount": 1.5}},
        {"base": {"amount": "500"}},
        {"distance": {"freeMeters": 10**12, "perKm": 1}},
    ],
)
def test_params_of_the_wrong_shape_never_reach_a_rule(alpha: TenantRef, params: dict):
    ines = cast(alpha).ines.api
    with nothing_changes(alpha):
        answer = ines.post(RULE_SAVE, {"input": {**BASE, "params": params}})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_goods_need_no_parameters(alpha: TenantRef):
    assert save(alpha, step="GOODS", params=None)["rule"]["params"] == {}


def test_publishing_copies_the_rules_and_prices_what_is_on_sale(
    alpha: TenantRef, django_assert_num_queries
):
    with tenant_scope(alpha):
        cheap, dear, heavy = (
            ServiceFactory(published=True, price_from=None),
            ServiceFactory(published=True, price_from=None),
            ServiceFactory(published=True, price_from=None, kind="delivery"),
        )
        draft = ServiceFactory()
        RuleFactory()
        RuleFactory(service=dear, params={"amount": 900})
        RuleFactory(step=Step.WEIGHT, params={"free_grams": 0, "per_kg": 200})
        RuleFactory(step=Step.DISTANCE, params={"free_meters": 0, "per_km": 100})
    tariff = publish(alpha)["tariff"]
    assert (tariff["number"], tariff["currency"], len(tariff["rules"])) == (1, "CNY", 4)
    assert tariff["rules"][0] == {
        "step": "BASE",
        "serviceId": global_id("Service", dear.id),
        "labels": [{"text": "Base"}, {"text": "base"}],
        "params": {"amount": 900},
    }
    with tenant_scope(alpha):
        prices = dict(Service.objects.values_list("id", "price_from"))
        # A delivery must give its weight, so the least is a started kilogram.
        assert prices == {cheap.id: 500, dear.id: 900, heavy.id: 700, draft.id: None}
        Rule.objects.all().update(params={"amount": 1})
        assert Tariff.objects.get().rules[0]["params"] == {"amount": 900}
        ServiceFactory.create_batch(20, published=True)
        Rule.objects.exclude(step=Step.BASE).delete()
        ines = cast(alpha).ines.actor
        # BEGIN; the lock, the rules, the last number, the brand; the tariff; the services with
        # their versions, their prices; COMMIT.
        with django_assert_num_queries(9):
            tariff_publish(actor=ines, at=SOME_DAY)
        assert Service.objects.filter(price_from=1).count() == 23
    edges = cast(alpha).ines.api.run(TARIFFS)["tariffs"]["edges"]
    assert [edge["node"]["number"] for edge in edges] == [2, 1]


def test_a_tariff_needs_a_base_price(alpha: TenantRef):
    ines = cast(alpha).ines.api
    with tenant_scope(alpha):
        RuleFactory(step=Step.COMMISSION, params={"percent_bps": 1500})
    with nothing_changes(alpha):
        answer = ines.run(TARIFF_PUBLISH)["tariffPublish"]
    assert answer["code"] == "NO_BASE_PRICE"


def test_a_service_that_the_tariff_does_not_price_has_no_price_from(alpha: TenantRef):
    with tenant_scope(alpha):
        priced, unpriced = ServiceFactory.create_batch(2, published=True)
        RuleFactory(service=priced)
    publish(alpha)
    with tenant_scope(alpha):
        assert Service.objects.get(id=unpriced.id).price_from is None
        assert Service.objects.get(id=priced.id).price_from == 500


def test_only_whoever_manages_prices_may(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        rule = RuleFactory()
    remove = {"input": {"ruleId": global_id("PriceRule", rule.id)}}
    calls = [
        (RULE_SAVE, {"input": BASE}),
        (RULE_REMOVE, remove),
        (RULES, {}),
        (TARIFF_PUBLISH, {}),
        (TARIFFS, {}),
    ]
    people = [cast(alpha).maya.api, cast(alpha).tomas.api]
    ines = cast(beta).ines.api
    with nothing_changes(alpha):
        for document, variables in calls:
            for api in people:
                assert api.error_code(document, variables) == "FORBIDDEN"
        never = {"input": {"ruleId": global_id("PriceRule", uuid4())}}
        assert ines.post(RULE_REMOVE, remove) == ines.post(RULE_REMOVE, never)
        for service_id in (uuid4(), rule.id):
            answer = save(beta, serviceId=global_id("Service", service_id), label=LABEL)
            assert answer["code"] == "NOT_FOUND"
    for api in (*people, ines):
        node = "query ($id: ID!) { node(id: $id) { id } }"
        assert api.run(node, {"id": global_id("PriceRule", rule.id)}) == {"node": None}


def publish_twice_at_once(tenant: TenantRef) -> tuple[list[object], list[int]]:
    """Two managers publish together; both have read the rules and the last number before either
    writes, unless a lock keeps the second out. What each was told, and the tariffs' numbers."""
    with tenant_scope(tenant):
        RuleFactory()
    ines = cast(tenant).ines.actor
    read = threading.Barrier(2)
    write = tariffs.tariff_write

    def tariff_write(rules, services, **given):
        with suppress(threading.BrokenBarrierError):
            read.wait(timeout=1)
        return write(rules, services, **given)

    def publish() -> UUID:
        with tenant_scope(tenant):
            return tariff_publish(actor=ines, at=SOME_DAY).id

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tariffs, "tariff_write", tariff_write)
        answers = at_once(publish, publish)
    with tenant_scope(tenant):
        return answers, sorted(Tariff.objects.values_list("number", flat=True))


def test_two_publishing_at_once_make_two_tariffs(alpha: TenantRef):
    answers, numbers = publish_twice_at_once(alpha)
    assert all(isinstance(answer, UUID) for answer in answers)
    assert numbers == [1, 2]


def test_without_the_lock_one_would_be_lost(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tariffs, "publishing_lock", lambda: None)
    answers, numbers = publish_twice_at_once(alpha)
    assert sorted(type(answer) is IntegrityError for answer in answers) == [False, True]
    assert numbers == [1]


def publish_a_service_and_a_tariff_at_once(tenant: TenantRef) -> int | None:
    """One reads what is on sale, the other the tariff in force, before either writes, unless a
    lock keeps the second out. The price-from that comes of it."""
    with tenant_scope(tenant):
        RuleFactory()
        service_id = ServiceFactory().id
    ines = cast(tenant).ines.actor
    read = threading.Barrier(2)
    tariff_current, services_published = tariffs.tariff_current, tariffs.services_published

    def meet() -> None:
        with suppress(threading.BrokenBarrierError):
            read.wait(timeout=1)

    def current() -> Tariff | None:
        tariff = tariff_current()
        meet()
        return tariff

    def published():
        on_sale = services_published()
        assert len(on_sale) < 2
        meet()
        return on_sale

    def publish_service() -> None:
        with tenant_scope(tenant):
            services.service_publish(actor=ines, service_id=service_id, at=SOME_DAY)

    def publish_tariff() -> None:
        with tenant_scope(tenant):
            tariff_publish(actor=ines, at=SOME_DAY)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tariffs, "tariff_current", current)
        patch.setattr(tariffs, "services_published", published)
        assert at_once(publish_service, publish_tariff) == [None, None]
    with tenant_scope(tenant):
        return Service.objects.get().price_from


def test_a_service_published_meanwhile_is_priced(alpha: TenantRef):
    assert publish_a_service_and_a_tariff_at_once(alpha) == 500


def test_without_the_lock_it_would_not_be(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tariffs, "publishing_lock", lambda: None)
    monkeypatch.setattr(services, "publishing_lock", lambda: None)
    assert publish_a_service_and_a_tariff_at_once(alpha) is None
