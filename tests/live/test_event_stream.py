"""GraphQL over server-sent events: the same facts for those who can hold no socket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from django.test import Client

from kernel import clock
from kernel.tenancy import TenantRef, in_tenant
from tenants.access.services.sessions import sign_out
from tests.live.client import PATIENCE, Live
from tests.live.writing import order_event
from tests.support.cast import Member
from tests.support.database import ALPHA_HOST

BOARD = "subscription($after: String) { boardEvents(after: $after) { cursor seq } }"


class Stream:
    """Server-sent events as they come: (event, id, data)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.aiter_lines()

    async def event(self, patience: float = PATIENCE) -> tuple[str, str | None, Any]:
        """The next event, comments skipped."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(patience):
            async for line in self.lines:
                if line.startswith(":"):
                    continue
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
                elif fields:
                    data = json.loads(fields["data"]) if fields["data"] else None
                    return fields["event"], fields.get("id"), data
        raise EOFError

    async def ends(self) -> bool:
        """Whether nothing more comes and the response is complete."""
        async with asyncio.timeout(PATIENCE):
            return [line async for line in self.lines if line] == []


@asynccontextmanager
async def stream(
    live: Live, asked: str | dict[str, Any], token: str | None = None, **headers: str
) -> AsyncIterator[Stream]:
    """The answer to a document, or to a request as it is given."""
    request = {"query": asked} if isinstance(asked, str) else asked
    headers |= {"Host": ALPHA_HOST, "Accept": "text/event-stream"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream(
            "POST", f"http://127.0.0.1:{live.port}/graphql", json=request, headers=headers
        ) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        yield Stream(response)


async def test_a_query_is_one_next_and_a_complete(live: Live):
    async with stream(live, "{ brand { currency } }") as events:
        assert await events.event() == ("next", None, {"data": {"brand": {"currency": "CNY"}}})
        assert await events.event() == ("complete", None, None)
        assert await events.ends()


async def test_events_come_with_their_cursor_and_resume_from_the_last(
    live: Live, alpha: TenantRef, ines: Member
):
    async with stream(live, "{ liveCursor }", ines.token) as events:
        start = (await events.event())[2]["data"]["liveCursor"]
    async with stream(live, BOARD, ines.token, **{"Last-Event-ID": start}) as events:
        for seq in (1, 2):
            await in_tenant(alpha, order_event, seq)
            event, cursor, answer = await events.event()
            assert (event, answer["data"]["boardEvents"]) == (
                "next",
                {"cursor": cursor, "seq": seq},
            )
    for seq in (3, 4):
        await in_tenant(alpha, order_event, seq)
    async with stream(live, BOARD, ines.token, **{"Last-Event-ID": str(cursor)}) as events:
        await in_tenant(alpha, order_event, 5)
        seen = [(await events.event())[2]["data"]["boardEvents"]["seq"] for _ in range(3)]
        assert seen == [3, 4, 5]


async def test_errors_are_said_inside_the_stream(live: Live, maya: Member, ines: Member):
    for query, token, code in (
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        (BOARD, None, "UNAUTHENTICATED"),
        (BOARD, maya.token, "FORBIDDEN"),
        ('subscription { boardEvents(after: "x") { seq } }', ines.token, "INVALID_CURSOR"),
    ):
        async with stream(live, query, token) as events:
            event, _, answer = await events.event()
            assert (event, answer["errors"][0]["extensions"]["code"]) == ("next", code)
            assert (await events.event())[0] == "complete"
            assert await events.ends()


async def test_a_session_that_ends_ends_the_stream(live: Live, ines: Member):
    async with stream(live, BOARD, ines.token) as events:
        await asyncio.sleep(0.2)
        await in_tenant(ines.tenant, sign_out, actor=ines.actor, at=clock.now())
        event, _, answer = await events.event(0.5)
        assert (event, answer["errors"][0]["extensions"]["code"]) == ("next", "UNAUTHORIZED")
        assert (await events.event())[0] == "complete"
        assert await events.ends()


def test_a_server_without_a_loop_says_that_it_cannot(ines: Member):
    answer = Client(headers={"host": ALPHA_HOST}).post(
        "/graphql",
        {"query": BOARD},
        content_type="application/json",
        headers={"accept": "text/event-stream", "authorization": f"Bearer {ines.token}"},
    )
    assert answer.status_code == 406


def test_what_is_no_request_at_all_is_refused_as_json():
    answer = Client(headers={"host": ALPHA_HOST}).post(
        "/graphql", "{", content_type="application/json", headers={"accept": "text/event-stream"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"]
