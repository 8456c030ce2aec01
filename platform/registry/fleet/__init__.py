"""All schemas at once: who has one, on which release it is, and how a release reaches them all.

| module | what it does |
|---|---|
| `releases` | the tenant migrations on disk as steps, recorded from a real run |
| `replay` | the steps carried out in one schema |
| `status` | which schema is where |
| `safety` | migrations that would lock or rewrite a large table |
| `migrate` | a release for every schema |
| `pool` | blank schemas, made before they are needed |
| `keys` | what the master keys have sealed, and sealing it anew |
| `catalog`, `doctor` | what is not as it should be, and mending it |

See README.md beside this file.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connections

from kernel.crypto import new_wrapped_key
from kernel.tenancy import MAIN, TenantRef, TenantState, platform_scope, tenant_scope
from kernel.tenancy.unavailable import Unavailable
from registry.database import OWNER_ALIAS
from registry.models import BlankSchema, Restoration, Tenant


class Kind(StrEnum):
    """Whose schema it is: a tenant's, nobody's yet, or a backup's beside its tenant's."""

    TENANT = "tenant"
    BLANK = "blank"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class FleetSchema:
    """One schema with the tenants' tables, and the server it is on; `slug` is its tenant's."""

    schema: str
    server: str
    slug: str | None
    kind: Kind
    tenant: TenantRef | None = field(default=None, repr=False)

    def ref(self) -> TenantRef:
        """The scope for work in it: its tenant's own, or nobody's with a key of no use after."""
        if self.tenant is None:
            return nobody(self.schema, self.server)
        return replace(self.tenant, schema=self.schema, server=self.server)

    @property
    def state(self) -> str:
        """The tenant's state; for a schema that is not in use, its kind."""
        if self.tenant is None or self.kind != Kind.TENANT:
            return self.kind.value
        return self.tenant.state.value


HAVE_SCHEMA: Final = (Restoration.State.BESIDE, Restoration.State.SWAPPED)
"""Restorations with a schema beside their tenant's: the backup's rows, or those it replaced."""


def nobody(schema: str, server: str = MAIN) -> TenantRef:
    """A scope for `schema` while no tenant is known, or none is meant."""
    return TenantRef(
        id=UUID(int=0),
        slug="",
        schema=schema,
        state=TenantState.PREPARING,
        wrapped_key=new_wrapped_key(),
        server=server,
    )


def schemas_known() -> list[FleetSchema]:
    """Every schema that has the tenants' tables, or should: tenants', restored and blank ones.

    A tenant that is being prepared counts from when its schema is there; an erased one has none.
    """
    with platform_scope():
        tenants = Tenant.objects.exclude(state=TenantState.ERASED).order_by("id")
        known = [of_tenant(tenant) for tenant in tenants]
        beside = Restoration.objects.filter(state__in=HAVE_SCHEMA).order_by("id")
        known += [of_restoration(restoration) for restoration in beside.select_related("tenant")]
        blanks = BlankSchema.objects.order_by("schema_name")
        known += [of_blank(blank) for blank in blanks]
    unfinished = [one for one in known if one.state == TenantState.PREPARING]
    absent = {one.schema for one in unfinished} - _there(unfinished)
    return [one for one in known if one.schema not in absent]


def of_tenant(tenant: Tenant) -> FleetSchema:
    """The schema that `tenant` lives in."""
    return FleetSchema(tenant.schema_name, tenant.server, tenant.slug, Kind.TENANT, tenant.ref())


def of_blank(blank: BlankSchema) -> FleetSchema:
    """A blank schema."""
    return FleetSchema(blank.schema_name, blank.server, None, Kind.BLANK)


def of_restoration(restoration: Restoration) -> FleetSchema:
    """A restored schema. What is encrypted in it is so under its tenant's key."""
    tenant = restoration.tenant
    return FleetSchema(
        restoration.schema_name, tenant.server, tenant.slug, Kind.RESTORED, tenant.ref()
    )


def by_server(schemas: Iterable[FleetSchema]) -> dict[str, list[FleetSchema]]:
    """The schemas of each server, in their order."""
    found: dict[str, list[FleetSchema]] = {}
    for one in schemas:
        found.setdefault(one.server, []).append(one)
    return found


def schemas_present(server: str, schemas: Collection[str]) -> set[str]:
    """Which of `schemas` are on `server`, with a ledger of migrations. Raises `Unavailable`."""
    with tenant_scope(nobody("t_none", server)), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            # By the table's name, for which pg_class has an index.
            "SELECT nspname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relname = 'django_migrations' AND nspname = ANY(%s)",
            [list(schemas)],
        )
        return {schema for (schema,) in cursor.fetchall()}


def _there(schemas: list[FleetSchema]) -> set[str]:
    """Those that are there, or on a server that does not say."""
    found = set()
    for server, some in by_server(schemas).items():
        names = {one.schema for one in some}
        try:
            found |= schemas_present(server, names)
        except Unavailable:
            found |= names
    return found
