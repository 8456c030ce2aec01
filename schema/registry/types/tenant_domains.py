"""Hosts of all tenants, as owners see them."""

import strawberry_django

from registry import models
from schema.registry.types.domains import Domain, DomainClaim
from schema.registry.types.tenants import Tenant


@strawberry_django.type(
    models.Domain, name="TenantDomain", description="A host, and the tenant that it leads to."
)
class TenantDomain(Domain):
    """As owners see it."""

    tenant: Tenant = strawberry_django.field(description="Whose.")


@strawberry_django.type(
    models.DomainClaim,
    name="TenantDomainClaim",
    description="A host that is claimed, and by which tenant.",
)
class TenantDomainClaim(DomainClaim):
    """As owners see it."""

    tenant: Tenant = strawberry_django.field(description="Whose claim.")
