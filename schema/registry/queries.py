"""Reads of the platform's register, on the platform's host."""

from typing import Annotated, cast

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from registry import models
from registry.owners import owner_account
from registry.selectors import templates_current, tenants_known
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.registry.types import Owner, TemplateVersion, Tenant


@strawberry.type
class RegistryQueries:
    """Root query fields of the platform's register."""

    @query(right=Audience.OWNER)
    def owner_self(self, info: Info) -> Owner:
        """The signed-in owner."""
        return cast(Owner, owner_account(owner_of(info.context)))

    @connection(DjangoListConnection[Tenant], right=Audience.OWNER)
    def tenants(self, info: Info) -> QuerySet[models.Tenant]:
        """Every tenant that was ever served, oldest first."""
        return tenants_known()

    @query(right=Audience.OWNER)
    def tenant(
        self,
        info: Info,
        id: Annotated[GlobalID, strawberry.argument(description="A Tenant's id.")],
    ) -> Tenant | None:
        """One tenant; null when there is none."""
        found = tenants_known().filter(id=row_id(id, "Tenant"))
        return cast(Tenant | None, found.first())

    @query(right=Audience.OWNER)
    def templates(self, info: Info) -> list[TemplateVersion]:
        """The starter templates, each in its newest version."""
        return cast(list[TemplateVersion], templates_current())
