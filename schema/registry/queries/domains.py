"""Reads of hosts: a tenant's own by its staff, of all tenants by owners."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from kernel import clock
from kernel.tenancy import current_tenant
from registry import models
from registry.domains import claims_known, claims_of, domains_known, domains_of
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.rights import Audience
from schema.registry.types.domains import Domain, DomainClaim
from schema.registry.types.tenant_domains import TenantDomain, TenantDomainClaim
from tenants.access.rights import Right

Search = Annotated[
    str | None,
    strawberry.argument(description="Only hosts with this in them, or of tenants called so."),
]


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

    # A host has no identity but its name, and is no Node.
    @connection(
        DjangoListConnection[TenantDomain],  # type: ignore[type-var]
        right=Audience.OWNER,
    )
    def tenant_domains(
        self,
        info: Info,
        search: Search = None,
        own: Annotated[
            bool | None,
            strawberry.argument(
                description="Only those of tenants' own, or only the platform's for them."
            ),
        ] = None,
    ) -> QuerySet[models.Domain]:
        """The hosts of all tenants, the newest first."""
        return domains_known(search=search, own=own)

    @connection(
        DjangoListConnection[TenantDomainClaim],  # type: ignore[type-var]
        right=Audience.OWNER,
    )
    def tenant_domain_claims(
        self, info: Info, search: Search = None
    ) -> QuerySet[models.DomainClaim]:
        """The hosts that tenants have claimed and not proven yet, the newest first."""
        return claims_known(search=search, at=clock.now())
