"""How long a release takes through a fleet, ours beside django-tenants' own executor."""

import os
import time
from typing import Any, Final

from django.core.management import call_command
from django.db import connections
from django_tenants.migration_executors.standard import StandardExecutor

from kernel import clock
from kernel.tenancy import MAIN, platform_scope, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet import nobody
from registry.fleet.migrate import fleet_migrate
from registry.models import BlankSchema, Tenant
from registry.schemas import new_schema_name, schema_drop

THEIRS: Final = 100
"""Tenants for django-tenants' executor, which takes its time."""


def release_of(limit: int) -> dict[str, Any]:
    """Carry this process's BENCH_RELEASE through the first `limit` tenants."""
    with platform_scope():
        slugs = list(Tenant.objects.order_by("id").values_list("slug", flat=True)[:limit])
    began = time.perf_counter()
    outcome = fleet_migrate(at=clock.now(), only=slugs)
    return {
        "release": os.environ["BENCH_RELEASE"],
        "schemas": len(slugs),
        "migrated": outcome.migrated,
        "failed": len(outcome.failed),
        "seconds": time.perf_counter() - began,
    }


def release_of_theirs() -> dict[str, Any]:
    """The same by django-tenants' executor, for the last `THEIRS` tenants."""
    with platform_scope():
        names = Tenant.objects.order_by("-id").values_list("schema_name", flat=True)
        schemas = list(names[:THEIRS])
    options = {
        "app_label": None, "migration_name": None, "interactive": False, "verbosity": 0,
        "fake": False, "fake_initial": False, "plan": False, "check_unapplied": False,
        "run_syncdb": False, "database": OWNER_ALIAS, "no_color": True,
        "force_color": False, "skip_checks": True, "prune": False,
    }  # fmt: skip
    began = time.perf_counter()
    StandardExecutor((), options).run_migrations(tenants=schemas)
    return {"schemas": len(schemas), "seconds": time.perf_counter() - began}


def revert() -> None:
    """Take back what an earlier run of the bench released to a fleet that was kept."""
    with platform_scope():
        schemas = Tenant.objects.values_list("schema_name", flat=True)
        schemas = ["public", *schemas, *BlankSchema.objects.values_list("schema_name", flat=True)]
    for schema in schemas:
        with platform_scope(), connections[OWNER_ALIAS].cursor() as cursor:
            if schema != "public":
                cursor.execute(
                    f'ALTER TABLE IF EXISTS "{schema}".releases_thing DROP COLUMN IF EXISTS rank'
                )
            cursor.execute(
                f'DELETE FROM "{schema}".django_migrations'  # noqa: S608
                " WHERE app = 'releases' AND name <> '0001_initial'"
            )


def created_by_migrations() -> float:
    """Seconds that one new schema takes by django-tenants' own way: running every migration."""
    schema = new_schema_name()
    connection = connections[OWNER_ALIAS]
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{schema}" NOLOGIN')
        cursor.execute(f'CREATE SCHEMA "{schema}"')
    began = time.perf_counter()
    with tenant_scope(nobody(schema)):
        call_command("migrate_schemas", schema_name=schema, tenant=True, verbosity=0)
    seconds = time.perf_counter() - began
    schema_drop(schema, MAIN)
    return seconds
