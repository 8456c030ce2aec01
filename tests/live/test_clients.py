"""The live endpoint before clients that nobody here wrote: npm's graphql-ws and Python's gql."""

import asyncio
import json
import socket
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed

from kernel.tenancy import TenantRef, in_tenant
from tests.live.client import Live
from tests.live.writing import order_event
from tests.support.cast import Member
from tests.support.database import ALPHA_HOST
from tests.support.node import client_folder, run_script

BOARD = "subscription($after: String) { boardEvents(after: $after) { cursor seq } }"
COUNT = 30


def transport(live: Live, **payload: str) -> WebsocketsTransport:
    return WebsocketsTransport(
        url=f"ws://{ALPHA_HOST}:{live.port}/graphql",
        init_payload=payload,
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        connect_args={"sock": socket.create_connection(("127.0.0.1", live.port))},
    )


async def start_of(live: Live, member: Member) -> str:
    async with Client(transport=transport(live, token=member.token)) as session:
        answer: dict[str, Any] = await session.execute(gql("{ liveCursor brand { currency } }"))
    assert answer["brand"] == {"currency": "CNY"}
    return answer["liveCursor"]


async def test_gql_queries_follows_and_resumes(live: Live, alpha: TenantRef, ines: Member):
    cursor = await start_of(live, ines)
    for first in (1, 3):
        await in_tenant(alpha, order_event, first)
        async with Client(transport=transport(live, token=ines.token)) as session:
            seqs = []
            following = GraphQLRequest(BOARD, variable_values={"after": cursor})
            async for answer in session.subscribe(following):
                seqs.append(answer["boardEvents"]["seq"])
                cursor = answer["boardEvents"]["cursor"]
                if len(seqs) == 2:
                    break
                await in_tenant(alpha, order_event, first + 1)
        assert seqs == [first, first + 1]


async def test_gql_is_refused(live: Live, maya: Member):
    async with Client(transport=transport(live, token=maya.token)) as session:
        with pytest.raises(TransportQueryError) as refused:
            async for _ in session.subscribe(gql(BOARD)):
                pass
    assert refused.value.errors[0]["extensions"]["code"] == "FORBIDDEN"
    with pytest.raises(TransportConnectionFailed) as closed:
        async with Client(transport=transport(live, token="nobody")):
            pass
    cause = closed.value.__cause__
    assert isinstance(cause, ConnectionClosed)
    assert cause.rcvd
    assert cause.rcvd.code == 4401


async def test_npm_graphql_ws_queries_is_refused_follows_and_resumes(
    live: Live, alpha: TenantRef, ines: Member
):
    folder = await asyncio.to_thread(client_folder, "ws")
    arguments = (str(live.port), ALPHA_HOST, ines.token, await start_of(live, ines), str(COUNT))
    client = asyncio.create_task(asyncio.to_thread(run_script, folder, "follow.mjs", *arguments))
    for seq in range(1, COUNT + 1):
        await in_tenant(alpha, order_event, seq)
        await asyncio.sleep(0.02)
    lines = [json.loads(line) for line in (await client).stdout.splitlines()]
    assert lines == [
        {"query": [{"data": {"brand": {"currency": "CNY"}}}]},
        {"refused": "FORBIDDEN"},
        {"closed": 4401},
        {"seqs": list(range(1, COUNT + 1))},
    ]
