"""The hints' server goes away and comes back: events come later, and none is lost."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from devtools.servers.process import free_port
from devtools.servers.valkey import ValkeyServer
from kernel.tenancy import TenantRef, in_tenant
from tests.live.client import Live
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


@pytest.fixture
def own(valkey: ValkeyServer) -> Iterator[Live]:
    """A live server that hears its hints through a Valkey of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.live.server", str(port)]
    with process(command, REDIS_URL=valkey.url):
        yield Live(port).wait()


async def test_followers_catch_up_without_hints(
    own: Live, valkey: ValkeyServer, alpha: TenantRef, ines: Member
):
    async with own.as_member(ines) as wire:
        await wire.subscribe(BOARD)
        await wire.ask("{ brand { currency } }")

        async def seconds_for(seq: int) -> float:
            began = time.monotonic()
            await in_tenant(alpha, order_event, seq)
            assert (await wire.data()) == {"seq": seq}
            return time.monotonic() - began

        assert min([await seconds_for(seq) for seq in (1, 2, 3)]) < 0.3
        valkey.stop()
        for seq in (4, 5):
            assert await seconds_for(seq) < 3
        valkey.start()
        later = [await seconds_for(seq) for seq in range(6, 12)]
        assert min(later) < 0.3, "hints work again"
