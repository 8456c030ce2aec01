"""graphql-transport-ws to the letter: what a socket answers to anything that can be sent."""

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from kernel.tenancy import TenantRef, in_tenant
from tests.live.client import Live
from tests.live.writing import order_event
from tests.support.cast import Member, OwnerMember
from tests.support.database import ALPHA_HOST, PLATFORM_HOST

BRAND = "{ brand { currency } }"
BOARD = "subscription($after: String) { boardEvents(after: $after) { kind } }"


def subscribe(id: Any = "1", **payload: Any) -> dict[str, Any]:
    return {"type": "subscribe", "id": id, "payload": {"query": BRAND} | payload}


async def test_a_query_is_answered_and_completed(live: Live):
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin()
        assert await wire.ask(BRAND) == {"data": {"brand": {"currency": "CNY"}}}
        for again in ("1", "1"):  # an id is free again once its operation has ended
            await wire.send(subscribe(again))
            assert (await wire.receive())["type"] == "next"
            assert await wire.receive() == {"type": "complete", "id": again}


async def test_the_platforms_host_answers_its_owner(live: Live, olga: OwnerMember):
    async with live.open(PLATFORM_HOST) as wire:
        await wire.begin(olga.token)
        refused = await wire.subscribe(BRAND)
        answer = await wire.receive()
        assert (answer["type"], answer["id"]) == ("error", refused)
        assert answer["payload"][0]["extensions"]["code"] == "WRONG_HOST"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", 4400),
        ("{", 4400),
        ("[" * 100_000, 4400),
        ('{"type": "ping"', 4400),
        ("null", 4400),
        ("[]", 4400),
        ('"ping"', 4400),
        ("1", 4400),
        ("NaN", 4400),
        (b"\x00\x01", 4400),
        (b'{"type":"ping"}', 4400),
        ('{"type": "ping", "payload": "\\ud800"}', 4400),
        ({}, 4400),
        ({"type": None}, 4400),
        ({"type": []}, 4400),
        ({"type": "start", "id": "1"}, 4400),
        ({"type": "next", "id": "1", "payload": {}}, 4400),
        ({"type": "connection_ack"}, 4400),
        ({"type": "connection_init", "payload": []}, 4400),
        ({"type": "connection_init", "payload": "x"}, 4400),
        ({"type": "connection_init"}, 4429),
        ({"type": "ping", "payload": 1}, 4400),
        ({"type": "ping", "payload": []}, 4400),
        ({"type": "pong", "payload": "x"}, 4400),
        ({"type": "complete"}, 4400),
        ({"type": "complete", "id": 1}, 4400),
        ({"type": "complete", "id": ""}, 4400),
        ({"type": "subscribe", "payload": {"query": BRAND}}, 4400),
        (subscribe(None), 4400),
        (subscribe(""), 4400),
        (subscribe(7), 4400),
        (subscribe(["1"]), 4400),
        (subscribe("1" * 129), 4400),
        ({"type": "subscribe", "id": "1"}, 4400),
        ({"type": "subscribe", "id": "1", "payload": None}, 4400),
        ({"type": "subscribe", "id": "1", "payload": BRAND}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {}}, 4400),
        (subscribe(query=None), 4400),
        (subscribe(query=["x"]), 4400),
        (subscribe(variables=[]), 4400),
        (subscribe(variables="{}"), 4400),
        (subscribe(operationName=1), 4400),
        (subscribe(extensions=[]), 4400),
        (subscribe(query="#" * 131_072), 1009),
        ("x" * 300_000, 1009),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_garbage_closes_with_the_protocols_code(live: Live, message: Any, code: int):
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin()
        await wire.send(message)
        assert await wire.receive() == code


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"authorization": "Bearer nobody"}, 4401),
        ({"authorization": "Basic nobody"}, 4401),
        ({"token": "nobody"}, 4401),
        ({"token": 1}, 4400),
        ({"authorization": {}}, 4400),
        ({"acceptLanguage": ["en"]}, 4400),
    ],
    ids=str,
)
async def test_credentials_that_hold_nothing_are_refused(live: Live, payload: Any, code: int):
    async with live.open(ALPHA_HOST) as wire:
        await wire.send({"type": "connection_init", "payload": payload})
        assert await wire.receive() == code


async def test_a_token_of_another_operator_is_refused(live: Live, ines_of_beta: Member):
    async with live.open(ALPHA_HOST) as wire:
        await wire.send({"type": "connection_init", "payload": {"token": ines_of_beta.token}})
        assert await wire.receive() == 4401


async def test_init_may_have_a_null_payload_and_a_token_of_its_own_name(live: Live, maya: Member):
    for payload in (None, {}, {"token": maya.token}):
        async with live.open(ALPHA_HOST) as wire:
            await wire.send({"type": "connection_init", "payload": payload})
            assert await wire.receive() == {"type": "connection_ack"}


