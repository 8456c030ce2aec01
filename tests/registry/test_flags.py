"""Flags are on for a share of the tenants by a stable draw, or for one by hand."""

import time
from typing import Any

import pytest

from kernel.ids import new_id
from kernel.tenancy import TenantRef, platform_scope
from registry.models import Flag, FlagOverride, OwnerAction, Tenant
from registry.resolver import resolver
from registry.selectors import flag_draws_column, flags_of, tenants_known
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY, admin_connection
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import mutate


def flag_set(key: str, percent: int, description: str = "") -> dict[str, Any]:
    input = {"key": key, "percent": percent, "description": description}
    return mutate(olga().api, "flagSet", input, "flag { key percent description }")


def flag_override(tenant: TenantRef, key: str, on: bool | None) -> dict[str, Any]:
    input = {"key": key, "on": on, "tenantId": global_id("Tenant", tenant.id)}
    select = "flag { overrides { edges { node { on tenant { slug flags } } } } }"
    return mutate(olga().api, "flagOverride", input, select)


def flags(slug: str) -> list[str]:
    return Api(f"{slug}.localhost").run("{ flags }")["flags"]


def test_on_for_all_or_for_nobody(alpha: TenantRef, beta: TenantRef):
    assert flags("alpha") == []
    flag_set("new_board", 100)
    flag_set("old_board", 0)
    assert flags("alpha") == flags("beta") == ["new_board"]
    flag_set("new_board", 0)
    assert flags("alpha") == flags("beta") == []


def test_by_hand_for_one_alone(alpha: TenantRef, beta: TenantRef):
    flag_set("board", 0)
    shown = flag_override(alpha, "board", on=True)["flag"]["overrides"]["edges"]
    assert [edge["node"] for edge in shown] == [
        {"on": True, "tenant": {"slug": "alpha", "flags": ["board"]}}
    ]
    assert (flags("alpha"), flags("beta")) == (["board"], [])
    flag_set("board", 100)
    flag_override(alpha, "board", on=False)
    assert (flags("alpha"), flags("beta")) == ([], ["board"])
    assert flag_override(alpha, "board", on=None)["flag"]["overrides"]["edges"] == []
    assert flags("alpha") == ["board"]
    with platform_scope():
        assert OwnerAction.objects.filter(action="flagOverride", tenant=alpha.id).count() == 3


def test_the_draw_is_stable_fair_and_grows():
    with platform_scope():
        for number in range(400):
            Tenant.objects.create(
                id=new_id(), slug=f"t{number}", name="T", schema_name=f"t_x{number}",
                state=Tenant.State.TRIAL, wrapped_key=b"", created_at=SOME_DAY,
            )  # fmt: skip
        for key in ("one", "two"):
            Flag.objects.create(key=key, percent=30, changed_at=SOME_DAY)
        drawn = tenants_known().annotate(draws=flag_draws_column())
        of = {tenant.id: flags_of(tenant) for tenant in drawn}
        again = {tenant.id: flags_of(tenant) for tenant in drawn.all()}
        Flag.objects.filter(key="one").update(percent=60)
        grown = {tenant.id: flags_of(tenant) for tenant in drawn.all()}
    assert again == of
    ones = {id for id, keys in of.items() if "one" in keys}
    twos = {id for id, keys in of.items() if "two" in keys}
    assert 0.2 < len(ones) / len(of) < 0.4
    assert ones - twos and twos - ones
    assert ones < {id for id, keys in grown.items() if "one" in keys}


def test_another_process_is_heard_within_a_second(alpha: TenantRef):
    assert resolver.wait_until_listening(10)
    assert flags("alpha") == []
    with admin_connection() as admin:
        admin.execute(
            "INSERT INTO registry_flag (id, key, description, percent, changed_at)"
            " VALUES (gen_random_uuid(), 'board', '', 100, now())"
        )
    end = time.monotonic() + 5
    while flags("alpha") != ["board"] and time.monotonic() < end:
        time.sleep(0.02)
    assert flags("alpha") == ["board"]
    with admin_connection() as admin:
        admin.execute(
            'INSERT INTO registry_flagoverride (id, flag_id, tenant_id, "on")'
            " SELECT gen_random_uuid(), id, %s, false FROM registry_flag",
            [alpha.id],
        )
    while flags("alpha") and time.monotonic() < end:
        time.sleep(0.02)
    assert flags("alpha") == []


def test_a_warm_tenant_costs_no_query(alpha: TenantRef, django_assert_num_queries):
    flag_set("board", 100)
    assert flags("alpha") == ["board"]
    assert resolver.wait_until_listening(10)
    time.sleep(0.2)  # until the notice of the change itself has come
    flags("alpha")
    with django_assert_num_queries(0):
        assert flags("alpha") == ["board"]


@pytest.mark.parametrize(
    ("key", "percent", "field"),
    [("", 1, "key"), ("Board", 1, "key"), ("1x", 1, "key"), ("a" * 61, 1, "key"),
     ("a b", 1, "key"), ("ok", -1, "percent"), ("ok", 101, "percent")],
)  # fmt: skip
def test_what_is_no_flag(key: str, percent: int, field: str):
    assert flag_set(key, percent)["code"] == "INVALID_INPUT"
    with platform_scope():
        assert not Flag.objects.exists() and not OwnerAction.objects.exists()


def test_what_is_not_there(alpha: TenantRef):
    assert flag_override(alpha, "nothing", on=True)["code"] == "NOT_FOUND"
    flag_set("board", 0)
    input = {"key": "board", "on": True, "tenantId": global_id("Tenant", new_id())}
    assert mutate(olga().api, "flagOverride", input)["code"] == "NOT_FOUND"
    with platform_scope():
        assert not FlagOverride.objects.exists()


def test_owners_list_them_and_nobody_else(alpha: TenantRef):
    flag_set("b_flag", 5, "The board")
    flag_set("a_flag", 50)
    document = "{ featureFlags { edges { node { key percent description changedAt } } } }"
    edges = olga().api.run(document)["featureFlags"]["edges"]
    assert [edge["node"]["key"] for edge in edges] == ["a_flag", "b_flag"]
    assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
    assert cast(alpha).ines.api.error_code(document) == "WRONG_HOST"
    assert Api("platform.localhost").error_code("{ flags }") == "WRONG_HOST"
