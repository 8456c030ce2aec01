"""Which documents run over sockets and event streams: as over HTTP."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from devtools.servers.process import free_port
from kernel.tenancy import TenantRef, in_tenant
from tests.contracts.test_documents import BRAND, UNKNOWN, id_of
from tests.live.client import Live
from tests.live.test_event_stream import stream
from tests.live.writing import order_event
from tests.support.asking import ROWS
from tests.support.cast import Member
from tests.support.database import ALPHA_HOST, fixed_id
from tests.support.processes import process
from tests.support.world import world


@pytest.fixture(scope="module")
def closed(_worker_database: None) -> Iterator[Live]:
    """A live server where documents are not free."""
    port = free_port()
    command = [sys.executable, "-m", "tests.live.server", str(port)]
    with process(command, FREE_DOCUMENTS="0"):
        yield Live(port).wait()


def by_id(document_id: Any, **more: Any) -> dict[str, Any]:
    return {"type": "subscribe", "id": "1", "payload": {"documentId": document_id, **more}}


@pytest.mark.parametrize("query", [{}, {"query": ""}])
async def test_a_trusted_document_runs_by_its_id(live: Live, query: dict[str, str]):
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin()
        await wire.send(by_id(id_of("CustomerBrand"), **query))
        answer = await wire.receive()
        assert answer["payload"]["data"]["brand"]["currency"] == "CNY"


async def test_it_is_followed_by_its_id(live: Live, alpha: TenantRef):
    ines = (await asyncio.to_thread(world, alpha)).ines
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin(ines.token)
        cursor = (await wire.ask("{ liveCursor }"))["data"]["liveCursor"]
        await wire.send(by_id(id_of("OperatorBoard"), variables={"after": cursor}))
        await in_tenant(alpha, order_event, 100, fixed_id(ROWS["Order"]))
        event = (await wire.receive())["payload"]["data"]["boardEvents"]
        assert (event["seq"], event["cursor"] != cursor) == (100, True)


async def test_an_event_stream_follows_by_its_id(live: Live, alpha: TenantRef):
    ines = (await asyncio.to_thread(world, alpha)).ines
    async with stream(live, "{ liveCursor }", ines.token) as events:
        cursor = (await events.event())[2]["data"]["liveCursor"]
    board = {"documentId": id_of("OperatorBoard"), "variables": {"after": cursor}}
    async with stream(live, board, ines.token) as events:
        await in_tenant(alpha, order_event, 100, fixed_id(ROWS["Order"]))
        event, last, answer = await events.event()
        seen = answer["data"]["boardEvents"]
        assert (event, seen["seq"], seen["cursor"] == last) == ("next", 100, True)
    # What was missed comes with the same document, from where the stream broke off.
    await in_tenant(alpha, order_event, 101, fixed_id(ROWS["Order"]))
    async with stream(live, board, ines.token, **{"Last-Event-ID": str(last)}) as events:
        assert (await events.event())[2]["data"]["boardEvents"]["seq"] == 101


async def test_a_stream_of_one_answer_by_its_id(live: Live):
    async with stream(live, {"documentId": id_of("CustomerBrand")}) as events:
        assert (await events.event())[2]["data"]["brand"]["currency"] == "CNY"
        assert await events.event() == ("complete", None, None)


async def test_a_stream_by_an_unknown_id_is_refused(closed: Live, ines: Member):
    for document_id in (UNKNOWN, id_of("OperatorBoard")[:-1]):
        async with stream(closed, {"documentId": document_id}, ines.token) as events:
            event, _, answer = await events.event()
            assert (event, answer["errors"][0]["extensions"]["code"]) == (
                "next",
                "DOCUMENT_UNKNOWN",
            )
            assert "data" not in answer
            assert await events.event() == ("complete", None, None)
            assert await events.ends()


async def test_a_stream_by_a_document_of_ones_own_is_refused(closed: Live, maya: Member):
    for query in (BRAND, "subscription { offerEvents { seq } }"):
        async with stream(closed, query, maya.token) as events:
            _, _, answer = await events.event()
            assert answer["errors"][0]["extensions"]["code"] == "FREE_DOCUMENT_REFUSED"
            assert await events.event() == ("complete", None, None)
    board = {"documentId": id_of("OperatorBoard"), "variables": {"after": None}}
    async with stream(closed, board, maya.token) as events:
        _, _, answer = await events.event()
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_an_unknown_id_is_refused(live: Live):
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin()
        await wire.send(by_id(UNKNOWN))
        answer = await wire.receive()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"


@pytest.mark.parametrize("payload", [{"query": BRAND}, {"documentId": 1, "query": None}])
async def test_it_is_one_or_the_other(live: Live, payload: dict[str, Any]):
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin()
        await wire.send(by_id(UNKNOWN) | {"payload": {"documentId": UNKNOWN, **payload}})
        assert await wire.receive() == 4400


async def test_a_document_of_ones_own_is_refused(closed: Live, maya: Member):
    async with closed.open(ALPHA_HOST) as wire:
        await wire.begin(maya.token)
        for query in (BRAND, "subscription { offerEvents { seq } }"):
            await wire.subscribe(query)
            answer = await wire.receive()
            assert answer["type"] == "error"
            assert answer["payload"][0]["extensions"]["code"] == "FREE_DOCUMENT_REFUSED"


async def test_staff_send_documents_of_their_own(closed: Live, ines: Member):
    async with closed.open(ALPHA_HOST) as wire:
        await wire.begin(ines.token)
        answer = await wire.ask(BRAND)
        assert answer["extensions"]["cost"]["cost"] == 1
