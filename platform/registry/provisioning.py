"""A new operator: rows, schema, starter rows. All of it, or nothing.

No single transaction can span the platform's rows, the schema (made by the owner's login) and the
tenant's rows. So a tenant is PREPARING, which nobody is served, until all is there; whatever stops
it takes everything back; and what a killed process left is taken back by the next one to ask for
the name, which holds the name's lock and so knows that nobody is still at work on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connections, transaction

from kernel.crypto import new_wrapped_key
from kernel.events import Fact, announce
from kernel.looks import store_logo
from kernel.refusals import Refusal
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.models import Domain, TemplateVersion, Tenant
from registry.resolver import resolver
from registry.schemas import OWNER_ALIAS, new_schema_name, schema_create, schema_drop

PROVISIONED = "tenant.provisioned"
"""Announced under the new tenant's scope; each tenant app adds its starter rows."""


class SlugTaken(Refusal):
    """Another tenant has this name, or a host that it would be served under."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """What the tenant apps are told: the brand, the starter's data, and the administrator.

    `brand` has name, primary_color, accent_color, language, currency, time_zone and perhaps slogan
    and logo (an upload); `template` is a template version's data; `administrator` has email, name,
    invite_token.
    """

    brand: dict[str, Any]
    template: dict[str, Any]
    administrator: dict[str, Any]


def tenant_provision(
    *,
    slug: str,
    name: str,
    hosts: list[str],
    template: TemplateVersion | None,
    provisioning: Provisioning,
    at: datetime,
) -> TenantRef:
    """Make a tenant and serve it. `hosts[0]` is its primary domain. Platform scope.

    Raises `SlugTaken`, what `store_logo` raises, and whatever a listener of `PROVISIONED` raises,
    leaving nothing behind.
    """
    with slug_lock(slug):
        tenant = tenant_reserve(slug=slug, name=name, hosts=hosts, template=template, at=at)
        return tenant_build(tenant, provisioning=provisioning, at=at)


@contextmanager
def slug_lock(slug: str) -> Iterator[None]:
    """Let nobody else work on the tenant called `slug`; they wait. Dies with its process."""
    connection = connections[OWNER_ALIAS]
    try:
        with platform_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"slug {slug}"])
        yield
    finally:
        connection.close()  # a session's lock ends with it, whatever state it is in


@transaction.atomic
def tenant_reserve(
    *, slug: str, name: str, hosts: list[str], template: TemplateVersion | None, at: datetime
) -> Tenant:
    """Take the name and the hosts, for `tenant_build` to go on with. Under the name's lock.

    Raises `SlugTaken`.
    """
    for remains in Tenant.objects.filter(slug=slug, state=TenantState.PREPARING):
        _discard(remains)
    try:
        tenant: Tenant = Tenant.objects.create(
            slug=slug,
            name=name,
            template_version=template,
            schema_name=new_schema_name(),
            wrapped_key=new_wrapped_key(),
            created_at=at,
        )
        for number, host in enumerate(hosts):
            Domain.objects.create(
                domain=host, tenant=tenant, is_primary=number == 0, verified_at=at
            )
    except IntegrityError as taken:
        raise SlugTaken from taken
    return tenant


def tenant_build(tenant: Tenant, *, provisioning: Provisioning, at: datetime) -> TenantRef:
    """Make the schema and the starter rows of a reserved tenant, and serve it.

    Whatever goes wrong, the tenant is taken back, and what went wrong is raised.
    """
    try:
        schema_create(tenant.schema_name)
        with (
            tenant_scope(tenant.ref()),
            _logo_stored(provisioning.brand) as brand,
            transaction.atomic(),
        ):
            announce(
                Fact(
                    kind=PROVISIONED,
                    subject=tenant.id,
                    at=at,
                    data={
                        "brand": brand,
                        "template": provisioning.template,
                        "administrator": provisioning.administrator,
                    },
                )
            )
        with platform_scope():
            tenant.state = TenantState.TRIAL
            tenant.save(update_fields=["state"])
    except BaseException:
        with platform_scope():
            _discard(tenant)
        raise
    resolver.clear()
    served: TenantRef = tenant.ref()
    return served


@contextmanager
def _logo_stored(brand: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`brand` with its logo's path in place of the upload; the file goes if the block fails."""
    upload = brand.get("logo")
    if upload is None:
        yield {**brand, "logo": ""}
    else:
        with store_logo(upload) as stored:
            yield {**brand, "logo": stored.path}


def _discard(tenant: Tenant) -> None:
    """Take back a tenant that was never served: schema, role, then its rows."""
    schema_drop(tenant.schema_name)
    Tenant.objects.filter(id=tenant.id).delete()
