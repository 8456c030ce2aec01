"""Parts of the product that an operator does without: hidden, refused, and there again later."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from tests.support.factories import ServiceFactory
from tests.support.factories_orders import order_at
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, mutation, nothing_changes, stage


@pytest.fixture
def on(alpha: TenantRef) -> Stage:
    return stage(alpha)


def switch_off(on: Stage, *off: str) -> list[str]:
    done = mutate(on.ines.api, "modulesSet", {"off": off}, "brand { modulesOff }")
    switched: list[str] = done["brand"]["modulesOff"]
    return switched


def seen(on: Stage, document: str, name: str, **given: Any) -> int:
    found = on.maya.api.run(document, given)[name]
    return len(found["edges"] if isinstance(found, dict) else found)


def test_what_is_off_is_hidden_and_refused_and_is_there_again(alpha: TenantRef, on: Stage):
    with tenant_scope(alpha):
        service = ServiceFactory(published=True)
        order, other = (
            order_at("delivered", customer=on.maya, courier=on.courier) for _ in range(2)
        )
    courier = global_id("Courier", on.courier.id)
    review = {"orderId": global_id("Order", order.id), "score": 5, "idempotencyKey": "a"}
    more = {**review, "orderId": global_id("Order", other.id), "idempotencyKey": "b"}
    follow = {"courierId": courier, "followed": True}
    apply = {"displayName": "Bo", "introduction": ""}
    mutate(on.maya.api, "reviewCreate", review)
    mutate(on.maya.api, "courierFollow", follow)
    reads = {
        "reviews": "{ reviews { edges { node { score } } } }",
        "followedCouriers": "{ followedCouriers { displayName } }",
        "recommendations": "{ recommendations { name } }",
        "providers": "query ($service: ID!) { providers(serviceId: $service) { level } }",
    }

    def all_seen() -> dict[str, bool]:
        key = {"service": global_id("Service", service.id)}
        return {
            name: bool(seen(on, document, name, **(key if "$service" in document else {})))
            for name, document in reads.items()
        }

    assert set(all_seen().values()) == {True}
    every = ["APPLICATIONS", "FOLLOWING", "PROVIDERS", "RECOMMENDATIONS", "REVIEWS"]
    assert switch_off(on, *every, "REVIEWS") == every
    assert Api("alpha.localhost").run("{ brand { modulesOff } }")["brand"]["modulesOff"] == every
    assert set(all_seen().values()) == {False}
    with nothing_changes(alpha):
        for name, given in (
            ("reviewCreate", more),
            ("courierFollow", follow),
            ("courierRegister", apply),
        ):
            assert mutate(on.noor.api, name, given)["code"] == "MODULE_OFF", name
    assert switch_off(on, "PROVIDERS") == ["PROVIDERS"]
    assert all_seen() == dict.fromkeys(reads, True) | {"providers": False}
    assert switch_off(on) == []
    assert set(all_seen().values()) == {True}
    assert mutate(on.maya.api, "reviewCreate", more)["__typename"] == "ReviewCreateSuccess"


def test_who_may_switch(alpha: TenantRef, beta: TenantRef, on: Stage):
    document, given = mutation("modulesSet"), {"input": {"off": ["REVIEWS"]}}
    with nothing_changes(alpha):
        assert on.maya.api.error_code(document, given) == "FORBIDDEN"
        assert on.dora.api.error_code(document, given) == "FORBIDDEN"
    switch_off(on, "REVIEWS")
    assert Api("beta.localhost").run("{ brand { modulesOff } }")["brand"]["modulesOff"] == []
