"""The back office's list of customers: who is on it, what of them is shown, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import Person, SecurityEvent
from tenants.access.rights import CUSTOMER, SUPPORT
from tests.support.cast import Member, cast
from tests.support.database import SOME_DAY
from tests.support.factories import AddressFactory
from tests.support.factories_orders import order_at, order_placed
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.stage import Stage, stage

LIST = """query($phone: String! = "", $sort: CustomerSort! = LAST_ORDER_DOWN, $first: Int! = 50,
  $after: String) {
  customers(phone: $phone, sort: $sort, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id personId maskedName maskedPhone joinedAt ordersCount lastOrderAt
      spent { amount currency } membership { level } } }
} }"""
ONE = "query($id: ID!) { customer(id: $id) { maskedName } }"
READ = """query($id: ID!) { personalData(personId: $id, reason: ORDER) {
  name addresses { text door contactName phone } } }"""


def listed(member: Member, **asked: Any) -> list[Any]:
    return [edge["node"] for edge in member.api.run(LIST, asked)["customers"]["edges"]]


def names(member: Member, **asked: Any) -> list[str]:
    return [row["maskedName"] for row in listed(member, **asked)]


@pytest.fixture
def town(alpha: TenantRef) -> Stage:
    """Maya has two orders, one of them done; noor, later, has one; couriers have none."""
    on = stage(alpha)
    with tenant_scope(alpha):
        order_at("completed", customer=on.maya, courier=on.courier)
        order_placed(on.maya, SOME_DAY + timedelta(hours=1))
        order_placed(on.noor, SOME_DAY + timedelta(hours=2))
        for days, member in enumerate((on.noor, on.rita, on.maya, on.tomas)):
            joined = SOME_DAY + timedelta(days=days)
            Person.objects.filter(id=member.id).update(created_at=joined)
    return on


def test_customers_are_told_with_what_they_ordered(town: Stage):
    assert names(town.dora) == ["N**", "M**", "T**", "R**"]
    row = listed(town.dora)[1]
    assert (row["id"], row["personId"]) == (
        global_id("Customer", town.maya.id),
        global_id("Person", town.maya.id),
    )
    assert row["maskedPhone"] == "••••8001"
    assert row["ordersCount"] == 2
    with tenant_scope(town.tenant):
        total = town_total(town)
    assert row["spent"] == {"amount": total, "currency": "CNY"}
    assert [each["spent"]["amount"] for each in listed(town.dora)] == [0, total, 0, 0]
    assert listed(town.dora)[2]["lastOrderAt"] is None


def town_total(on: Stage) -> int:
    return sum(order.total for order in Person.objects.get(id=on.maya.id).orders.all()) // 2


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("LAST_ORDER_DOWN", "NMTR"),
        ("LAST_ORDER_UP", "RTMN"),
        ("JOINED_DOWN", "TMRN"),
        ("JOINED_UP", "NRMT"),
    ],
)
def test_the_list_is_sorted_and_turns_its_pages(town: Stage, sort: str, expected: str):
    pages, after = "", None
    for place in range(4):
        page = town.dora.api.run(LIST, {"sort": sort, "first": 1, "after": after})["customers"]
        pages += "".join(edge["node"]["maskedName"][0] for edge in page["edges"])
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (4, place < 3)
        after = page["pageInfo"]["endCursor"]
    assert pages == expected
    assert names(town.dora, sort="SPENT_DOWN")[0] == "M**"
    assert names(town.dora, sort="SPENT_UP")[-1] == "M**"


def test_one_is_found_by_the_whole_phone(town: Stage):
    assert names(town.dora, phone="138 0013 8001") == ["M**"]
    assert names(town.dora, phone="+8613800138012") == ["N**"]
    for nobody in ("1380013800", "Maya", "+8613800138999", "%"):
        assert names(town.dora, phone=nobody) == []


def test_staff_alone_see_customers_and_only_customers(town: Stage, beta: TenantRef):
    for member in (town.maya, town.tomas):
        assert member.api.error_code(LIST) == "FORBIDDEN"
        assert member.api.error_code(ONE, {"id": global_id("Customer", town.maya.id)}) == (
            "FORBIDDEN"
        )
    assert Api("alpha.localhost").error_code(LIST) == "UNAUTHENTICATED"
    assert town.finn.api.run(ONE, {"id": global_id("Customer", town.maya.id)}) == {
        "customer": {"maskedName": "M**"}
    }
    for nobody in (town.dora.id, town.tenant.id):
        assert town.dora.api.run(ONE, {"id": global_id("Customer", nobody)}) == {"customer": None}
    assert names(cast(beta).ines) == []


def queries_of(member: Member) -> int:
    with CaptureQueriesContext(connection) as queries:
        member.api.run(LIST)
    return len([each for each in queries if "registry_" not in each["sql"]])


def test_a_list_of_many_takes_as_many_queries_as_one_of_four(town: Stage):
    # session and rights; the customers with the currency; their memberships; how many
    assert queries_of(town.ines) == 4
    people = cast(town.tenant)
    for number in range(20, 30):
        people.person(number, f"P{number}", CUSTOMER, phone=f"+86138001380{number}")
    assert queries_of(town.ines) == 4
    assert len(listed(town.ines)) == 14


def test_addresses_are_part_of_what_is_read_by_right_and_recorded(town: Stage):
    sara = cast(town.tenant).person(40, "Sara", SUPPORT, email="sara@example.test")
    with tenant_scope(town.tenant):
        AddressFactory(person_id=town.maya.id)
        AddressFactory(person_id=town.noor.id)
    whose = {"id": global_id("Person", town.maya.id)}
    assert town.dora.api.error_code(READ, whose) == "FORBIDDEN"
    with tenant_scope(town.tenant):
        assert not SecurityEvent.objects.filter(kind="personal_data_read").exists()
    read = sara.api.run(READ, whose)["personalData"]
    assert (read["name"], len(read["addresses"])) == ("Maya", 1)
    assert read["addresses"][0]["contactName"]
    with tenant_scope(town.tenant):
        event = SecurityEvent.objects.get(kind="personal_data_read")
        assert (event.actor_id, event.subject_id) == (sara.id, town.maya.id)
