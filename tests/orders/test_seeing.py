"""Who sees which orders, and what of them, in how many queries."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.dispatch.services.assigning import assignment_give_back
from tenants.orders.events import GiveBackReason
from tenants.orders.models import Order
from tests.support.cast import Member
from tests.support.factories_orders import order_at, order_placed
from tests.support.graphql import Api, Refused
from tests.support.ids import global_id
from tests.support.stage import Stage, stage

WHOLE = """query($id: ID!) { order(id: $id) {
  number state urgent note paymentMethod placedAt acceptedAt deliveredAt closedAt serviceName
  version { name kind }
  quote { total { amount } lines { code text amount { amount } } }
  stops {
    position kind state latitude longitude photoNeed pinNeed pin
    address { text door contactName phone parcelCode }
    proofs { kind at photoUrl hash }
  }
  items { name quantity unitPrice { amount } }
  courier { displayName introduction rating ratingCount completedCount courierId }
  payment { state amount { amount currency } collectedAt }
  review { score }
  total { amount currency formatted } earning { amount } moves
  history { seq kind at by actorId fromState toState reason }
} }"""

STOPS = """query($id: ID!) { order(id: $id) { customerId note earning { amount } stops {
  latitude pin address { text contactName phone parcelCode } } } }"""

BOARD = """query($states: [OrderState!]) { orders(first: 50, states: $states) { totalCount
  edges { node {
    id number state serviceName urgent placedAt total { amount } earning { amount } moves
    courier { displayName rating } payment { state } stops { kind state address { text } }
} } } }"""

NUMBERS = "query($states: [OrderState!]) { orders(states: $states) { edges { node { number } } } }"


def led(on: Stage, state: str) -> Order:
    with tenant_scope(on.tenant):
        return order_at(state, customer=on.maya, courier=on.courier)


def seen(member: Member, order: Order) -> Any:
    return member.api.run(STOPS, {"id": global_id("Order", order.id)})["order"]


def queries_of(member: Member, document: str, variables: dict[str, Any]) -> list[str]:
    """The statements behind the answer, but for the register's, which are cached by and by."""
    with CaptureQueriesContext(connection) as queries:
        member.api.run(document, variables)
    return [query["sql"] for query in queries if "registry_" not in query["sql"]]


@pytest.mark.parametrize("player", ["maya", "tomas", "dora"])
def test_a_whole_order_takes_nine_queries(alpha: TenantRef, player: str):
    on = stage(alpha)
    order = led(on, "completed")
    found = queries_of(getattr(on, player), WHOLE, {"id": global_id("Order", order.id)})
    # session and rights; the order with its courier, payment and history; its version; its quote;
    # the quote's lines; its stops with their declaration; their proofs; its items; its review
    assert len(found) == 9


def test_a_board_of_fifty_takes_as_many_queries_as_one_of_three(alpha: TenantRef):
    on = stage(alpha)
    for state in ("placed", "arrived", "completed"):
        led(on, state)
    # session and rights; the orders with their couriers, payments and number in all; their stops
    assert len(queries_of(on.dora, BOARD, {})) == 3
    with tenant_scope(alpha):
        for _ in range(47):
            order_placed(on.maya)
    assert len(queries_of(on.dora, BOARD, {})) == 3
    orders = on.dora.api.run(BOARD)["orders"]
    assert len(orders["edges"]) == orders["totalCount"] == 50


def test_each_sees_their_own_and_staff_see_all(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha), stage(beta)
    ours = {state: led(on, state) for state in ("placed", "departed", "completed")}
    led(there, "departed")

    def numbers(member: Member, *states: str) -> set[str]:
        answer = member.api.run(NUMBERS, {"states": list(states) or None})
        return {edge["node"]["number"] for edge in answer["orders"]["edges"]}

    everything = {order.number for order in ours.values()}
    assert numbers(on.maya) == numbers(on.dora) == numbers(on.finn) == everything
    assert numbers(on.tomas) == everything - {ours["placed"].number}
    assert numbers(on.noor) == numbers(on.rita) == set()
    assert numbers(on.dora, "DEPARTED", "PLACED") == everything - {ours["completed"].number}
    assert numbers(on.dora, "RETURNED") == set()
    assert Api("alpha.localhost").error_code(NUMBERS) == "UNAUTHENTICATED"
    with pytest.raises(Refused):
        on.dora.api.run(NUMBERS, {"states": ["LOST"]})


