"""The list of orders: what it is searched by, in what order it comes, and what that costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Person
from tenants.orders.models import Order
from tests.support.cast import Member
from tests.support.database import SOME_DAY
from tests.support.factories_orders import order_at, order_placed
from tests.support.ids import global_id
from tests.support.stage import Stage, stage

LIST = """query($search: String! = "", $sort: OrderSort! = PLACED_DOWN, $courier: ID, $customer: ID,
  $first: Int, $after: String) {
  orders(search: $search, sort: $sort, courierId: $courier, customerId: $customer, first: $first,
    after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { number placedAt dueAt total { amount } courier { displayName } } }
} }"""


def listed(member: Member, **asked: Any) -> list[str]:
    edges = member.api.run(LIST, asked)["orders"]["edges"]
    return [edge["node"]["number"] for edge in edges]


@pytest.fixture
def floor(alpha: TenantRef) -> tuple[Stage, list[Order]]:
    """Three orders an hour apart, of maya and noor: one waits, tomas and rita had the others."""
    on = stage(alpha)
    with tenant_scope(alpha):
        orders = [
            order_placed(on.maya, SOME_DAY, total=900),
            order_at("completed", customer=on.noor, courier=on.courier),
            order_at("completed", customer=on.maya, courier=on.other),
        ]
        for hours, (order, due, total) in enumerate(
            zip(orders, (9, 7, 8), (900, 1100, 900), strict=True)
        ):
            Order.objects.filter(id=order.id).update(
                number=f"{order.number[:4]}{hours + 2}",
                placed_at=SOME_DAY + timedelta(hours=hours),
                due_at=SOME_DAY + timedelta(hours=due),
                total=total,
            )
        return on, list(Order.objects.order_by("placed_at"))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("PLACED_DOWN", [2, 1, 0]),
        ("PLACED_UP", [0, 1, 2]),
        ("DUE_UP", [1, 2, 0]),
        ("DUE_DOWN", [0, 2, 1]),
        ("TOTAL_UP", [0, 2, 1]),
        ("TOTAL_DOWN", [1, 2, 0]),
    ],
)
def test_it_is_sorted_and_turns_its_pages(floor, sort: str, expected: list[int]):
    on, orders = floor
    wanted = [orders[place].number for place in expected]
    assert listed(on.dora, sort=sort) == wanted
    pages, after = [], None
    for _ in wanted:
        page = on.dora.api.run(LIST, {"sort": sort, "first": 1, "after": after})["orders"]
        pages += [edge["node"]["number"] for edge in page["edges"]]
        assert page["totalCount"] == 3
        after = page["pageInfo"]["endCursor"]
    assert pages == wanted
    assert not page["pageInfo"]["hasNextPage"]


def test_it_is_found_by_number_courier_and_phone(floor):
    on, (waits, noors, mayas) = floor
    assert listed(on.dora, search=waits.number) == [waits.number]
    assert listed(on.dora, search=f" {waits.number[:3].lower()} {waits.number[3:]}") == [
        waits.number
    ]
    assert waits.number in listed(on.dora, search=waits.number[:3])
    assert listed(on.dora, search="tomas") == [noors.number]
    assert listed(on.dora, search="RITA k") == [mayas.number]
    assert listed(on.dora, search="+86 138 0013 8012") == [noors.number]
    assert listed(on.dora, search="13800138001") == [mayas.number, waits.number]
    assert listed(on.dora, search="1380013800") == []
    assert listed(on.dora, search="%") == listed(on.dora, search="_") == []
    assert listed(on.dora, search="x" * 500) == []
    assert len(listed(on.dora, search="  ")) == 3
    assert listed(on.dora, courier=global_id("Courier", on.other.id)) == [mayas.number]
    assert listed(on.dora, customer=global_id("Person", on.noor.id)) == [noors.number]
    assert listed(on.dora, customer=global_id("Person", on.noor.id), search="rita") == []


def test_nobody_but_staff_tries_phones_out(floor):
    on, (_, noors, _) = floor
    assert listed(on.tomas) == [noors.number]
    assert listed(on.tomas, search="+8613800138012") == []
    assert listed(on.noor, search="+8613800138012") == []
    assert listed(on.noor, search="tomas") == [noors.number]
    assert listed(on.maya, search="tomas") == []
    assert listed(on.maya, customer=global_id("Person", on.noor.id)) == []


def queries_of(member: Member, **asked: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        member.api.run(LIST, asked)
    return len([each for each in queries if "registry_" not in each["sql"]])


def test_what_a_list_costs_does_not_grow(floor):
    on, _ = floor
    searches = {"search": "13800138001"}, {"search": "tomas"}, {"sort": "DUE_UP"}
    # session and rights; couriers of that name; the operator's region; the phone, where it is
    # one; the orders with their couriers and their number in all
    assert [queries_of(on.dora, **asked) for asked in searches] == [5, 4, 2]
    with tenant_scope(on.tenant):
        for number in range(20):
            order_placed(on.maya, SOME_DAY + timedelta(minutes=number))
        assert Person.objects.count() < 20
    assert [queries_of(on.dora, **asked) for asked in searches] == [5, 4, 2]


def test_it_is_due_when_it_is_wanted(alpha: TenantRef):
    on = stage(alpha)
    later = SOME_DAY + timedelta(hours=5)
    with tenant_scope(alpha):
        assert order_placed(on.maya).due_at == SOME_DAY
        assert order_placed(on.maya, wanted_at=later).due_at == later
