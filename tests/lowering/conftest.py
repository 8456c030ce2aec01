"""Two worlds of the same ids, and nothing remembered from the test before."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kernel.tenancy import TenantRef
from schema.lowering import plans
from tests.support.world import world


@dataclass(frozen=True)
class Asker:
    """Somebody of one tenant; `token` is None for a stranger."""

    tenant: TenantRef
    role: str
    token: str | None


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    plans.forget()
    yield
    plans.forget()


@pytest.fixture
def askers(alpha: TenantRef, beta: TenantRef) -> list[Asker]:
    """Every role of both tenants; neighbours in the list are of different tenants."""
    found = []
    casts = [(tenant, vars(world(tenant))) for tenant in (alpha, beta)]
    for role in ("stranger", *casts[0][1]):
        for tenant, members in casts:
            token = members[role].token if role in members else None
            found.append(Asker(tenant, role, token))
    return found
