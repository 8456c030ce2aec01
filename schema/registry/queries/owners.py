"""Reads of the people who run the platform, and of what they did."""

from datetime import datetime
from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from registry import models
from registry.owners import owner_account
from registry.selectors import owner_actions, owners_known
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

    @query(right=Audience.OWNER)
    def owners(self, info: Info) -> list[Owner]:
        """Everybody who runs the platform, or did, by name."""
        return cast(list[Owner], owners_known())

    # A line has no identity but its place, and is no Node.
    @connection(
        DjangoListConnection[OwnerAction],  # type: ignore[type-var]
        right=Audience.OWNER,
    )
    def owner_actions(
        self,
        info: Info,
        tenant_id: TenantId = None,
        owner: Annotated[
            str | None,
            strawberry.argument(
                description="Only what the Owner of this email did; empty: commands and billing."
            ),
        ] = None,
        actions: Annotated[
            list[str] | None,
            strawberry.argument(description="Only these, as they are named like mutations."),
        ] = None,
        since: Annotated[datetime | None, strawberry.argument(description="From then on.")] = None,
        until: Annotated[datetime | None, strawberry.argument(description="Before then.")] = None,
    ) -> QuerySet[models.OwnerAction]:
        """What was done to the platform and by whom, the newest first."""
        return owner_actions(
            tenant_id=row_id(tenant_id, "Tenant") if tenant_id else None,
            email=owner,
            actions=actions,
            since=since,
            before=until,
        )
