"""Hosts that lead to a tenant, and those that it says are its own."""

from datetime import datetime

import strawberry_django
from django.conf import settings

from registry import models
from registry.domains import CLAIM_VALIDITY
from registry.host_names import host_shown, record_name


@strawberry_django.type(models.Domain, name="Domain", description="A host that leads to a tenant.")
class Domain:
    """Proven, or the platform's own for the tenant."""

    host: str = strawberry_django.field(
        field_name="domain", description="As it is registered: lower case, punycode."
    )
    primary: bool = strawberry_django.field(
        field_name="is_primary",
        description="Whether links name this host, and other hosts may redirect to it.",
    )
    redirects: bool = strawberry_django.field(
        description="Whether browsers are sent on to the primary host. Programs never are."
    )
    verified_at: datetime | None = strawberry_django.field(description="When it was proven.")

    @strawberry_django.field(only=["domain"], description="As people read it.")
    def shown(root: models.Domain) -> str:
        return host_shown(root.domain)

    @strawberry_django.field(
        only=["domain"],
        description="Whether it is the platform's own host, which always leads here.",
    )
    def by_platform(root: models.Domain) -> bool:
        return str(root.domain).endswith(f".{settings.TENANT_HOST_SUFFIX}")


@strawberry_django.type(
    models.DomainClaim,
    name="DomainClaim",
    description="A host that an operator says is its own, and has not proven yet.",
)
class DomainClaim:
    """What to put into the DNS, and until when."""

    host: str = strawberry_django.field(description="As it is registered: lower case, punycode.")
    value: str = strawberry_django.field(
        field_name="token", description="The text of the TXT record that proves it."
    )
    created_at: datetime = strawberry_django.field(description="When it was claimed.")
    checked_at: datetime | None = strawberry_django.field(
        description="When the DNS was last asked; null before the first time."
    )

    @strawberry_django.field(only=["host"], description="The name of the TXT record.")
    def record(root: models.DomainClaim) -> str:
        return record_name(root.host)

    @strawberry_django.field(only=["host"], description="The host as people read it.")
    def shown(root: models.DomainClaim) -> str:
        return host_shown(root.host)

    @strawberry_django.field(only=["created_at"], description="Until when it can be proven.")
    def expires_at(root: models.DomainClaim) -> datetime:
        return root.created_at + CLAIM_VALIDITY
