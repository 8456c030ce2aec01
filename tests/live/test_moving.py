"""Sockets of a tenant that moves to another server come back and go on there; others stay."""

import asyncio
import sys
import threading
from collections.abc import Iterator

import pytest
from django.db import connections

from devtools.servers.process import free_port
from kernel import clock
from kernel.tenancy import TenantRef, in_platform, in_tenant
from registry.archives.locks import archive_lock
from registry.fleet import move as moving
from registry.fleet.freeze import tenant_frozen
from registry.models import Tenant
from schema.live.hints import remote_layer
from tests.live.client import Live
from tests.live.writing import order_event
from tests.support.cast import Member, cast
from tests.support.moving import move, row
from tests.support.processes import process
from tests.support.second import Second

BOARD = "subscription ($after: String) { boardEvents(after: $after) { cursor seq } }"
PING = "{ brand { currency } }"


@pytest.fixture
def live(second: Second) -> Iterator[Live]:
    """A live server that knows of the second database server."""
    remote_layer()
    port = free_port()
    command = [sys.executable, "-m", "tests.live.server", str(port)]
    with process(command, **second.environment):
        yield Live(port).wait(60)


@pytest.fixture
def ines_of_gamma(gamma: TenantRef) -> Member:
    """Gamma's administrator."""
    return cast(gamma).ines


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "GRACE_SECONDS", 0.0)


async def test_a_moved_tenants_sockets_are_told_to_come_back_and_go_on_there(
    live: Live, second: Second, gamma: TenantRef, ines_of_gamma: Member, ines: Member
):
    async with live.as_member(ines_of_gamma) as mine, live.as_member(ines) as other:
        for wire in (mine, other):
            await wire.subscribe(BOARD)
            assert await wire.ask(PING)
        await in_tenant(gamma, order_event, 1)
        before = await mine.data()
        assert before["seq"] == 1
        await asyncio.to_thread(move, gamma, "second")
        assert await mine.receive() == 1012
        await in_tenant(ines.tenant, order_event, 1)
        assert (await other.data())["seq"] == 1
    there = (await asyncio.to_thread(row, gamma)).ref()
    async with live.as_member(ines_of_gamma) as mine:
        # Where it stood over here means nothing over there: it reads the present state and goes on.
        id = await mine.subscribe(BOARD, after=before["cursor"])
        refused = await mine.receive()
        assert (refused["id"], refused["type"]) == (id, "error")
        assert refused["payload"][0]["extensions"]["code"] == "INVALID_CURSOR"
        await mine.subscribe(BOARD)
        assert await mine.ask(PING)
        for seq in (2, 3):
            await in_tenant(there, order_event, seq)
            event = await mine.data()
            assert event["seq"] == seq
    async with live.as_member(ines_of_gamma) as mine:
        await in_tenant(there, order_event, 4)
        await mine.subscribe(BOARD, after=event["cursor"])
        assert (await mine.data())["seq"] == 4


async def test_a_frozen_tenants_socket_reads_and_is_told_to_write_later(
    live: Live, gamma: TenantRef, ines_of_gamma: Member
):
    save = 'mutation { zoneRemove(input: {zoneId: "WjoxMg=="}) { __typename } }'
    async with live.as_member(ines_of_gamma) as wire:
        await wire.subscribe(BOARD)
        assert await wire.ask(PING)

        frozen, over = threading.Event(), threading.Event()

        def freeze() -> None:
            with archive_lock(gamma.id), tenant_frozen(gamma, at=clock.now()):
                frozen.set()
                over.wait(20)
            connections.close_all()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(freeze))
            try:
                assert await asyncio.to_thread(frozen.wait, 20)
                assert await wire.ask(PING)
                await wire.subscribe(save)
                answer = await wire.receive()
                extensions = answer["payload"][0]["extensions"]
                assert extensions == {"code": "TENANT_MOVING", "retryAfterSeconds": 5}
            finally:
                over.set()
        await in_tenant(gamma, order_event, 1)
        assert (await wire.data())["seq"] == 1


async def test_a_changed_register_does_not_disturb_sockets(
    live: Live, ines: Member, ines_of_beta: Member
):
    """The hub takes the tenant as it is now; nobody is sent away for it."""
    async with live.as_member(ines) as mine, live.as_member(ines_of_beta) as other:
        for wire in (mine, other):
            await wire.subscribe(BOARD)
            assert await wire.ask(PING)
        tenant = Tenant.objects.filter(id=ines.tenant.id)
        await in_platform(tenant.update, terms={"plan": "another"})
        for wire in (mine, other):
            assert await wire.quiet()
        await in_tenant(ines.tenant, order_event, 1)
        assert (await mine.data())["seq"] == 1
        await in_platform(tenant.update, terms={})
