"""Tenants, as the platform knows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay

from billing.attention import trend_columns, trend_of
from billing.usage import (
    currency_column,
    last_active_column,
    turnover_column,
    usage_prefetch,
)
from kernel import clock
from kernel.meters import Meter
from registry import models
from registry.health import health_columns, health_of
from registry.hosts import tenant_host
from registry.life_cycle import moves_open
from registry.selectors import (
    erasure_open_column,
    flag_draws_column,
    flags_of,
    tenant_row,
)
from schema.billing.types.plans import MeterUsage, Plan, meters_used
from schema.billing.types.standing import TenantSubscription
from schema.core.context import Info
from schema.core.scalars import Money, money_of
from schema.registry.types.attention import TenantTrend, trend_shown
from schema.registry.types.backups import Backup
from schema.registry.types.domains import Domain
from schema.registry.types.health import TenantHealth, tenant_health
from schema.registry.types.owners import Owner
from schema.registry.types.server_moves import ServerMove
from schema.registry.types.standing import TenantMove, TenantState
from schema.registry.types.templates import TemplateVersion


@strawberry_django.type(
    models.StateChange, name="TenantStateChange", description="Why a tenant's standing changed."
)
class TenantStateChange:
    """One line of a tenant's history with the platform."""

    before: TenantState = strawberry_django.field(description="Its standing before.")
    after: TenantState = strawberry_django.field(description="Its standing after.")
    reason: str = strawberry_django.field(description="As they put it.")
    at: datetime = strawberry_django.field(description="When.")
    owner: Owner | None = strawberry_django.field(
        field_name="account", description="Who; null for billing."
    )


@strawberry_django.type(
    models.Tenant, name="Tenant", description="One operator's instance, as the platform knows it."
)
class Tenant(relay.Node):
    """Visible to owners, on the platform's host. Holds nothing of the tenant's own data."""

    id: relay.NodeID[UUID]
    slug: str = strawberry_django.field(description="Its name in hosts.")
    name: str = strawberry_django.field(description="What the platform calls it.")
    state: TenantState = strawberry_django.field(description="Where it stands.")
    created_at: datetime = strawberry_django.field(description="When it was onboarded.")
    changes: list[TenantStateChange] = strawberry_django.field(
        description="How its standing has changed, oldest first."
    )

    @strawberry_django.field(
        only=["state"],
        annotate={"erasure_open": erasure_open_column()},
        description="How its standing may be changed now.",
    )
    def moves(root: models.Tenant) -> list[TenantMove]:
        erasure_open = root.erasure_open
        return [TenantMove(move) for move in moves_open(root, erasure_open=erasure_open)]

    @strawberry_django.field(
        annotate={"draws": flag_draws_column()},
        description="The keys of the feature flags that are on for it.",
    )
    def flags(root: models.Tenant) -> list[str]:
        return sorted(flags_of(root))

    @strawberry_django.field(only=["slug"], description="The host under which it is served.")
    def host(root: models.Tenant) -> str:
        return tenant_host(root.slug)

    @strawberry_django.field(
        prefetch_related=["subscription__plan"], description="Null for a tenant without one."
    )
    def plan(root: models.Tenant) -> Plan | None:
        subscription = getattr(root, "subscription", None)
        return subscription and subscription.plan

    @strawberry_django.field(
        prefetch_related=["subscription"],
        description="How it stands with its plan; null for a tenant without one.",
    )
    def subscription(root: models.Tenant) -> TenantSubscription | None:
        return getattr(root, "subscription", None)

    @strawberry_django.field(
        only=["terms"],
        prefetch_related=[lambda info: usage_prefetch(at=clock.now())],
        description="What it uses of what its plan allows: one for each meter.",
    )
    def usage(root: models.Tenant) -> list[MeterUsage]:
        rows = root.usage_now
        used = {Meter(row.meter): row.amount for row in rows}
        return meters_used(used, root.terms.get("limits", {}), clock.now())

    @strawberry_django.field(
        annotate={
            "turned_over": lambda info: turnover_column(at=clock.now()),
            "currency": currency_column(),
        },
        description="What its completed orders of this month cost; null until there is one.",
    )
    def turnover(root: models.Tenant) -> Money | None:
        amount, currency = root.turned_over, root.currency
        return money_of(amount, currency) if amount is not None and currency else None

    last_active_at: datetime | None = strawberry_django.field(
        annotate=last_active_column(),
        description="When it last used anything, to within a minute; null for never.",
    )

    @strawberry_django.field(
        only=["state", "created_at", "moving_since"],
        annotate=health_columns(),
        description="How it fares, by what the register knows.",
    )
    def health(root: models.Tenant) -> TenantHealth:
        return tenant_health(health_of(root, at=clock.now()))

    @strawberry_django.field(
        annotate={
            "orders_now": lambda info: trend_columns(at=clock.now())["orders_now"],
            "orders_before": lambda info: trend_columns(at=clock.now())["orders_before"],
        },
        description="Whether it grows.",
    )
    def trend(root: models.Tenant) -> TenantTrend:
        return trend_shown(trend_of(root, at=clock.now()))

    server: str = strawberry_django.field(description="The database server that it lives on.")
    server_moves: list[ServerMove] = strawberry_django.field(
        field_name="moves", description="From one server to another, the newest first."
    )
    backups: list[Backup] = strawberry_django.field(description="Those kept, the newest first.")
    domains: list[Domain] = strawberry_django.field(description="The hosts that lead to it.")
    template: TemplateVersion | None = strawberry_django.field(
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


@strawberry.type
class WithTenant:
    """A success that answers the tenant."""

    row: strawberry.Private[UUID]

    @strawberry_django.field(description="The tenant as it is now.")
    def tenant(self) -> Tenant:
        return tenant_row(self.row)  # type: ignore[return-value]
