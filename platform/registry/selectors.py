"""Reads of the register. Platform scope."""

from django.db.models import QuerySet

from kernel.tenancy import TenantState
from registry.models import TemplateVersion, Tenant


def tenants_known() -> QuerySet[Tenant]:
    """Every tenant that was ever served, oldest first."""
    known: QuerySet[Tenant] = Tenant.objects.exclude(state=TenantState.PREPARING)
    return known.order_by("id")


def schemas_to_migrate() -> list[str]:
    """The schema of every tenant that has one, oldest first."""
    gone = (TenantState.PREPARING, TenantState.ERASED)
    return list(
        Tenant.objects.exclude(state__in=gone).order_by("id").values_list("schema_name", flat=True)
    )


def templates_current() -> list[TemplateVersion]:
    """Each template in its newest version, by key."""
    newest = TemplateVersion.objects.order_by("template__key", "-number").distinct("template__key")
    return list(newest.select_related("template"))
