"""The life of an order, tried in full over the API: every role, every mutation, every state."""

from typing import Any

import pytest

from kernel.tenancy import TenantRef, tenant_scope
from schema.orders.enums import OrderMove
from tenants.journal.models import Event
from tenants.orders.models import Order, OrderState
from tenants.orders.states import ORDER_LIFE
from tests.support.factories_orders import order_at, photo
from tests.support.graphql import Api, Refused
from tests.support.ids import global_id
from tests.support.stage import Stage, mutate, nothing_changes, stage

ROLES = ("customer", "stranger", "courier", "other courier", "dispatcher", "finance", "nobody")

# Who may do what when: the test's own copy of the table, by mutation. "-" is in no state at all.
LEGAL = {
    "orderCancel": {
        "customer": "placed offered",
        "dispatcher": "placed offered accepted departed arrived undeliverable",
        "courier": "-",
    },
    "orderConfirm": {"customer": "delivered", "courier": "-"},
    "orderDepart": {"courier": "accepted in_progress"},
    "orderArrive": {"courier": "departed"},
    "stopComplete": {"courier": "arrived"},
    "orderReportUndeliverable": {
        "courier": "departed arrived in_progress",
        "dispatcher": "departed arrived in_progress",
    },
    "orderRetry": {"dispatcher": "undeliverable"},
    "orderReturn": {"dispatcher": "undeliverable"},
    "orderHandBack": {"courier": "returning"},
    "assignmentGiveBack": {"courier": "accepted", "dispatcher": "accepted"},
    "orderAssign": {"dispatcher": "placed offered accepted"},
    "reviewCreate": {"customer": "delivered completed", "courier": "-"},
}

# What `order.moves` calls them.
MOVES = {
    "orderCancel": {"CANCEL", "ABORT"},
    "orderConfirm": {"CONFIRM"},
    "orderDepart": {"DEPART"},
    "orderArrive": {"ARRIVE"},
    "stopComplete": {"COMPLETE_STOP", "DELIVER"},
    "orderReportUndeliverable": {"GIVE_UP"},
    "orderRetry": {"RETRY"},
    "orderReturn": {"RETURN_TO_SENDER"},
    "orderHandBack": {"HAND_BACK"},
    "assignmentGiveBack": {"GIVE_BACK"},
    "orderAssign": {"ASSIGN"},
}

# Couriers are customers as well, as whoever signs in by phone is.
HAVE_THE_RIGHT = {
    "customer": {"orderCancel", "orderConfirm", "reviewCreate"},
    "courier": {
        *("orderCancel", "orderConfirm", "reviewCreate", "orderDepart", "orderArrive"),
        *("stopComplete", "orderReportUndeliverable", "orderHandBack", "assignmentGiveBack"),
    },
    "dispatcher": {
        *("orderCancel", "orderReportUndeliverable", "orderRetry", "orderReturn"),
        *("assignmentGiveBack", "orderAssign"),
    },
    "finance": set(),
}
HAVE_THE_RIGHT["stranger"] = HAVE_THE_RIGHT["customer"]
HAVE_THE_RIGHT["other courier"] = HAVE_THE_RIGHT["courier"]

WITHOUT_COURIER = {OrderState.PLACED, OrderState.OFFERED, OrderState.CANCELLED}


def expected(name: str, role: str, state: str) -> str:
    """What the API answers: a code, or `done`."""
    if role == "nobody":
        return "UNAUTHENTICATED"
    if name not in HAVE_THE_RIGHT[role]:
        return "FORBIDDEN"
    if role in ("stranger", "other courier") or (role == "courier" and state in WITHOUT_COURIER):
        return "NOT_FOUND"
    states = LEGAL[name][role].split()
    if state in states:
        return "done"
    if states == ["-"]:
        return "FORBIDDEN"
    return "NOT_REVIEWABLE" if name == "reviewCreate" else "ILLEGAL_MOVE"


def api_of(on: Stage, role: str) -> Api:
    """The API, called by whoever plays `role`."""
    if role == "nobody":
        return Api(f"{on.tenant.slug}.localhost")
    players = {
        "customer": on.maya,
        "stranger": on.noor,
        "courier": on.tomas,
        "other courier": on.rita,
        "dispatcher": on.dora,
        "finance": on.finn,
    }
    return players[role].api


def input_of(name: str, order: Order, on: Stage) -> tuple[dict[str, Any], dict[str, Any]]:
    """A good input of the mutation for the order as it is, and its files."""
    key = str(order.id)
    input: dict[str, Any] = {"orderId": global_id("Order", order.id), "idempotencyKey": key}
    match name:
        case "orderCancel":
            input["reason"] = "NOT_POSSIBLE"
        case "orderReportUndeliverable":
            input["reason"] = "NOBODY_THERE"
        case "assignmentGiveBack":
            input["reason"] = "TOO_FAR"
        case "orderAssign":
            input["courierId"] = global_id("Courier", on.other.id)
        case "reviewCreate":
            input["score"] = 5
        case "stopComplete":
            with tenant_scope(on.tenant):
                stop = order.stops.exclude(state="done").first() or order.stops.first()
            return {**input, "stopId": global_id("Stop", stop.id)}, {"photo": photo()}
        case "orderHandBack":
            return input, {"photo": photo()}
    return input, {}


