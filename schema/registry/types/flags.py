"""Feature flags, as owners see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry_django.relay import DjangoListConnection

from registry import models
from registry.flags import flag_row
from schema.core.context import Info
from schema.registry.types.tenants import Tenant


@strawberry_django.type(
    models.FlagOverride, name="FlagOverride", description="A flag switched for one tenant by hand."
)
class FlagOverride(relay.Node):
    """Whatever the flag's share."""

    id: relay.NodeID[UUID]
    tenant: Tenant = strawberry_django.field(description="For which.")
    on: bool = strawberry_django.field(description="On, or off.")

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.FlagOverride], info: Info, **_: Any
    ) -> QuerySet[models.FlagOverride]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset


@strawberry_django.type(
    models.Flag, name="FeatureFlag", description="Something that is on for a share of the tenants."
)
class FeatureFlag(relay.Node):
    """Visible to owners, on the platform's host."""

    id: relay.NodeID[UUID]
    key: str = strawberry_django.field(description="What programs call it.")
    description: str = strawberry_django.field(description="What it switches.")
    percent: int = strawberry_django.field(
        description="The share of tenants; who is in stays in while it grows."
    )
    changed_at: datetime = strawberry_django.field(description="When it was last set.")
    overrides: DjangoListConnection[FlagOverride] = strawberry_django.connection(
        description="For whom it was switched by hand."
    )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Flag], info: Info, **_: Any
    ) -> QuerySet[models.Flag]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset


@strawberry.type
class WithFlag:
    """A success that answers the flag."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The flag as it is now.")
    def flag(self) -> FeatureFlag:
        return flag_row(self.row)  # type: ignore[return-value]
