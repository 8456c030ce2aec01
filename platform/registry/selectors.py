"""Reads of the register. Platform scope."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONArray

from kernel.tenancy import TenantState
from registry.models import (
    Domain,
    Erasure,
    Flag,
    FlagOverride,
    OwnerAccount,
    OwnerAction,
    Template,
    TemplateVersion,
    Tenant,
)


def tenants_known() -> QuerySet[Tenant]:
    """Every tenant that was ever served, oldest first."""
    known: QuerySet[Tenant] = Tenant.objects.exclude(state=TenantState.PREPARING)
    return known.order_by("id")


def tenants_listed(
    *,
    states: Collection[str] | None,
    search: str | None,
    server: str | None,
    sandbox: bool | None,
) -> QuerySet[Tenant]:
    """`tenants_known`, but only those that fit whatever is not None."""
    found = tenants_known()
    if states is not None:
        found = found.filter(state__in=states)
    if search is not None:
        hosts = Domain.objects.filter(tenant=OuterRef("id"), domain__icontains=search)
        named = Q(slug__icontains=search) | Q(name__icontains=search)
        found = found.filter(named | Exists(hosts))
    if server is not None:
        found = found.filter(server=server)
    if sandbox is not None:
        found = found.filter(sandbox_of__isnull=not sandbox)
    return found


def tenant_row(tenant_id: UUID) -> QuerySet[Tenant]:
    """The one tenant, as a queryset."""
    return tenants_known().filter(id=tenant_id)


def erasure_open_column() -> Exists:
    """Whether a tenant is about to be erased, to annotate a queryset of tenants with."""
    asked = Erasure.objects.filter(tenant=OuterRef("id"), cancelled_at=None, erased_at=None)
    return Exists(asked)


def flag_draws_column() -> ArraySubquery:
    """Every flag as [key, percent, override or null], to annotate a queryset of tenants with."""
    by_hand = FlagOverride.objects.filter(flag=OuterRef("id"), tenant=OuterRef(OuterRef("id")))
    flags = Flag.objects.annotate(by_hand=Subquery(by_hand.values("on")))
    return ArraySubquery(flags.order_by("key").values(draw=JSONArray("key", "percent", "by_hand")))


def flags_of(tenant: Tenant) -> frozenset[str]:
    """The keys of the flags that are on for a tenant annotated with `draws`."""
    draws: list[tuple[str, int, bool | None]] = tenant.draws
    return frozenset(
        key
        for key, percent, by_hand in draws
        if (by_hand if by_hand is not None else _drawn(key, tenant.id) < percent)
    )


def _drawn(key: str, tenant_id: UUID) -> int:
    """0 to 99, the same for ever: the share of tenants below which the flag is on for this one."""
    digest = hashlib.sha256(f"{key}:{tenant_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 100


def tenant_is_prepared(schema: str) -> bool:
    """Whether the tenant that lives in `schema` is still being made."""
    preparing = Tenant.objects.filter(schema_name=schema, state=TenantState.PREPARING)
    return bool(preparing.exists())


def template_by_key(key: str) -> Template | None:
    """The template called `key`, or None."""
    return Template.objects.filter(key=key).first()


def templates_current() -> list[TemplateVersion]:
    """Each template in its newest version, by key."""
    newest = TemplateVersion.objects.order_by("template__key", "-number").distinct("template__key")
    return list(newest.select_related("template"))


def owner_actions(
    *,
    tenant_id: UUID | None,
    email: str | None,
    actions: Collection[str] | None,
    since: datetime | None,
    before: datetime | None,
) -> QuerySet[OwnerAction]:
    """What was done to the platform, the newest first: what fits whatever is not None.

    `email` is of the owner who did it; an empty one finds what commands and billing did.
    """
    done = OwnerAction.objects.order_by("-id")
    if tenant_id is not None:
        done = done.filter(tenant_id=tenant_id)
    if email is not None:
        by = Q(account__email__iexact=email) if email else Q(account=None)
        done = done.filter(by)
    if actions is not None:
        done = done.filter(action__in=actions)
    if since is not None:
        done = done.filter(at__gte=since)
    return done if before is None else done.filter(at__lt=before)


def owners_known() -> QuerySet[OwnerAccount]:
    """Everybody who runs the platform, or did, by name."""
    return OwnerAccount.objects.order_by("name", "email")
