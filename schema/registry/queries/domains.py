"""Reads of a tenant's hosts, by its staff; owners have them on the tenant."""

from typing import cast

import strawberry

from kernel import clock
from kernel.tenancy import current_tenant
from registry.domains import claims_of, domains_of
from schema.core.context import Info
from schema.core.fields import query
from schema.registry.types.domains import Domain, DomainClaim
from tenants.access.rights import Right


@strawberry.type
class DomainQueries:
    """Root query fields of hosts."""

    @query(right=Right.BRAND_MANAGE)
    def domains(self, info: Info) -> list[Domain]:
        """The hosts that lead to this operator, the primary one first."""
        return cast(list[Domain], domains_of(current_tenant()))

    @query(right=Right.BRAND_MANAGE)
    def domain_claims(self, info: Info) -> list[DomainClaim]:
        """The hosts that this operator has claimed and not proven yet, by name."""
        return cast(list[DomainClaim], claims_of(current_tenant(), at=clock.now()))
