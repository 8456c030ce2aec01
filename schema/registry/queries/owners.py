"""Reads of the people who run the platform, and of what they did."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from registry import models
from registry.owners import owner_account
from registry.selectors import owner_actions
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.registry.types import Owner, OwnerAction

TenantId = Annotated[
    GlobalID | None, strawberry.argument(description="Only what was done to this Tenant.")
]


@strawberry.type
class OwnerQueries:
    """Root query fields of owners."""

    @query(right=Audience.OWNER)
    def owner_self(self, info: Info) -> Owner:
        """The signed-in owner."""
        return cast(Owner, owner_account(owner_of(info.context)))

    # A line has no identity but its place, and is no Node.
    @connection(
        DjangoListConnection[OwnerAction],  # type: ignore[type-var]
        right=Audience.OWNER,
    )
    def owner_actions(self, info: Info, tenant_id: TenantId = None) -> QuerySet[models.OwnerAction]:
        """What was done to the platform and by whom, the newest first."""
        return owner_actions(tenant_id=row_id(tenant_id, "Tenant") if tenant_id else None)
