"""A new operator: schema, host, starter rows, first administrator. Each step can be run again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from kernel.crypto import new_wrapped_key
from kernel.events import Fact, announce
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.models import Domain, Tenant
from registry.resolver import resolver
from registry.schemas import new_schema_name, schema_create

PROVISIONED = "tenant.provisioned"
"""Announced under the new tenant's scope; each tenant app adds its starter rows."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """What the tenant apps are told: the brand, the starter's data, and the administrator.

    `brand` has name, primary_color, accent_color, language, currency, time_zone; `starter` is the
    template's data, a section per app; `administrator` has email, name, invite_token.
    """

    brand: dict[str, Any]
    starter: dict[str, Any]
    administrator: dict[str, Any]


def tenant_provision(
    *,
    slug: str,
    name: str,
    hosts: list[str],
    starter: str,
    provisioning: Provisioning,
    at: datetime,
) -> TenantRef:
    """Make a tenant and serve it. `hosts[0]` is its primary domain. Platform scope.

    Raises `IntegrityError` when slug or a host is taken.
    """
    with transaction.atomic():
        tenant = Tenant.objects.create(
            slug=slug,
            name=name,
            starter=starter,
            schema_name=new_schema_name(),
            wrapped_key=new_wrapped_key(),
            created_at=at,
        )
        for number, host in enumerate(hosts):
            Domain.objects.create(
                domain=host, tenant=tenant, is_primary=number == 0, verified_at=at
            )
    schema_create(tenant.schema_name)
    ref = tenant.ref()
    with tenant_scope(ref), transaction.atomic():
        announce(
            Fact(
                kind=PROVISIONED,
                subject=tenant.id,
                at=at,
                data={
                    "brand": provisioning.brand,
                    "starter": provisioning.starter,
                    "administrator": provisioning.administrator,
                },
            )
        )
    with platform_scope():
        tenant.state = TenantState.TRIAL
        tenant.save(update_fields=["state"])
    resolver.clear()
    served: TenantRef = tenant.ref()
    return served
