"""A new operator: rows, schema, starter rows. All of it, or nothing.

No single transaction can span the platform's rows, the schema (which may be on another server) and
the tenant's rows. So there are three, under the name's lock:

1. reserve: the tenant is PREPARING, which nobody is served, in a blank schema off the pool;
2. fill: its starter rows, under its own role;
3. serve: it is on TRIAL, with whatever its making leaves on record.

Whatever stops it takes everything back; what a killed process left is taken back by the next one
to ask for the name, which holds the lock and so knows that nobody is still at work on it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from kernel.crypto import new_wrapped_key
from kernel.events import Fact, announce
from kernel.locks import session_lock
from kernel.looks import store_logo
from kernel.refusals import Refusal
from kernel.tenancy import TenantRef, TenantState, tenant_scope
from registry.archives.media import media_clear
from registry.fleet.pool import blank_claim
from registry.hosts import skeleton
from registry.models import Domain, TemplateVersion, Tenant
from registry.resolver import resolver
from registry.schemas import new_schema_name, schema_create, schema_drop

PROVISIONED = "tenant.provisioned"
"""Announced under the new tenant's scope; each tenant app adds its starter rows."""

ONBOARDED = "tenant.onboarded"
"""Announced under the platform's scope as the tenant begins to be served; data: plan, a key or '',
and currency, what its customers pay in.
"""


class SlugTaken(Refusal):
    """Another tenant has this name, or a host that it would be served under."""


@dataclass(frozen=True, slots=True)
class Center:
    """Where an operator works, in WGS-84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Provisioning:
    """What the tenant apps are told: the brand, the starter's data, and the administrator.

    `brand` has name, primary_color, accent_color, language, currency, time_zone and perhaps slogan
    and logo (an upload); `template` is a template version's data; `administrator` has email, name,
    invite_token; around `center` the template's places are laid out.
    """

    brand: dict[str, Any]
    template: dict[str, Any]
    administrator: dict[str, Any]
    center: Center | None = None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A tenant that is PREPARING; with `blank`, in a schema that is there already."""

    tenant: Tenant
    blank: bool


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
    with name_lock(slug):
        reserved = tenant_reserve(slug=slug, name=name, hosts=hosts, template=template, at=at)
        return tenant_build(reserved, provisioning=provisioning, at=at)


def name_lock(slug: str, *others: str) -> AbstractContextManager[None]:
    """Let nobody else work on a tenant called `slug`, or so like it that people would mix them up.

    They wait. With `others`, locks of those names first. Platform scope.
    """
    return session_lock(*others, f"name {skeleton(slug)}")


@transaction.atomic(savepoint=False)
def tenant_reserve(
    *, slug: str, name: str, hosts: list[str], template: TemplateVersion | None, at: datetime
) -> Reserved:
    """Take the name, the hosts and a schema, for `tenant_build` to go on with. Under `name_lock`.

    Raises `SlugTaken`.
    """
    for remains in Tenant.objects.filter(slug=slug, state=TenantState.PREPARING):
        tenant_discard(remains)
    blank = blank_claim()
    tenant = Tenant(
        slug=slug,
        name=name,
        template_version=template,
        schema_name=blank.schema if blank else new_schema_name(),
        server=blank.server if blank else settings.SERVERS_FOR_NEW_TENANTS[0],
        wrapped_key=new_wrapped_key(),
        created_at=at,
    )
    try:
        # In bulk, since django-tenants' save asks of each whether there is one like it.
        Tenant.objects.bulk_create([tenant])
        Domain.objects.bulk_create(
            Domain(domain=host, tenant=tenant, is_primary=number == 0, verified_at=at)
            for number, host in enumerate(hosts)
        )
    except IntegrityError as taken:
        raise SlugTaken from taken
    return Reserved(tenant=tenant, blank=blank is not None)


def tenant_build(
    reserved: Reserved,
    *,
    provisioning: Provisioning,
    plan: str = "",
    record: Callable[[], object] | None = None,
    at: datetime,
) -> TenantRef:
    """Make the starter rows of a reserved tenant, and serve it on `plan`. Platform scope.

    `record` is called in the transaction from which on it is served. Whatever goes wrong, the
    tenant is taken back, and what went wrong is raised.
    """
    tenant = reserved.tenant
    try:
        if not reserved.blank:
            schema_create(tenant.schema_name, server=tenant.server)
        _fill(tenant, provisioning, at)
        with transaction.atomic():
            tenant.state = TenantState.TRIAL
            tenant.save(update_fields=["state"])
            data = {"plan": plan, "currency": provisioning.brand["currency"]}
            announce(Fact(kind=ONBOARDED, subject=tenant.id, at=at, data=data))
            tenant.refresh_from_db(fields=["terms"])
            if record is not None:
                record()
    except BaseException:
        tenant_discard(tenant)
        raise
    resolver.clear()
    served: TenantRef = tenant.ref()
    return served


def tenant_take_back(tenant: Tenant) -> None:
    """Take back what a killed process left of a tenant. Waits for who is at work on its name."""
    with name_lock(tenant.slug):
        tenant_discard(tenant)


def _fill(tenant: Tenant, provisioning: Provisioning, at: datetime) -> None:
    with (
        tenant_scope(tenant.ref()),
        transaction.atomic(),
        _logo_stored(provisioning.brand, at) as brand,
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
                    "center": asdict(provisioning.center) if provisioning.center else None,
                },
            )
        )


@contextmanager
def _logo_stored(brand: dict[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
    """`brand` with its logo's path in place of the upload; the file goes if the block fails."""
    upload = brand.get("logo")
    if upload is None:
        yield {**brand, "logo": ""}
    else:
        with store_logo(upload, at=at) as stored:
            yield {**brand, "logo": stored.path}


def tenant_discard(tenant: Tenant) -> None:
    """Take back a tenant that was never served: schema, role, files, then its rows."""
    unserved = Tenant.objects.filter(id=tenant.id, state=TenantState.PREPARING)
    if unserved.exists():
        schema_drop(tenant.schema_name, server=tenant.server)
        media_clear(tenant.schema_name)
        unserved.delete()