def tried(name: str, api: Api, on: Stage, order: Order) -> str:
    """The code that the API answers, or `done`."""
    input, files = input_of(name, order, on)
    try:
        return mutate(api, name, input, **files).get("code", "done")
    except Refused as refused:
        return refused.args[0][0]["extensions"]["code"]


@pytest.mark.parametrize("state", list(OrderState))
def test_every_role_and_every_mutation(alpha: TenantRef, state: str):
    on = stage(alpha)

    def led() -> Order:
        with tenant_scope(alpha):
            return order_at(state, customer=on.maya, courier=on.courier)

    cases = {(name, role): expected(name, role, state) for name in LEGAL for role in ROLES}
    refused = {case: want for case, want in cases.items() if want != "done"}
    order = led()
    with nothing_changes(alpha):
        got = {(name, role): tried(name, api_of(on, role), on, order) for name, role in refused}
    assert got == refused
    for name, role in set(cases) - set(refused):
        assert tried(name, api_of(on, role), on, led()) == "done", (name, role)


# What makes another input of one; and what to ask of those that do not answer the order.
OTHERWISE = {"reason": "OTHER", "score": 1}
SEEN_ELSEWHERE = {"assignmentGiveBack": "orderId", "reviewCreate": "review { id score }"}


@pytest.mark.parametrize("name", LEGAL)
def test_a_mutation_sent_twice_is_carried_out_once(alpha: TenantRef, name: str):
    on = stage(alpha)
    role, states = next(iter(LEGAL[name].items()))
    with tenant_scope(alpha):
        order, other = (
            order_at(states.split()[0], customer=on.maya, courier=on.courier) for _ in range(2)
        )
        events = Event.objects.count()
    input, files = input_of(name, order, on)
    elsewhere = {**input_of(name, other, on)[0], "idempotencyKey": input["idempotencyKey"]}
    select = SEEN_ELSEWHERE.get(name, "order { state history { seq kind at } }")

    def sent(input: dict[str, Any], color: str = "gray") -> Any:
        return mutate(
            api_of(on, role), name, input, select, **{file: photo(color=color) for file in files}
        )

    first = sent(input)
    assert "code" not in first
    with nothing_changes(alpha):
        assert sent(input) == first  # its answer was lost
        changed = [{**input, key: to} for key, to in OTHERWISE.items() if key in input]
        refused = [sent(each) for each in (elsewhere, *changed)]
        refused += [sent(input, "red")] if files else []
        assert {answer["code"] for answer in refused} == {"IDEMPOTENCY_KEY_REUSED"}
    with tenant_scope(alpha):
        assert Event.objects.count() == events + 1


@pytest.mark.parametrize("state", list(OrderState))
def test_the_api_offers_exactly_the_moves_that_would_succeed(alpha: TenantRef, state: str):
    on = stage(alpha)
    with tenant_scope(alpha):
        order = order_at(state, customer=on.maya, courier=on.courier)
    for role in ROLES[:-1]:
        document = "query($id: ID!) { order(id: $id) { moves } }"
        answer = api_of(on, role).post(document, {"id": global_id("Order", order.id)})
        seen = answer["data"]["order"]
        offered = set(seen["moves"]) if seen else set()
        for name, moves in MOVES.items():
            assert bool(offered & moves) == (expected(name, role, state) == "done"), (role, name)
        offered -= set().union(*MOVES.values())
        assert not offered, role


def test_the_api_knows_the_tables_moves():
    assert set(OrderMove) == set(ORDER_LIFE.moves)


def test_another_tenants_order_reads_like_one_that_never_was(alpha: TenantRef, beta: TenantRef):
    on, there = stage(alpha), stage(beta)
    with tenant_scope(beta):
        order = order_at("accepted", customer=there.maya, courier=there.courier)
    document = "query($id: ID!) { order(id: $id) { id } node(id: $id) { id } }"
    never = global_id("Order", on.maya.id)
    for who in (on.maya, on.tomas, on.dora):
        answers = [
            who.api.post(document, {"id": id}) for id in (global_id("Order", order.id), never)
        ]
        assert answers[0] == answers[1] == {"data": {"order": None, "node": None}}
    with nothing_changes(alpha), nothing_changes(beta):
        for name in LEGAL:
            for role in ("customer", "courier", "dispatcher"):
                with tenant_scope(beta):
                    got = tried(name, api_of(on, role), there, order)
                assert got == ("NOT_FOUND" if name in HAVE_THE_RIGHT[role] else "FORBIDDEN")
