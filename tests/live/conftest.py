"""A real live server of its own process, as production has it beside the web servers."""

import sys
from collections.abc import Iterator

import pytest

from devtools.servers.process import free_port
from kernel.tenancy import TenantRef
from schema.live.hints import remote_layer
from tests.live.client import Live
from tests.support.cast import Member, OwnerMember, cast
from tests.support.cast import olga as owner
from tests.support.processes import process


@pytest.fixture(scope="session")
def live(_worker_database: None) -> Iterator[Live]:
    """A live server on the worker's database and Valkey."""
    remote_layer()  # imports Valkey's client, which the first hint would otherwise wait for
    port = free_port()
    with process([sys.executable, "-m", "tests.live.server", str(port)]):
        yield Live(port).wait()


@pytest.fixture
def maya(alpha: TenantRef) -> Member:
    """alpha's customer."""
    return cast(alpha).maya


@pytest.fixture
def tomas(alpha: TenantRef) -> Member:
    """alpha's courier."""
    return cast(alpha).tomas


@pytest.fixture
def ines(alpha: TenantRef) -> Member:
    """alpha's administrator."""
    return cast(alpha).ines


@pytest.fixture
def ines_of_beta(beta: TenantRef) -> Member:
    """beta's administrator, of the same id and name."""
    return cast(beta).ines


@pytest.fixture
def olga() -> OwnerMember:
    """The platform's owner."""
    return owner()
