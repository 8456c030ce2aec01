"""Whoever follows the log of a tenant whose rows are replaced connects anew, at once."""

from collections.abc import Iterator

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, in_platform, platform_scope
from registry.archives.restore import restoration_drop, restoration_load, restoration_swap
from registry.models import Tenant
from tests.live.client import Live
from tests.live.conftest import live as live
from tests.registry.archives.business import Business
from tests.registry.archives.test_backups import make
from tests.support.cast import Member, cast

BOARD = "subscription { boardEvents { cursor seq } }"
SLOWEST = 0.9
"""Seconds: less than it takes until the next poll."""


@pytest.fixture
def both(alpha: TenantRef, beta: TenantRef) -> tuple[Member, Member]:
    """The administrators of alpha and beta, signed in."""
    return cast(alpha).ines, cast(beta).ines


@pytest.fixture
def beside(both: tuple[Member, Member], shop: Business, row: Tenant) -> Iterator[Tenant]:
    """Alpha with a restored schema beside its own."""
    backup = make(row)
    with platform_scope():
        restoration_load(tenant=row, backup=backup, at=clock.now())
    yield row
    with platform_scope():
        restoration_drop(tenant=row)


async def test_a_swap_has_sockets_connect_again(live: Live, beside: Tenant, both):
    async with live.as_member(both[0]) as wire, live.as_member(both[1]) as bystander:
        await wire.subscribe(BOARD)
        await bystander.subscribe(BOARD)
        assert await wire.quiet(0.3)
        await in_platform(restoration_swap, tenant=beside, at=clock.now())
        assert await wire.receive(SLOWEST) == 1012
        assert await bystander.quiet(0.3)
