"""Impersonations, as owners see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from registry import models
from registry.impersonation import impersonation_row
from schema.core.context import Info
from schema.registry.types.owners import Owner
from schema.registry.types.tenants import Tenant


@strawberry_django.type(
    models.Impersonation,
    name="Impersonation",
    description="An owner speaks as a tenant's platform support.",
)
class Impersonation(relay.Node):
    """Visible to owners, on the platform's host."""

    id: relay.NodeID[UUID]
    owner: Owner = strawberry_django.field(field_name="account", description="Who.")
    tenant: Tenant = strawberry_django.field(description="Where.")
    reason: str = strawberry_django.field(description="Why; the operator reads it too.")
    started_at: datetime = strawberry_django.field(description="Since when.")
    expires_at: datetime = strawberry_django.field(description="When it ends by itself.")
    ended_at: datetime | None = strawberry_django.field(
        description="When it was ended before that, by an owner or by the operator."
    )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Impersonation], info: Info, **_: Any
    ) -> QuerySet[models.Impersonation]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset


@strawberry.type
class WithImpersonation:
    """A success that answers the impersonation."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The impersonation as it is now.")
    def impersonation(self) -> Impersonation:
        return impersonation_row(self.row)  # type: ignore[return-value]
