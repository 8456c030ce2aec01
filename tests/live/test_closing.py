"""A socket lives no longer than its session, its rights, its tenant and its reader's patience."""

import asyncio
import socket
from contextlib import suppress
from datetime import timedelta

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from kernel import clock
from kernel.tenancy import TenantRef, TenantState, in_platform, in_tenant, tenant_scope
from registry.impersonation import impersonation_end, impersonation_start
from registry.models import Tenant
from tenants.access.models import Session
from tenants.access.rights import ADMINISTRATOR
from tenants.access.services.roles import role_revoke
from tenants.access.services.sessions import sign_out
from tenants.access.services.support import support_dismiss
from tests.live.client import Live, Wire
from tests.live.writing import order_events
from tests.support.cast import Member, OwnerMember
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
        await in_tenant(
            ines.tenant, role_revoke, person_id=ines.id, role=ADMINISTRATOR, at=clock.now()
        )
        assert await wire.receive(AT_ONCE) == 4403
        assert await other.ask("{ brand { currency } }")
    async with live.as_member(ines) as wire:
        await wire.subscribe(BOARD)
        answer = await wire.receive()
        assert answer["payload"][0]["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("state", [TenantState.SUSPENDED, TenantState.ARCHIVED, TenantState.ERASED])
async def test_a_tenant_that_is_not_served_closes_all_its_sockets_and_no_others(
    live: Live, alpha: TenantRef, ines: Member, ines_of_beta: Member, state: TenantState
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
        await in_platform(tenant.update, state=state)
        try:
            assert await mine.receive(AT_ONCE) == 4403
            assert await anonymous.receive(AT_ONCE) == 4403
            assert await other.ask("{ brand { currency } }")
            async with live.open(ALPHA_HOST) as late:
                assert await late.receive() == 4403
        finally:
            await in_platform(tenant.update, state=TenantState.TRIAL)
    assert await served_again(live, ines)


async def served_again(live: Live, member: Member) -> object:
    """A query's answer, as soon as the server has heard that the tenant is served."""
    async with asyncio.timeout(5):
        while True:
            with suppress(AssertionError, ConnectionClosed):
                async with live.as_member(member) as wire:
                    return await wire.ask("{ brand { currency } }")


async def test_an_open_socket_knows_that_its_tenant_is_read_only(
    live: Live, alpha: TenantRef, ines: Member
):
    tenant = Tenant.objects.filter(id=alpha.id)
    rename = 'mutation { personUpdate(input: {name: "I."}) { __typename } }'
    async with live.as_member(ines) as wire:
        assert "errors" not in await wire.ask(rename)
        await in_platform(tenant.update, state=TenantState.PAST_DUE)
        try:
            async with asyncio.timeout(5):
                while True:
                    await wire.subscribe(rename)
                    answer = await wire.receive()
                    if answer["type"] == "error":
                        break
                    assert (await wire.receive())["type"] == "complete"
            assert answer["payload"][0]["extensions"]["code"] == "TENANT_READ_ONLY"
            assert await wire.ask("{ brand { currency } }")
        finally:
            await in_platform(tenant.update, state=TenantState.TRIAL)


async def test_an_impersonation_that_is_ended_closes_its_sockets(
    live: Live, alpha: TenantRef, ines: Member, olga: OwnerMember
):
    for end in (
        lambda started: impersonation_end(
            owner=olga.owner, impersonation_id=started.impersonation.id, at=clock.now()
        ),
        lambda started: _dismiss(ines),
    ):
        started = await in_platform(
            impersonation_start,
            owner=olga.owner,
            tenant_id=alpha.id,
            reason="A look",
            minutes=5,
            at=clock.now(),
        )
        async with live.open(ALPHA_HOST) as wire, live.as_member(ines) as other:
            await wire.begin(started.token)
            await wire.subscribe(BOARD)
            assert await wire.ask("{ impersonation { by reason } }") == {
                "data": {"impersonation": {"by": "Olga", "reason": "A look"}}
            }
            await in_platform(end, started)
            assert await wire.receive(AT_ONCE) == 4401
            assert await other.ask("{ brand { currency } }")


def _dismiss(ines: Member) -> None:
    with tenant_scope(ines.tenant):
        assert support_dismiss(actor=ines.actor, at=clock.now()) == 1


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
