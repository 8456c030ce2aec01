"""A socket lives no longer than its session, its rights, its tenant and its reader's patience."""

import asyncio
import socket
from datetime import timedelta

from websockets.asyncio.client import connect

from kernel import clock
from kernel.tenancy import TenantRef, TenantState, in_platform, in_tenant
from registry.models import Tenant
from tenants.access.models import Session
from tenants.access.rights import ADMINISTRATOR
from tenants.access.services.roles import role_revoke
from tenants.access.services.sessions import sign_out
from tests.live.client import Live, Wire
from tests.live.writing import order_events
from tests.support.cast import Member
from tests.support.database import ALPHA_HOST

BOARD = "subscription { boardEvents { cursor seq } }"
AT_ONCE = 0.5
"""Less than it takes until the next poll."""


async def test_a_revoked_session_closes_its_sockets_at_once(live: Live, maya: Member, ines: Member):
    async with live.as_member(maya) as mine, live.as_member(ines) as other:
        await in_tenant(maya.tenant, sign_out, actor=maya.actor, at=clock.now())
        assert await mine.receive(AT_ONCE) == 4401
        assert await other.ask("{ brand { currency } }")


async def test_a_session_revoked_without_a_word_is_found_by_the_poll(live: Live, maya: Member):
    async with live.as_member(maya) as wire:
        revoked = Session.objects.filter(id=maya.session_id)
        await in_tenant(maya.tenant, revoked.update, revoked_at=clock.now())
        assert await wire.receive(4) == 4401


async def test_a_session_that_expires_closes_its_sockets(live: Live, maya: Member):
    session = Session.objects.filter(id=maya.session_id)
    soon = clock.now() + timedelta(milliseconds=700)
    await in_tenant(maya.tenant, session.update, expires_at=soon)
    async with live.as_member(maya) as wire:
        assert await wire.quiet(0.3)
        assert await wire.receive(2) == 4401


async def test_a_changed_right_closes_sockets_so_that_they_come_back_with_it(
    live: Live, ines: Member, ines_of_beta: Member
):
    async with live.as_member(ines) as wire, live.as_member(ines_of_beta) as other:
        await wire.subscribe(BOARD)
        await wire.ask("{ brand { currency } }")
        await in_tenant(ines.tenant, role_revoke, person_id=ines.id, role=ADMINISTRATOR)
        assert await wire.receive(AT_ONCE) == 4403
        assert await other.ask("{ brand { currency } }")
    async with live.as_member(ines) as wire:
        await wire.subscribe(BOARD)
        answer = await wire.receive()
        assert answer["payload"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_suspended_tenant_closes_all_its_sockets_and_no_others(
    live: Live, alpha: TenantRef, ines: Member, ines_of_beta: Member
):
    tenant = Tenant.objects.filter(id=alpha.id)
    async with (
        live.as_member(ines) as mine,
        live.open(ALPHA_HOST) as anonymous,
        live.as_member(ines_of_beta) as other,
    ):
        await anonymous.begin()
        await mine.subscribe(BOARD)
        await mine.ask("{ brand { currency } }")
        await in_platform(tenant.update, state=TenantState.SUSPENDED)
        try:
            assert await mine.receive(AT_ONCE) == 4403
            assert await anonymous.receive(AT_ONCE) == 4403
            assert await other.ask("{ brand { currency } }")
            async with live.open(ALPHA_HOST) as late:
                assert await late.receive() == 4403
        finally:
            await in_platform(tenant.update, state=TenantState.TRIAL)
    async with live.as_member(ines) as wire:
        assert await wire.ask("{ brand { currency } }")


async def test_a_reader_that_stops_is_told_to_resume(live: Live, alpha: TenantRef, ines: Member):
    """It stops reading; the queue's bound and the small kernel buffers close it, not its peers."""
    wide = (
        "subscription { boardEvents { cursor seq "
        + "".join(f"_{number}_{'x' * 40}: kind " for number in range(30))
        + "} }"
    )
    count = 1_500
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", live.port))
    async with (
        connect(
            f"ws://{ALPHA_HOST}:{live.port}/graphql",
            sock=small,
            subprotocols=["graphql-transport-ws"],
            compression=None,
            ping_interval=None,
            max_queue=1,
            close_timeout=1,
        ) as stopped,
        live.as_member(ines) as peer,
    ):
        slow = await Wire(stopped).begin(ines.token)
        for wire in (slow, peer):
            await wire.subscribe(wide)
            await wire.ask("{ brand { currency } }")
        await in_tenant(alpha, order_events, count)
        seen = [(await peer.data())["seq"] for _ in range(count)]
        assert seen == list(range(1, count + 1))
        got = 0
        async with asyncio.timeout(20):
            while isinstance(message := await slow.receive(), dict):
                got += message["payload"]["data"]["boardEvents"]["seq"] == got + 1
        assert message == 1013
        assert 0 < got < count
