"""Following over real sockets: everything once, in order, to whom it is for and to nobody else."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kernel.tenancy import TenantRef, in_tenant
from tests.live.client import Live
from tests.live.writing import offer_event, order_event, order_events, write_for_a_while
from tests.support.cast import Member
from tests.support.database import ALPHA_HOST

BOARD = "subscription($after: String) { boardEvents(after: $after) { cursor seq kind orderId } }"
OFFERS = "subscription($after: String) { offerEvents(after: $after) { cursor seq kind offerId } }"
ORDERS, EVENTS = 6, 30


async def cursor_of(live: Live, member: Member) -> str:
    async with live.as_member(member) as wire:
        answer = await wire.ask("{ liveCursor }")
        return answer["data"]["liveCursor"]


async def test_each_event_reaches_every_follower_of_this_tenant_at_once(
    live: Live, alpha: TenantRef, ines: Member, ines_of_beta: Member
):
    async with (
        live.as_member(ines) as one,
        live.as_member(ines) as two,
        live.as_member(ines_of_beta) as other,
    ):
        for wire in (one, two, other):
            await wire.subscribe(BOARD)
            await wire.ask("{ brand { currency } }")
        for seq in (1, 2):
            await in_tenant(alpha, order_event, seq)
            for wire in (one, two):
                event = await wire.data()
                assert (event["seq"], event["kind"]) == (seq, "order.noted")
        assert await other.quiet()


async def test_nothing_missed_or_doubled_by_clients_that_lose_their_connection(
    live: Live, alpha: TenantRef, beta: TenantRef, ines: Member, ines_of_beta: Member
):
    """Two operators with the same orders are written to at once; a follower stays, others go and
    come back with the cursor of the last event that they saw."""

    async def follow(member: Member, seed: int, *, stays: bool) -> list[tuple[str, int]]:
        dice = random.Random(seed)  # noqa: S311
        seen: list[tuple[str, int]] = []
        cursor = starts[member.tenant.slug]
        while len(seen) < ORDERS * EVENTS:
            async with live.as_member(member) as wire:
                await wire.subscribe(BOARD, after=cursor)
                for _ in range(10_000 if stays else dice.randint(1, 40)):
                    event = await wire.data()
                    cursor = event["cursor"]
                    seen.append((event["orderId"], event["seq"]))
                    if len(seen) == ORDERS * EVENTS:
                        assert await wire.quiet()
                        break
                wire.connection.transport.abort()
        return seen

    members = {"alpha": ines, "beta": ines_of_beta}
    starts = {slug: await cursor_of(live, member) for slug, member in members.items()}
    with ThreadPoolExecutor(2 * ORDERS) as pool:
        writing = [
            *write_for_a_while(alpha, pool, orders=ORDERS, events=EVENTS, delay=0.05),
            *write_for_a_while(beta, pool, orders=ORDERS, events=EVENTS, delay=0.05),
        ]
        followers = [
            follow(member, seed, stays=seed == 0)
            for member in members.values()
            for seed in (0, 1, 2)
        ]
        results = await asyncio.gather(*followers)
    for future in writing:
        future.result()
    for seen in results:
        assert len(set(seen)) == len(seen) == ORDERS * EVENTS
        for order in {order for order, _ in seen}:
            assert [seq for o, seq in seen if o == order] == list(range(1, EVENTS + 1))


async def test_what_was_missed_is_replayed_from_any_event_on(
    live: Live, alpha: TenantRef, ines: Member
):
    start = await cursor_of(live, ines)
    for seq in (1, 2, 3):
        await in_tenant(alpha, order_event, seq)
    async with live.as_member(ines) as wire:
        await wire.subscribe(BOARD, after=start)
        cursors = [(await wire.data())["cursor"] for _ in range(3)]
    for number, cursor in enumerate(cursors, start=1):
        async with live.as_member(ines) as wire:
            await wire.subscribe(BOARD, after=cursor)
            replayed = [(await wire.data())["seq"] for _ in range(3 - number)]
            assert replayed == list(range(number + 1, 4))
            assert await wire.quiet(0.1)


async def test_who_missed_too_much_is_given_a_place_to_start_from(
    live: Live, alpha: TenantRef, ines: Member
):
    start = await cursor_of(live, ines)
    await in_tenant(alpha, order_events, 2_001)
    async with live.as_member(ines) as wire:
        await wire.subscribe(BOARD, after=start)
        (error,) = (await wire.receive())["payload"]
        assert error["extensions"]["code"] == "CURSOR_TOO_OLD"
        await wire.subscribe(BOARD, after=error["extensions"]["cursor"])
        await in_tenant(alpha, order_event, 2_002)
        assert (await wire.data())["seq"] == 2_002


async def test_offers_are_for_the_courier_they_were_made_to(
    live: Live, alpha: TenantRef, tomas: Member, maya: Member
):
    async with live.as_member(tomas) as wire:
        await wire.subscribe(OFFERS)
        await wire.ask("{ brand { currency } }")
        await in_tenant(alpha, offer_event, 1, maya.id)
        await in_tenant(alpha, order_event, 2)
        await in_tenant(alpha, offer_event, 3, tomas.id)
        await in_tenant(alpha, offer_event, 4, tomas.id, "offer.withdrawn")
        assert [(await wire.data())["kind"] for _ in range(2)] == ["offer.made", "offer.withdrawn"]
        assert await wire.quiet()


@pytest.mark.parametrize(
    ("role", "query", "code"),
    [
        ("maya", BOARD, "FORBIDDEN"),
        ("tomas", BOARD, "FORBIDDEN"),
        ("ines", OFFERS, "FORBIDDEN"),
        ("nobody", BOARD, "UNAUTHENTICATED"),
        ("nobody", "{ liveCursor }", "UNAUTHENTICATED"),
    ],
)
async def test_the_wrong_role_is_refused(
    live: Live, maya: Member, tomas: Member, ines: Member, role: str, query: str, code: str
):
    tokens = {"maya": maya.token, "tomas": tomas.token, "ines": ines.token}
    async with live.open(ALPHA_HOST) as wire:
        await wire.begin(tokens.get(role))
        await wire.subscribe(query)
        answer = await wire.receive()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == code


async def test_a_completed_subscription_is_silent(live: Live, alpha: TenantRef, ines: Member):
    async with live.as_member(ines) as wire:
        id = await wire.subscribe(BOARD)
        await wire.send({"type": "complete", "id": id})
        await wire.ask("{ brand { currency } }")
        await in_tenant(alpha, order_event, 1)
        assert await wire.quiet()


async def test_a_thousand_interleaved_queries_never_answer_for_the_other_tenant(
    live: Live, ines: Member, ines_of_beta: Member
):
    async def talk(member: Member, currency: str) -> int:
        async with live.as_member(member) as wire:
            for _ in range(50):
                await wire.subscribe("{ brand { currency } viewer: brand { language } }")
            right = 0
            for _ in range(100):
                message: Any = await wire.receive()
                if message["type"] == "next":
                    right += message["payload"]["data"]["brand"]["currency"] == currency
            return right

    counts = await asyncio.gather(
        *(talk(ines, "CNY") for _ in range(10)), *(talk(ines_of_beta, "GBP") for _ in range(10))
    )
    assert counts == [50] * 20
