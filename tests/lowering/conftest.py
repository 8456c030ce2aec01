"""Two worlds of the same ids, everybody who may ask of them, and nothing remembered from before."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kernel.tenancy import PLATFORM, Scope, TenantRef
from schema.lowering import plans
from tenants.access.rights import (
    ADMINISTRATOR,
    COURIER,
    CUSTOMER,
    DISPATCHER,
    FINANCE,
    PLATFORM_SUPPORT,
    SUPPORT,
)
from tests.lowering.register import register
from tests.support.cast import Cast, olga
from tests.support.ids import global_id
from tests.support.stage import mutate
from tests.support.world import World, world

STRANGER, OWNER = "stranger", "owner"
STAFF = (DISPATCHER, FINANCE, SUPPORT)
ROLES = (STRANGER, CUSTOMER, COURIER, *STAFF, PLATFORM_SUPPORT, ADMINISTRATOR)
"""Everybody on a tenant's host, from who may read the least."""


@dataclass(frozen=True)
class Asker:
    """Somebody on the host of a tenant or of the platform; `token` is None for a stranger."""

    scope: Scope
    role: str
    token: str | None

    @property
    def host(self) -> str:
        """Whose host it is, by name."""
        return self.scope.slug if isinstance(self.scope, TenantRef) else self.scope.label


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    plans.forget()
    yield
    plans.forget()


@pytest.fixture
def worlds(alpha: TenantRef, beta: TenantRef) -> list[tuple[TenantRef, World]]:
    """Each tenant with who is in it."""
    return [(tenant, world(tenant)) for tenant in (alpha, beta)]


@pytest.fixture
def askers(worlds: list[tuple[TenantRef, World]]) -> list[Asker]:
    """Every role of both tenants; neighbours in the list are of different tenants."""
    casts = [(tenant, _tokens(tenant, people)) for tenant, people in worlds]
    return [Asker(tenant, role, tokens.get(role)) for role in ROLES for tenant, tokens in casts]


def _tokens(tenant: TenantRef, people: World) -> dict[str, str]:
    tokens = {
        CUSTOMER: people.maya.token,
        COURIER: people.tomas.token,
        ADMINISTRATOR: people.ines.token,
    }
    for number, role in enumerate(STAFF, 20):
        email = f"{role}@example.test"
        tokens[role] = Cast(tenant).person(number, role.title(), role, email=email).token
    input = {"tenantId": global_id("Tenant", tenant.id), "reason": "A ticket", "minutes": 30}
    tokens[PLATFORM_SUPPORT] = mutate(olga().api, "impersonationStart", input, "token")["token"]
    return tokens


@pytest.fixture
def owners(worlds: list[tuple[TenantRef, World]]) -> list[Asker]:
    """Both who ask on the platform's host, of a register with a row of everything."""
    owner = olga()
    register([tenant for tenant, _ in worlds], owner.owner.account_id)
    return [Asker(PLATFORM, STRANGER, None), Asker(PLATFORM, OWNER, owner.token)]