def test_the_customer_alone_sees_the_pin(alpha: TenantRef):
    on = stage(alpha)
    for state in ("placed", "arrived", "completed", "returned"):
        order = led(on, state)
        assert seen(on.maya, order)["stops"][1]["pin"]
        for member in (on.tomas, on.dora, on.ines, on.finn):
            shown = seen(member, order)
            assert shown is None or [stop["pin"] for stop in shown["stops"]] == [None, None]


@pytest.mark.parametrize("state", ["accepted", "arrived", "undeliverable", "returning"])
def test_a_courier_at_work_knows_where_and_whom_and_no_phone(alpha: TenantRef, state: str):
    on = stage(alpha)
    address = seen(on.tomas, led(on, state))["stops"][0]["address"]
    assert address == {
        "text": "Building 1",
        "contactName": "Maya",
        "phone": "••••8001",
        "parcelCode": "7-3-2201",
    }


@pytest.mark.parametrize("state", ["delivered", "completed", "returned"])
def test_a_courier_who_is_done_knows_no_more(alpha: TenantRef, state: str):
    on = stage(alpha)
    order = led(on, state)
    address = seen(on.tomas, order)["stops"][0]["address"]
    assert address["contactName"] == "M**"
    assert address["parcelCode"] is None
    assert seen(on.tomas, order)["earning"] == {"amount": 900}


def test_whoever_gave_an_order_back_sees_it_no_more(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    with tenant_scope(alpha):
        assignment_give_back(
            actor=on.tomas.actor,
            order_id=order.id,
            reason=GiveBackReason.TOO_FAR,
            key="one",
            at=clock.now(),
        )
    assert seen(on.tomas, order) is None


def test_staff_see_where_and_only_a_mask_of_whom(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    for member in (on.dora, on.ines):
        shown = seen(member, order)
        assert shown["stops"][0]["address"] == {
            "text": "Building 1",
            "contactName": "M**",
            "phone": "••••8001",
            "parcelCode": None,
        }
        assert shown["earning"] == {"amount": 900}
        assert shown["customerId"] == global_id("Person", on.maya.id)
    assert seen(on.tomas, order)["customerId"] is None
    assert seen(on.maya, order)["earning"] is None


def test_a_node_is_scoped_like_the_rest(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    with tenant_scope(alpha):
        stop = order.stops.first()
    document = "query($id: ID!) { node(id: $id) { id ... on Stop { pin } } }"
    for key in (global_id("Order", order.id), global_id("Stop", stop.id)):
        for member in (on.maya, on.tomas, on.dora):
            assert member.api.run(document, {"id": key})["node"]["id"] == key
        for api in (on.noor.api, on.rita.api, Api("alpha.localhost")):
            assert api.run(document, {"id": key}) == {"node": None}


def test_history_names_roles_to_all_and_people_to_staff(alpha: TenantRef):
    on = stage(alpha)
    order = led(on, "accepted")
    document = "query($id: ID!) { order(id: $id) { history { kind by actorId } } }"
    ask = {"id": global_id("Order", order.id)}
    steps = on.maya.api.run(document, ask)["order"]["history"]
    assert [step["actorId"] for step in steps] == [None, None]
    steps = on.dora.api.run(document, ask)["order"]["history"]
    people = [global_id("Person", member.id) for member in (on.maya, on.tomas)]
    assert [step["actorId"] for step in steps] == people


def test_events_hold_no_personal_data(alpha: TenantRef):
    on = stage(alpha)
    for state in ("completed", "returned", "cancelled"):
        led(on, state)
    with tenant_scope(alpha), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM journal_event")
        (log,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(t::text, '') FROM orders_stop AS t")
        (rows,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(t::text, '') FROM orders_order AS t")
        (orders,) = cursor.fetchone()
    for secret in ("Maya", "8613800138001", "Building", "7-3-2201", "Ring"):
        assert secret not in log + rows + orders
