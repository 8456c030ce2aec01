"""Reads of the tenants."""

from typing import Annotated

import strawberry
from django.db.models import QuerySet
from strawberry.relay import GlobalID
from strawberry_django.relay import DjangoListConnection

from billing.attention import Attention, tenants_needing
from billing.plans import tenants_on
from kernel import clock
from registry import models
from registry.health import Finding, platform_summary
from registry.selectors import tenant_row, tenants_listed
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.ids import row_id
from schema.core.rights import Audience
from schema.registry.types import Tenant
from schema.registry.types.health import PlatformSummary, summary_shown
from schema.registry.types.standing import TenantState


@strawberry.type
class TenantQueries:
    """Root query fields of tenants."""

    @connection(DjangoListConnection[Tenant], right=Audience.OWNER)
    def tenants(
        self,
        info: Info,
        states: Annotated[
            list[TenantState] | None, strawberry.argument(description="Only those in these.")
        ] = None,
        search: Annotated[
            str | None,
            strawberry.argument(description="Only those with this in slug, name or a host."),
        ] = None,
        server: Annotated[
            str | None, strawberry.argument(description="Only those on this database server.")
        ] = None,
        sandbox: Annotated[
            bool | None, strawberry.argument(description="Only sandboxes, or only the others.")
        ] = None,
        plan: Annotated[
            str | None, strawberry.argument(description="Only those on the Plan of this key.")
        ] = None,
        attention: Annotated[
            Attention | None,
            strawberry.argument(description="Only those that need this, by how much they do."),
        ] = None,
        findings: Annotated[
            list[Finding] | None, strawberry.argument(description="Only those with any of these.")
        ] = None,
    ) -> QuerySet[models.Tenant]:
        """Every tenant that was ever served, oldest first."""
        listed = tenants_listed(states=states, search=search, server=server, sandbox=sandbox)
        return tenants_needing(
            tenants_on(listed, plan), attention=attention, findings=findings, at=clock.now()
        )

    @query(right=Audience.OWNER)
    def tenant(
        self,
        info: Info,
        id: Annotated[GlobalID, strawberry.argument(description="A Tenant's id.")],
    ) -> Tenant | None:
        """One tenant; null when there is none."""
        return tenant_row(row_id(id, "Tenant"))  # type: ignore[return-value]

    @query(right=Audience.OWNER)
    def platform_summary(self, info: Info) -> PlatformSummary:
        """The platform at a glance."""
        return summary_shown(platform_summary(at=clock.now()))
