"""Inside one process: who shares a rendering, what a follower is sent, and how a queue ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest
import strawberry
from django.core.exceptions import ImproperlyConfigured

from kernel import clock
from kernel.tenancy import TenantRef, in_tenant
from schema.core.build import build_schema
from schema.core.context import Context
from schema.live import groups, outbox
from schema.live.execution import Request, begin
from schema.live.groups import Frame, Subscription
from schema.live.hub import Hub
from schema.live.outbox import Outbox
from schema.live.subscriptions import LiveSubscriptions
from schema.live.topics import Asked, check_topics
from tenants.journal.selectors import Cursor, LoggedEvent, Page, Snapshot, event_cursor
from tests.live.writing import order_event
from tests.support.cast import Member

BOARD = "subscription($after: String) { boardEvents(after: $after) { cursor seq } }"


class Ears:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []

    def next(self, payload: str, cursor: str) -> None:
        event = orjson.loads(payload)["data"]["boardEvents"]
        assert event["cursor"] == cursor
        self.heard.append((event["seq"], cursor))

    def too_slow(self) -> None:
        self.heard.append((0, "too slow"))

    async def room(self) -> None:
        return None


class Followers:
    """A hub, and tasks that follow it."""

    def __init__(self, hub: Hub, tasks: asyncio.TaskGroup) -> None:
        self.hub = hub
        self.tasks = tasks

    async def add(self, member: Member, query: str = BOARD, **variables: str) -> Ears:
        """One more."""
        request, ears = Request(query, variables), Ears()
        context = Context(token=member.token, accept_language="en")
        asked = await in_tenant(self.hub.tenant, begin, request, context)
        assert isinstance(asked, Asked)
        self.tasks.create_task(self.hub.follow(asked, request, ears))
        return ears


class Over(Exception):
    """Ends the group's tasks."""


@asynccontextmanager
async def running(tenant: TenantRef) -> AsyncIterator[Followers]:
    hub = Hub(tenant)
    try:
        async with asyncio.TaskGroup() as tasks:
            yield Followers(hub, tasks)
            raise Over
    except* Over:
        hub.stop()


async def test_equal_followers_share_one_rendering_of_each_event(
    alpha: TenantRef, ines: Member, monkeypatch: pytest.MonkeyPatch
):
    rendered: list[str] = []
    real = groups.render
    monkeypatch.setattr(
        groups, "render", lambda request, *rest: rendered.append("") or real(request, *rest)
    )
    async with running(alpha) as followers:
        await in_tenant(alpha, order_event, 1)
        everything = str(await first_cursor(alpha))
        late = [await followers.add(ines, after=everything) for _ in range(3)]
        live = [await followers.add(ines) for _ in range(20)]
        other = await followers.add(ines, query=BOARD.replace("seq", "seq kind"))
        await in_tenant(alpha, order_event, 2)
        followers.hub.wake(log_only=True)
        async with asyncio.timeout(5):
            while not all(ears.heard for ears in (*live, other)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert [[seq for seq, _ in ears.heard] for ears in late] == [[1, 2]] * 3
    assert [[seq for seq, _ in ears.heard] for ears in live] == [[2]] * 20
    # Event 1 once for those who came late, event 2 once for all of them, and once for the other.
    assert len(rendered) == 3


async def first_cursor(tenant: TenantRef) -> Cursor:
    """A cursor that has seen nothing at all."""
    now = await in_tenant(tenant, event_cursor)
    return Cursor(now.epoch, Snapshot.parse("1:1:"))


async def test_a_log_that_was_replaced_sends_everybody_to_start_afresh(alpha: TenantRef):
    class Visitor:
        session_id, rights = None, frozenset()

        def __init__(self) -> None:
            self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def close(self, code: int, reason: str) -> None:
            self.closed.set_result(code)

    async with running(alpha) as followers:
        hub, visitor = followers.hub, Visitor()
        hub.connections.add(visitor)
        async with asyncio.timeout(5):
            await hub._ready.wait()
            await asyncio.sleep(0.3)  # its first read is over
            hub._cursor = Cursor("00000000", Snapshot.parse("1:1:"))
            hub.wake(log_only=True)
            assert await visitor.closed == 1012


def event(id: int, xid: int) -> LoggedEvent:
    return LoggedEvent(id, xid, "order:1", id, "order.noted", None, clock.now(), {})


def test_a_follower_who_caught_up_is_sent_nothing_twice_and_resumes_from_what_it_has():
    """Its catch-up saw more than the hub's last read: 11 and 13 of the page that comes now."""
    since, base, now = map(Snapshot.parse, ("12:14:12", "10:11:10", "20:20:"))
    page = Page(
        [event(1, 11), event(2, 12), event(3, 13), event(4, 14)], base, Cursor("e", now), False
    )
    ears = Remembering()
    subscription = Subscription(ears, catching_up=True)
    frames = [Frame(e, page, ["<", ">"], is_last=e.id == 4) for e in page.events]
    subscription.take(frames[0])
    subscription.take(frames[1])
    assert ears.sent == []
    subscription.go_live(since)
    subscription.take(frames[2])
    subscription.take(frames[3])
    assert ears.sent == [f"<e.{since.text}/{now.text}/2>", f"<e.{now.text}>"]
    later = Page([event(5, 21)], now, Cursor("e", Snapshot.parse("22:22:")), False)
    subscription.take(Frame(later.events[0], later, ["<", ">"], is_last=False))
    assert ears.sent[2:] == [f"<e.{now.text}/22:22:/5>"]


class Remembering(Ears):
    """A sink that keeps the text."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def next(self, payload: str, cursor: str) -> None:
        self.sent.append(payload)


def test_snapshots_cover_what_they_have_seen():
    old, new = Snapshot.parse("10:14:10,12"), Snapshot.parse("12:20:12,15")
    assert new.covers(old)
    assert not old.covers(new)
    assert old.covers(old)
    assert not Snapshot.parse("11:20:11").covers(Snapshot.parse("12:12:"))
    assert [xid for xid in range(9, 16) if old.sees(xid)] == [9, 11, 13]


def test_a_subscription_field_without_a_topic_does_not_start():
    @strawberry.type
    class Query:
        one: int = 1

    @strawberry.type
    class Subscription(LiveSubscriptions):
        @strawberry.subscription
        async def bare(self) -> AsyncIterator[int]:
            yield 1

    check_topics(build_schema(Query, subscription=LiveSubscriptions))
    with pytest.raises(ImproperlyConfigured, match="bare"):
        check_topics(build_schema(Query, subscription=Subscription))


async def test_an_outbox_keeps_the_order_and_its_bounds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outbox, "MAX_FRAMES", 3)
    sent: list[str] = []
    overflowed: list[bool] = []
    gate = asyncio.Event()

    async def send(frame: str) -> None:
        await gate.wait()
        sent.append(frame)

    box = Outbox(send, lambda: overflowed.append(True))
    gate.set()
    box.put("0")
    assert sent == ["0"], "a client that keeps up is written to at once"
    gate.clear()
    for number in range(1, 5):
        box.put(str(number))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await box.room()
    gate.set()
    await box.room()
    await asyncio.sleep(0)
    assert sent == list("01234")
    gate.clear()
    for number in range(5, 15):
        box.put(str(number))
    assert overflowed == [True]
    gate.set()
    await box.flushed()
    assert sent == list("012345")
