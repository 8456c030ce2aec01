"""Money follows the order: what is owed, who holds the cash, who earned what."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import TenantRef, tenant_scope
from tenants.ledger.models import Account, Entry, Posting
from tenants.ledger.selectors import balance
from tenants.orders.models import Order, OrderState
from tenants.payments.models import Payment
from tests.support.factories_orders import order_at
from tests.support.stage import Stage, stage

KIND = Account.Kind
EARNINGS = """{ courierEarnings { balance { amount currency formatted } cashHeld { amount }
  entries { totalCount edges { node { orderNumber at amount { amount currency } } } } } }"""
ACCOUNTS = "{ ledgerAccounts { edges { node { kind courierId balance { amount } } } } }"


def led(on: Stage, state: str, **quote: int) -> Order:
    with tenant_scope(on.tenant):
        return order_at(state, customer=on.maya, courier=on.courier, **quote)


def balances(on: Stage) -> tuple[int, int, int, int]:
    """Cash that the courier holds, clearing, the courier's earnings, revenue."""
    with tenant_scope(on.tenant):
        return (
            balance(kind=KIND.COURIER_CASH, owner_id=on.courier.id),
            balance(kind=KIND.CLEARING, owner_id=None),
            balance(kind=KIND.COURIER_EARNINGS, owner_id=on.courier.id),
            balance(kind=KIND.REVENUE, owner_id=None),
        )


# Twelve, of which three are commission.
BOOKS = {
    OrderState.DELIVERED: ("collected", (1200, -1200, 0, 0)),
    OrderState.COMPLETED: ("collected", (1200, 0, -900, -300)),
    OrderState.CANCELLED: ("void", (0, 0, 0, 0)),
    OrderState.RETURNED: ("void", (0, 0, 0, 0)),
}


@pytest.mark.parametrize("state", list(OrderState))
def test_the_books_after_each_state(alpha: TenantRef, state: OrderState):
    on = stage(alpha)
    order = led(on, state)
    paid, books = BOOKS.get(state, ("due", (0, 0, 0, 0)))
    assert balances(on) == books
    with tenant_scope(alpha):
        payment = Payment.objects.get(order=order)
        assert (payment.state, payment.amount, payment.currency) == (paid, 1200, "CNY")
        assert payment.collected_by_id == (on.courier.id if paid == "collected" else None)
        assert {posting.subject_id for posting in Posting.objects.all()} <= {order.id}


@pytest.mark.parametrize("commission", [0, 1200])
def test_all_or_nothing_may_be_commission(alpha: TenantRef, commission: int):
    on = stage(alpha)
    led(on, "completed", commission=commission)
    assert balances(on) == (1200, 0, commission - 1200, -commission)
    with tenant_scope(alpha):
        assert Entry.objects.count() == 4


def test_a_courier_reads_their_own_earnings(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha), stage(beta)
    orders = [led(on, "completed") for _ in range(3)]
    led(on, "delivered")
    led(there, "completed")
    earnings = on.tomas.api.run(EARNINGS)["courierEarnings"]
    assert earnings["balance"] == {"amount": 2700, "currency": "CNY", "formatted": "CN¥27.00"}
    assert earnings["cashHeld"] == {"amount": 4800}
    nodes = [edge["node"] for edge in earnings["entries"]["edges"]]
    assert {node["orderNumber"] for node in nodes} == {order.number for order in orders}
    assert {node["amount"]["amount"] for node in nodes} == {900}
    assert on.rita.api.run(EARNINGS)["courierEarnings"]["entries"]["totalCount"] == 0
    for member in (on.maya, on.ines, on.finn):
        assert member.api.error_code(EARNINGS) == "FORBIDDEN"


def test_earnings_take_as_many_queries_however_many(alpha: TenantRef):
    on = stage(alpha)
    for more in (1, 3):
        for _ in range(more):
            led(on, "completed")
        with CaptureQueriesContext(connection) as queries:
            on.tomas.api.run(EARNINGS)
        # session and rights; the courier; two balances; the operator's currency; the entries with
        # their orders' numbers
        assert len([1 for query in queries if "registry_" not in query["sql"]]) == 6


def test_finance_reads_the_books_and_they_sum_to_zero(alpha: TenantRef):
    on = stage(alpha)
    led(on, "completed")
    led(on, "delivered")
    for member in (on.finn, on.ines):
        edges = member.api.run(ACCOUNTS)["ledgerAccounts"]["edges"]
        amounts = {edge["node"]["kind"]: edge["node"]["balance"]["amount"] for edge in edges}
        assert amounts == {
            "CLEARING": -1200,
            "COURIER_CASH": 2400,
            "COURIER_EARNINGS": -900,
            "REVENUE": -300,
        }
        assert sum(amounts.values()) == 0
    for member in (on.maya, on.tomas, on.dora):
        assert member.api.error_code(ACCOUNTS) == "FORBIDDEN"
