"""The hints' server goes away and comes back: events come later, and none is lost."""

import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from django.test import override_settings

from devtools.servers.process import free_port
from devtools.servers.valkey import ValkeyServer
from kernel.tenancy import TenantRef, in_tenant
from tests.live.client import Live, Wire
from tests.live.writing import order_event
from tests.support.cast import Member
from tests.support.processes import process

BOARD = "subscription { boardEvents { seq } }"


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(data_dir=tmp_path / "valkey", port=free_port())
    server.start()
    layer = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [server.url], "prefix": "daiqu"},
    }
    with override_settings(CHANNEL_LAYERS={"default": layer}):
        yield server
    server.stop()


@contextmanager
def server(valkey: ValkeyServer, *, poll_seconds: str) -> Iterator[Live]:
    """A live server that hears its hints through a Valkey of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.live.server", str(port)]
    with process(command, REDIS_URL=valkey.url, POLL_SECONDS=poll_seconds):
        yield Live(port).wait()


async def following(live: Live, who: Member, stack: AsyncExitStack) -> Wire:
    """A socket on which the board is followed for certain: what comes after it is answered."""
    wire = await stack.enter_async_context(live.as_member(who))
    await wire.subscribe(BOARD)
    await wire.ask("{ brand { currency } }")
    return wire


async def test_hints_alone_carry_every_event_and_catch_up_after_an_outage(
    valkey: ValkeyServer, alpha: TenantRef, ines: Member
):
    """The server polls once an hour: whatever comes, a hint has brought it."""
    async with AsyncExitStack() as stack:
        live = stack.enter_context(server(valkey, poll_seconds="3600"))
        wire = await following(live, ines, stack)
        for seq in (1, 2, 3):
            await in_tenant(alpha, order_event, seq)
            assert await wire.data() == {"seq": seq}
        valkey.stop()
        for seq in (4, 5):
            await in_tenant(alpha, order_event, seq)
        valkey.start()
        last, heard = 5, []
        while not heard:  # the first hints may still go to the connection that broke
            last += 1
            await in_tenant(alpha, order_event, last)
            with suppress(TimeoutError):
                heard.append((await wire.data(patience=1))["seq"])
            assert last < 60
        while heard[-1] < last:
            heard.append((await wire.data())["seq"])
        assert heard == list(range(4, last + 1))


async def test_without_hints_the_poll_carries_every_event(
    valkey: ValkeyServer, alpha: TenantRef, ines: Member
):
    async with AsyncExitStack() as stack:
        live = stack.enter_context(server(valkey, poll_seconds="0.2"))
        wire = await following(live, ines, stack)
        valkey.stop()
        for seq in (1, 2, 3):
            await in_tenant(alpha, order_event, seq)
            assert await wire.data() == {"seq": seq}
