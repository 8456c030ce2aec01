"""GraphQL types of the platform's register."""

from datetime import datetime
from typing import Any, Optional
from uuid import UUID

import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from kernel.texts import text_in
from registry import models
from registry.hosts import tenant_host
from schema.core.context import Info
from schema.core.enums import described_enum

described_enum(
    models.Tenant.State,
    "Where a tenant stands with the platform.",
    name="TenantState",
    PREPARING="Being made; never seen here.",
    TRIAL="Served, on trial.",
    ACTIVE="Served.",
    PAST_DUE="Served, but owes money.",
    SUSPENDED="Refused to everybody.",
    ARCHIVED="Kept, not served.",
    ERASED="Its data is gone.",
)


@strawberry_django.type(
    models.StateChange, name="TenantStateChange", description="Why a tenant's standing changed."
)
class TenantStateChange:
    """One line of a tenant's history with the platform."""

    before: models.Tenant.State = strawberry_django.field(description="Its standing before.")
    after: models.Tenant.State = strawberry_django.field(description="Its standing after.")
    reason: str = strawberry_django.field(description="As the owner put it.")
    at: datetime = strawberry_django.field(description="When.")


@strawberry_django.type(
    models.Tenant, name="Tenant", description="One operator's instance, as the platform knows it."
)
class Tenant(relay.Node):
    """Visible to owners, on the platform's host. Holds nothing of the tenant's own data."""

    id: relay.NodeID[UUID]
    slug: str = strawberry_django.field(description="Its name in hosts.")
    name: str = strawberry_django.field(description="What the platform calls it.")
    state: models.Tenant.State = strawberry_django.field(description="Where it stands.")
    created_at: datetime = strawberry_django.field(description="When it was onboarded.")
    changes: list[TenantStateChange] = strawberry_django.field(
        description="Its suspensions and resumptions, oldest first."
    )

    @strawberry_django.field(only=["slug"], description="The host under which it is served.")
    def host(root: models.Tenant) -> str:
        return tenant_host(root.slug)

    template: Optional["TemplateVersion"] = strawberry_django.field(
        field_name="template_version",
        description="What it began with; null for one of another origin.",
    )

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.Tenant], info: Info, **_: Any
    ) -> QuerySet[models.Tenant]:
        """Whatever was ever served, for an owner."""
        if info.context.owner is None:
            return queryset.none()
        return queryset.exclude(state=models.Tenant.State.PREPARING)


@strawberry_django.type(
    models.TemplateVersion,
    name="TemplateVersion",
    description="One state of a starter template; it never changes.",
)
class TemplateVersion:
    """A version, without its data."""

    number: int = strawberry_django.field(description="Counts from 1 within the template.")
    note: str = strawberry_django.field(description="What its author said of it.")
    created_at: datetime = strawberry_django.field(description="When.")

    @strawberry_django.field(select_related=["template"], description="Names the template.")
    def key(root: models.TemplateVersion) -> str:
        return root.template.key

    @strawberry_django.field(only=["data"], description="What the template is called.")
    def title(root: models.TemplateVersion, info: Info) -> str:
        return text_in(root.data["title"], info.context.language, "en")

    @strawberry_django.field(only=["data"], description="What for.")
    def summary(root: models.TemplateVersion, info: Info) -> str:
        return text_in(root.data["summary"], info.context.language, "en")


@strawberry_django.type(
    models.OwnerAccount, name="Owner", description="Somebody who runs the platform."
)
class Owner:
    """Oneself."""

    name: str = strawberry_django.field(description="Their name.")
    email: str = strawberry_django.field(description="How they sign in.")
