"""What is checked before prices are published: rules among themselves, and every price."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.pricing.models import Rule, Step
from tests.support.cast import cast
from tests.support.factories import RuleFactory, ServiceFactory, ZoneFactory
from tests.support.ids import global_id
from tests.support.stage import mutate, nothing_changes

PUBLISH = """mutation { tariffPublish { __typename
  ... on UserError { code message }
  ... on RulesShadowError { step first second firstId secondId }
  ... on RuleNeverAppliesError { step rule ruleId reason other otherId }
  ... on PriceUnsoundError { service fault figures amount before earlier }
} }"""
SERVICE_PUBLISH = "service { state }"
NIGHT = {"hours": {"from": "22:00", "to": "06:00"}}


def publish(tenant: TenantRef) -> Any:
    return cast(tenant).ines.api.run(PUBLISH)["tariffPublish"]


def refused(tenant: TenantRef) -> Any:
    assert cast(tenant).ines
    with nothing_changes(tenant):
        return publish(tenant)


def question(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": {"en": key, "zh-Hans": key}, **more}


def on_site(*form: dict[str, Any], **declared: Any) -> dict[str, Any]:
    declaration = {"stops": [{"kind": "on_site"}], "form": list(form), **declared}
    return {"kind": "on_site", "declaration": declaration, "duration_minutes": 60}


@pytest.mark.parametrize(
    ("first", "second", "shadow"),
    [
        ({}, {}, True),
        ({"when": NIGHT}, {}, True),
        ({"when": NIGHT}, {"when": {"hours": {"from": "05:59", "to": "07:00"}}}, True),
        ({"when": NIGHT}, {"when": {"hours": {"from": "06:00", "to": "22:00"}}}, False),
        ({"when": {"weekdays": [1, 2]}}, {"when": {"weekdays": [2, 3]}}, True),
        ({"when": {"weekdays": [1, 2]}}, {"when": {"weekdays": [3]}}, False),
        ({"when": {"weekdays": [1, 2]}}, {"when": {"days": ["holiday"]}}, True),
        ({"when": {"days": ["working"]}}, {"when": {"days": ["holiday"]}}, False),
        (
            {"when": {"dates": {"to": "2099-06-30"}}},
            {"when": {"dates": {"from": "2099-06-30"}}},
            True,
        ),
        (
            {"when": {"dates": {"to": "2099-06-30"}}},
            {"when": {"dates": {"from": "2099-07-01"}}},
            False,
        ),
        (  # that day is a Saturday
            {"when": {"dates": {"from": "2099-08-01", "to": "2099-08-01"}}},
            {"when": {"weekdays": [7]}},
            False,
        ),
        (
            {"when": {"distance_meters": {"at_most": 3000}}},
            {"when": {"distance_meters": {"at_least": 3000}}},
            True,
        ),
        (
            {"when": {"distance_meters": {"at_most": 3000}}},
            {"when": {"distance_meters": {"at_least": 3001}}},
            False,
        ),
        ({"when": {"urgent": True}}, {"when": {"urgent": False}}, False),
        (
            {"when": {"answers": [{"field": "kind", "is": ["a", "b"]}]}},
            {"when": {"answers": [{"field": "kind", "is": ["b", "c"]}]}},
            True,
        ),
        (
            {"when": {"answers": [{"field": "kind", "is": ["a"]}]}},
            {"when": {"answers": [{"field": "kind", "is": ["b"]}]}},
            False,
        ),
        (
            {"when": {"answers": [{"field": "rooms", "at_least": 3}]}},
            {"when": {"answers": [{"field": "rooms", "at_most": 2}]}},
            False,
        ),
        ({"valid_until": 1}, {"valid_from": 1}, False),
        ({"valid_until": 2}, {"valid_from": 1}, True),
        ({}, {"active": False}, False),
        ({"step": Step.OPTION}, {"step": Step.OPTION}, False),
    ],
)
def test_rules_that_shadow_each_other(alpha: TenantRef, first: dict, second: dict, shadow: bool):
    now = clock.now()
    with tenant_scope(alpha):
        RuleFactory()
        rows = []
        for name, given in (("one", first), ("two", second)):
            days = {
                end: now + timedelta(days=given[end])
                for end in ("valid_from", "valid_until")
                if end in given
            }
            option = {"field": "extras", "amounts": {"a": 1}}
            distance = {"free_meters": 0, "per_km": 1}
            step = given.get("step", Step.DISTANCE)
            rows.append(
                RuleFactory(
                    **{
                        "step": step,
                        "label": {"en": name},
                        "params": option if step is Step.OPTION else distance,
                        **given,
                        **days,
                    }
                )
            )
    if not shadow:
        assert publish(alpha) == {"__typename": "TariffPublishSuccess"}
        return
    answer = refused(alpha)
    assert answer["code"] == "RULES_SHADOW"
    assert (answer["step"], answer["first"], answer["second"]) == ("distance", "one", "two")
    assert [answer["firstId"], answer["secondId"]] == [str(row.id) for row in rows]
    with tenant_scope(alpha):
        Rule.objects.filter(id=rows[0].id).update(priority=-1)
    answer = publish(alpha)
    # With a higher priority one of them goes first; it must leave something to the other.
    assert answer.get("code") in (None, "RULE_NEVER_APPLIES")
    if answer.get("code"):
        assert (answer["rule"], answer["other"]) == ("one", "two")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"valid_until": clock.now() - timedelta(days=1)}, "it has run out"),
        ({"when": {"dates": {"to": "2020-01-01"}}}, "its dates have gone by"),
        ({"when": {"answers": [{"field": "rooms", "at_least": 9}]}}, "rooms is never answered so"),
        ({"when": {"answers": [{"field": "size", "is": ["x"]}]}}, "there is no question 'size'"),
        (
            {"step": Step.OPTION, "params": {"field": "extras", "amounts": {"a": 1}}},
            "there is no question 'extras'",
        ),
        ({"step": Step.FLOORS, "params": {"per_floor": 1, "free_floors": 0}}, "'floors'"),
    ],
)
def test_rules_that_never_apply(alpha: TenantRef, given: dict, reason: str):
    rooms = question("rooms", "number", least=1, most=8, required=True)
    with tenant_scope(alpha):
        RuleFactory()
        service = ServiceFactory(published=True, **on_site(rooms))
        surcharge = {"step": Step.URGENT, "params": {"amount": 1}}
        rule = RuleFactory(service=service, **{**surcharge, **given})
    answer = refused(alpha)
    assert (answer["code"], answer["ruleId"]) == ("RULE_NEVER_APPLIES", str(rule.id))
    assert reason in answer["reason"]


def test_a_rule_for_a_zone_that_is_no_more(alpha: TenantRef):
    with tenant_scope(alpha):
        zone, gone = ZoneFactory(), ZoneFactory(active=False)
        RuleFactory()
        for zones in ([zone, gone], [gone]):
            named = sorted(str(each.id) for each in zones)
            RuleFactory(step=Step.ZONE, params={"amount": 1}, when={"zones_to": named})
    answer = refused(alpha)
    assert (answer["code"], answer["reason"]) == (
        "RULE_NEVER_APPLIES",
        "none of its zones is there any more",
    )


def bands(*given: tuple[int, int], per_km: int = 0) -> dict[str, Any]:
    rows = [{"up_to": up_to, "amount": amount} for up_to, amount in given]
    return {"step": Step.DISTANCE, "params": {"bands": rows, "per_km": per_km}}


ROOMS = question("rooms", "number", least=1, most=8, required=True)
KIND = question(
    "kind",
    "choice",
    required=True,
    options=[{"key": key, "label": {"en": key, "zh-Hans": key}} for key in ("flat", "house")],
)
PER_ROOM = {"step": Step.OPTION, "params": {"field": "rooms", "per_unit": 1000, "free_units": 2}}


@pytest.mark.parametrize(
    ("service", "rules", "fault", "figures"),
    [
        (
            {"declaration": {"price": {"rises_with": ["distance_meters"]}}},
            [bands((1000, 500), (3000, 400), per_km=100)],
            "falls while distance_meters grows",
            "distance_meters 1001",
        ),
        (
            {"declaration": {"price": {"rises_with": ["distance_meters"]}}},
            [bands((1000, 500), (3000, 600))],
            None,
            None,
        ),
        (
            {"declaration": {"price": {"most": 1489}}},
            [bands((1000, 0), per_km=10)],
            "above the most declared, 1489",
            "distance_meters 100000",
        ),
        ({"declaration": {"price": {"most": 1490}}}, [bands((1000, 0), per_km=10)], None, None),
        (
            on_site(ROOMS, KIND, price={"least": 500, "most": 6500}),
            [PER_ROOM],
            None,
            None,
        ),
        (
            on_site(ROOMS, KIND, price={"least": 500, "most": 6499}),
            [PER_ROOM],
            "above the most declared, 6499",
            "rooms 8",
        ),
        (
            on_site(ROOMS, KIND, price={"least": 600}),
            [PER_ROOM],
            "below the least declared, 600",
            "rooms 1",
        ),
        (  # a house by night is the dearest, and only then above the bound
            on_site(ROOMS, KIND, price={"most": 7000}),
            [
                PER_ROOM,
                {
                    "step": Step.NIGHT,
                    "params": {"amount": 600},
                    "when": {**NIGHT, "answers": [{"field": "kind", "is": ["house"]}]},
                },
            ],
            "above the most declared, 7000",
            "rooms 8, kind house, moment Mon 2026-03-02 22:00",
        ),
        (
            on_site(ROOMS, KIND, price={"rises_with": ["rooms"]}),
            [
                {
                    "step": Step.MAXIMUM,
                    "params": {"amount": 400},
                    "when": {"answers": [{"field": "rooms", "at_least": 5}]},
                }
            ],
            "falls while rooms grows",
            "rooms 5",
        ),
        (
            on_site(ROOMS),
            [
                {
                    "step": Step.OPTION,
                    "params": {"field": "rooms", "per_unit": 10**9, "free_units": 0},
                    "when": {"weekdays": [day]},
                    "priority": n,
                }
                for day in (7,)
                for n in range(3)
            ],
            None,
            None,
        ),
        (
            on_site(question("sheets", "number", least=1, most=1_000_000, required=True)),
            [
                {
                    "step": Step.OPTION,
                    "params": {"field": "sheets", "per_unit": 10**9, "free_units": 0},
                    "priority": n,
                }
                for n in range(10)
            ],
            "beyond 2^53",
            "sheets 1000000",
        ),
    ],
)
def test_every_price_is_proven(
    alpha: TenantRef, service: dict, rules: list, fault: str | None, figures: str | None
):
    """Whether the tariff comes after the service or before it, the same is found."""
    declaration = service["declaration"]
    if "kind" not in service:
        stops = [{"kind": "pick_up"}, {"kind": "drop_off"}]
        service = {"declaration": {"stops": stops, **declaration}}
    with tenant_scope(alpha):
        RuleFactory()
        for rule in rules:
            RuleFactory(**rule)
        sold = ServiceFactory(published=True, **service)
    if fault is None:
        assert publish(alpha) == {"__typename": "TariffPublishSuccess"}
        return
    answer = refused(alpha)
    assert (answer["code"], answer["fault"]) == ("PRICE_UNSOUND", fault)
    assert figures in answer["figures"]
    assert answer["amount"] in answer["message"]
    with tenant_scope(alpha):
        sold.state = "delisted"
        sold.save()
        draft = ServiceFactory(**service)
    assert publish(alpha) == {"__typename": "TariffPublishSuccess"}
    ines = cast(alpha).ines.api
    given = {"serviceId": global_id("Service", draft.id)}
    with nothing_changes(alpha):
        answer = mutate(ines, "servicePublish", given, SERVICE_PUBLISH)
    assert answer["code"] in ("PRICE_UNSOUND", "DECLARATION_BROKEN")
