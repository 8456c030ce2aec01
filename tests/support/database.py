"""One template database per run with the two tenants in it; a copy per worker; clean per test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from billing.models import Subscription
from kernel.tenancy import TenantRef, platform_scope
from registry.models import Tenant
from registry.provisioning import Provisioning, tenant_provision

ALPHA_HOST, BETA_HOST = "alpha.localhost", "beta.localhost"
PLATFORM_HOST = "platform.localhost"
SOME_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

BRANDS = {
    "alpha": {
        "name": {"zh-Hans": "阿尔法跑腿", "en": "Alpha Errands"},
        "primary_color": "#1677ff",
        "accent_color": "#fa8c16",
        "language": "zh-Hans",
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
    },
    "beta": {
        "name": {"en": "Beta Home Services"},
        "primary_color": "#0f766e",
        "accent_color": "#f59e0b",
        "language": "en",
        "currency": "GBP",
        "time_zone": "Europe/London",
    },
}


def _use(name: str) -> None:
    for alias in connections:
        connection = connections[alias]
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = name


def build_template() -> None:
    """Migrate the template database and provision alpha and beta in it, from an empty starter."""
    _use(settings.TEMPLATE_DATABASE)
    call_command("migrate_schemas", "--shared", verbosity=0)
    for slug in BRANDS:
        provisioned(slug)
    _snapshot()
    _use(settings.WORKER_DATABASE)


def provisioned(slug: str) -> TenantRef:
    """A new tenant called `slug`, with nothing but what every operator begins with.

    No plan bounds it: tests give it one where it matters.
    """
    with platform_scope():
        made = tenant_provision(
            slug=slug,
            name=slug,
            hosts=[f"{slug}.localhost"],
            template=None,
            provisioning=Provisioning(
                brand=BRANDS.get(slug, BRANDS["beta"]),
                template={},
                administrator={
                    "email": "ines@example.test",
                    "name": "Ines",
                    "invite_token": f"invite-{slug}",
                },
            ),
            at=SOME_DAY,
        )
        Subscription.objects.filter(tenant_id=made.id).delete()
        Tenant.objects.filter(id=made.id).update(terms={})
    return tenant(slug)


def copy_template() -> None:
    """Give this worker a database of its own."""
    name = sql.Identifier(settings.WORKER_DATABASE)
    with psycopg.connect(_admin_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER daiqu_owner TEMPLATE {}").format(
                name, sql.Identifier(settings.TEMPLATE_DATABASE)
            )
        )
        # A copy has no privileges on the database itself.
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO daiqu_app").format(name))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))


def tenant(slug: str) -> TenantRef:
    """The tenant called `slug`, as the code below the registry knows it."""
    with platform_scope():
        return Tenant.objects.get(slug=slug).ref()


def admin_connection() -> psycopg.Connection:
    """A superuser's connection to the worker's database: to look behind the wall."""
    return psycopg.connect(_admin_url(settings.WORKER_DATABASE), autocommit=True)


@contextmanager
def server_lock(name: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock that all workers of the run know, on the server's own database.

    Those who hold it `shared` keep out only those who want it alone.
    """
    lock = "pg_advisory_lock_shared" if shared else "pg_advisory_lock"
    with psycopg.connect(_admin_url(), autocommit=True) as admin:
        admin.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [name])
        yield


def _admin_url(database: str | None = None) -> str:
    url = os.environ["TEST_ADMIN_URL"]
    return url.rpartition("/")[0] + "/" + database if database else url


def _schemas(admin: psycopg.Connection) -> list[str]:
    rows = admin.execute(
        "SELECT nspname FROM pg_namespace"
        " WHERE nspname LIKE 't\\_%' OR nspname IN ('public', 'queue')"
    )
    return [row[0] for row in rows]


def _snapshot() -> None:
    """Keep every row of the fresh template beside it, and write the script that restores it."""
    with psycopg.connect(_admin_url(settings.TEMPLATE_DATABASE), autocommit=True) as admin:
        admin.execute("DELETE FROM queue.procrastinate_jobs")  # reports of usage
        admin.execute("CREATE SCHEMA baseline")
        body: list[str] = ["SET LOCAL session_replication_role = replica;"]
        refill: list[str] = []
        for schema in _schemas(admin):
            tables = admin.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]
            ).fetchall()
            for (table,) in tables:
                if table in ("django_migrations", "django_content_type"):
                    continue
                body.append(f'DELETE FROM "{schema}"."{table}";')
                if admin.execute(f'SELECT 1 FROM "{schema}"."{table}" LIMIT 1').fetchone():
                    kept = f'baseline."{schema}_{table}"'
                    admin.execute(f'CREATE TABLE {kept} AS TABLE "{schema}"."{table}"')
                    refill.append(
                        f'INSERT INTO "{schema}"."{table}" OVERRIDING SYSTEM VALUE TABLE {kept};'
                    )
        script = "\n".join(body + refill)
        admin.execute(
            f"CREATE PROCEDURE baseline.restore() LANGUAGE plpgsql AS $$ BEGIN {script} END $$"
        )


class Cleaner:
    """Puts the worker's database back as the template was; a few milliseconds."""

    def __init__(self) -> None:
        self.admin = admin_connection()
        self._known = self._schemas()

    def clean(self) -> None:
        """Delete every row of every tenant and the register, and refill the fresh ones.

        Schemas that a test has made are dropped, with their roles.
        """
        self.admin.execute("CALL baseline.restore()")
        for schema in self._schemas() - self._known:
            name = sql.Identifier(schema)
            with self.admin.transaction():  # no other worker sees a role that has lost its schema
                self.admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(name))
                with (
                    suppress(psycopg.errors.DependentObjectsStillExist),  # in another database
                    self.admin.transaction(),
                ):
                    self.admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))

    def _schemas(self) -> set[str]:
        rows = self.admin.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        return {row[0] for row in rows}


def fixed_id(number: int) -> UUID:
    """The same primary key in every tenant: a leak then shows as a wrong answer."""
    return UUID(int=(0x0190_0000_0000_7000_8000 << 48) + number)