async def test_answers_are_in_the_language_of_the_init(live: Live):
    for language, name in (("en", "Alpha Errands"), ("zh-CN,zh;q=0.9", "阿尔法跑腿")):
        async with live.open(ALPHA_HOST) as wire:
            await wire.begin(acceptLanguage=language)
            answer = await wire.ask("{ brand { name } }")
            assert answer["data"]["brand"]["name"] == name


async def test_nothing_runs_before_the_init(live: Live):
    async with live.open(ALPHA_HOST) as wire:
        await wire.send(subscribe())
        assert await wire.receive() == 4401


async def test_whoever_does_not_init_is_closed(live: Live):
    async with live.open(ALPHA_HOST) as wire:
        assert await wire.receive(3) == 4408


async def test_pings_are_echoed_even_before_the_init(live: Live):
    async with live.open(ALPHA_HOST) as wire:
        await wire.send({"type": "ping"})
        assert await wire.receive() == {"type": "pong"}
        await wire.begin()
        await wire.send({"type": "ping", "payload": {"at": [1, None]}})
        assert await wire.receive() == {"type": "pong", "payload": {"at": [1, None]}}
        await wire.send({"type": "pong"})
        await wire.send({"type": "complete", "id": "never was"})
        assert (await wire.ask(BRAND))["data"]


async def test_an_id_in_use_closes(live: Live, ines: Member):
    async with live.as_member(ines) as wire:
        await wire.subscribe(BOARD, id="same")
        await wire.subscribe(BRAND, id="same")
        assert await wire.receive() == 4409


@pytest.mark.parametrize("protocols", [("graphql-ws",), ("soap",), None], ids=str)
async def test_other_subprotocols_are_not_acceptable(live: Live, protocols: Any):
    async with live.open(ALPHA_HOST, protocols=protocols) as wire:
        assert await wire.receive() == 4406


async def test_ours_is_chosen_among_others(live: Live):
    async with live.open(ALPHA_HOST, protocols=("graphql-ws", "graphql-transport-ws")) as wire:
        await wire.begin()
        assert wire.connection.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize(
    ("host", "path"),
    [("gamma.localhost", "/graphql"), (ALPHA_HOST, "/"), (ALPHA_HOST, "/graphql/other")],
)
async def test_an_unknown_place_is_a_404_that_names_nothing(live: Live, host: str, path: str):
    with pytest.raises(InvalidStatus) as refused:
        async with live.open(host, path=path):
            pass
    assert refused.value.response.status_code == 404
    assert json.loads(refused.value.response.body) == {
        "errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { boardEvents { kind } offerEvents { kind } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) { brand { name } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { liveCursor } query B { liveCursor }", "BAD_USER_INPUT"),
        ("subscription($a: String!) { boardEvents(after: $a) { kind } }", "BAD_USER_INPUT"),
        ('subscription { boardEvents(after: "x") { kind } }', "INVALID_CURSOR"),
        ('subscription { orderEvents(orderId: "x") { kind } }', "BAD_USER_INPUT"),
        ('subscription { orderEvents(orderId: "T3JkZXI6eA==") { kind } }', "NOT_FOUND"),
        (
            "subscription { orderEvents("
            'orderId: "T3JkZXI6MDE5MDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAx") { kind } }',
            "NOT_FOUND",
        ),
    ],
)
async def test_what_cannot_run_is_one_error_and_the_socket_lives(
    live: Live, ines: Member, query: str, code: str
):
    async with live.as_member(ines) as wire:
        id = await wire.subscribe(query)
        answer = await wire.receive()
        assert (answer["type"], answer["id"]) == ("error", id)
        assert answer["payload"][0]["extensions"]["code"] == code
        assert (await wire.ask(BRAND))["data"]


async def test_operations_at_a_time_are_bounded(live: Live, alpha: TenantRef, ines: Member):
    async with live.as_member(ines) as wire:
        cursor = (await wire.ask("{ liveCursor }"))["data"]["liveCursor"]
        for number in range(100):
            await wire.subscribe(BOARD, id=f"board {number}", after=cursor)
        refused = await wire.subscribe(BOARD, id="one more")
        answer = await wire.receive()
        assert (answer["type"], answer["id"]) == ("error", refused)
        assert answer["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await in_tenant(alpha, order_event, 1)
        followers = {(await wire.receive())["id"] for _ in range(100)}
        assert followers == {f"board {number}" for number in range(100)}
        await wire.send({"type": "complete", "id": "board 0"})
        assert (await wire.ask(BRAND))["data"]
