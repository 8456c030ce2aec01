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
from tests.support.factories import RuleFactory, ServiceFactory, ZoneFactory
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


def test_rules_of_a_step_and_a_service(alpha: TenantRef, django_assert_num_queries):
    with tenant_scope(alpha):
        service = ServiceFactory()
    service_id = global_id("Service", service.id)
    general = save(alpha)["rule"]
    own = save(alpha, serviceId=service_id, params={"base": {"amount": 900}})["rule"]
    again = save(alpha, ruleId=general["id"], params={"base": {"amount": 600}})["rule"]
    assert (again["id"], again["params"]) == (general["id"], {"amount": 600})
    assert own["service"] == {"id": service_id}
    save(alpha, step="DISTANCE", params={"distance": {"freeMeters": 1000, "perKm": 150}})
    save(alpha, params={"base": {"amount": 700}}, when={"weekdays": [6, 7]}, priority=1)
    ines = cast(alpha).ines.api
    # The session with its rights, the rules, the services.
    with django_assert_num_queries(3):
        edges = ines.run(RULES)["priceRules"]["edges"]
    assert [(edge["node"]["step"], edge["node"]["params"]) for edge in edges] == [
        ("BASE", {"amount": 900}),
        ("BASE", {"amount": 700}),
        ("BASE", {"amount": 600}),
        ("DISTANCE", {"freeMeters": 1000, "perKm": 150}),
    ]
    assert len(ines.run(RULES, {"serviceId": service_id})["priceRules"]["edges"]) == 1
    remove = {"input": {"ruleId": own["id"]}}
    assert ines.run(RULE_REMOVE, remove)["priceRuleRemove"]["ruleId"] == own["id"]
    assert ines.run(RULE_REMOVE, remove)["priceRuleRemove"]["code"] == "NOT_FOUND"
    with nothing_changes(alpha):
        assert save(alpha, ruleId=own["id"])["what"] == "PriceRule"


EVERYTHING = {
    "weekdays": [1, 7],
    "hours": {"from": "22:00:00", "to": "06:00:00"},
    "dates": {"from": "2026-01-28", "to": "2026-02-04"},
    "days": ["HOLIDAY", "ORDINARY"],
    "distanceMeters": {"atLeast": 3000},
    "weightGrams": {"atLeast": 1, "atMost": 500},
    "urgent": True,
    "answers": [
        {"field": "rooms", "atLeast": 3},
        {"field": "kind", "is": [{"text": "wall"}, {"text": "floor"}]},
        {"field": "lift", "is": [{"flag": False}]},
    ],
}


def test_a_rule_says_all_that_it_was_told(alpha: TenantRef):
    with tenant_scope(alpha):
        zone = ZoneFactory()
    given = {
        "step": "OPTION",
        "params": {"option": {"field": "extras", "amounts": [{"key": "mop", "amount": 300}]}},
        "when": {**EVERYTHING, "zonesTo": [global_id("Zone", zone.id)]},
        "priority": -5,
        "roundTo": 10,
        "rounding": "DOWN",
        "validFrom": "2026-01-01T00:00:00+08:00",
        "validUntil": "2027-01-01T00:00:00+08:00",
        "active": False,
    }
    rule = save(alpha, **given)["rule"]
    assert rule["params"] == {"field": "extras", "amounts": {"mop": 300}, "freeUnits": 0}
    assert rule["when"] == {
        "weekdays": [1, 7],
        "hours": {"from": "22:00", "to": "06:00"},
        "dates": {"from": "2026-01-28", "to": "2026-02-04"},
        "days": ["holiday", "ordinary"],
        "zonesTo": [str(zone.id)],
        "distanceMeters": {"atLeast": 3000},
        "weightGrams": {"atLeast": 1, "atMost": 500},
        "urgent": True,
        "answers": [
            {"field": "rooms", "atLeast": 3},
            {"field": "kind", "is": ["wall", "floor"]},
            {"field": "lift", "is": [False]},
        ],
    }
    assert (rule["priority"], rule["roundTo"], rule["rounding"]) == (-5, 10, "DOWN")
    assert (rule["validFrom"], rule["active"]) == ("2026-01-01T00:00:00+08:00", False)
    save(alpha)
    assert [each["step"] for each in publish(alpha)["tariff"]["rules"]] == ["BASE"]


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
        (
            {"step": "DISTANCE", "params": {"distance": {"perKm": 1}}},
            "params.distance",
        ),
        (
            {
                "step": "DISTANCE",
                "params": {
                    "distance": {
                        "perKm": 1,
                        "bands": [{"upTo": 2000, "amount": 1}, {"upTo": 2000, "amount": 2}],
                    }
                },
            },
            "params.distance.bands.1.upTo",
        ),
        (
            {
                "step": "SIZE",
                "params": {"size": {"amounts": [{"key": "a", "amount": 1}] * 2}},
            },
            "params.size.amounts",
        ),
        ({"step": "PROMOTION", "params": None}, "step"),
        ({"when": {"weekdays": [0]}}, "when.weekdays"),
        ({"when": {"weekdays": []}}, "when.weekdays"),
        ({"when": {"hours": {"from": "09:00:00", "to": "09:00:00"}}}, "when.hours"),
        ({"when": {"dates": {"from": "2026-02-04", "to": "2026-02-03"}}}, "when.dates"),
        ({"when": {"dates": {}}}, "when.dates"),
        ({"when": {"weightGrams": {"atLeast": 2, "atMost": 1}}}, "when.weightGrams"),
        ({"when": {"answers": [{"field": "rooms"}]}}, "when.answers.0.condition"),
        ({"step": "NIGHT", "params": {"night": {"amount": 1}}}, "when.hours"),
        ({"step": "PEAK", "params": {"peak": {"amount": 1}}}, "when.hours"),
        ({"step": "ZONE", "params": {"zone": {"amount": 1}}}, "when.zonesTo"),
        ({"priority": 1001}, "priority"),
        ({"roundTo": 0}, "roundTo"),
        (
            {"validFrom": "2027-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z"},
            "validUntil",
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


def test_what_must_be_answered_is_in_the_price_from(alpha: TenantRef):
    def question(key: str, kind: str, **more: object) -> dict:
        return {"key": key, "type": kind, "label": {"en": key}, "required": True, **more}

    options = [{"key": key, "label": {"en": key}} for key in ("house", "flat")]
    form = [
        question("rooms", "number", least=2, most=8),
        question("home", "choice", options=options),
        question("garden", "yes_no", when={"field": "home", "is": ["house"]}),
        {**question("extras", "choices", options=options), "required": False},
    ]
    with tenant_scope(alpha):
        declaration = {"stops": [{"kind": "on_site"}], "form": form}
        service = ServiceFactory(published=True, kind="on_site", declaration=declaration)
        RuleFactory()
        for params in (
            {"field": "rooms", "per_unit": 100, "free_units": 0},
            {"field": "home", "amounts": {"house": 300, "flat": 40}},
            {"field": "garden", "amounts": {"yes": 7, "no": 7}},
            {"field": "extras", "amounts": {"house": 1, "flat": 1}},
        ):
            RuleFactory(step=Step.OPTION, params=params)
    publish(alpha)
    with tenant_scope(alpha):
        assert Service.objects.get(id=service.id).price_from == 740


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
