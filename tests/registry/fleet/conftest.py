"""A fleet in a database of its own, which a test may migrate as it likes."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connections
from psycopg import sql

from kernel.crypto import new_wrapped_key
from kernel.tenancy import TenantRef, TenantState, platform_scope
from registry.fleet.migrate import Outcome, fleet_migrate
from registry.fleet.releases import on_disk, release
from registry.models import BlankSchema, Tenant
from registry.schemas import new_schema_name, schema_create, schema_drop
from tests.support import database
from tests.support.database import SOME_DAY


class Fleet:
    """The database, and the release that is on disk."""

    def __init__(self, name: str, settings: Any) -> None:
        self.name, self._settings = name, settings
        self.made: list[str] = []

    def on_disk(self, package: str) -> None:
        """From now on the code has the migrations of `tests.releases.PACKAGE`."""
        self._settings.MIGRATION_MODULES = {"releases": f"tests.releases.{package}"}
        forget()

    def tenant(self, slug: str, state: TenantState = TenantState.ACTIVE) -> TenantRef:
        """A new tenant with a schema as the code has it now."""
        schema = self.schema()
        with platform_scope():
            tenant = Tenant.objects.create(
                slug=slug,
                name=slug,
                schema_name=schema,
                state=state,
                wrapped_key=new_wrapped_key(),
                created_at=SOME_DAY,
            )
        ref: TenantRef = tenant.ref()
        return ref

    def blank(self) -> BlankSchema:
        """A new blank schema as the code has it now."""
        schema = self.schema()
        with platform_scope():
            return BlankSchema.objects.create(
                schema_name=schema, release=release(), made_at=SOME_DAY
            )

    def schema(self) -> str:
        """A schema that the register knows nothing of."""
        schema = new_schema_name()
        schema_create(schema)
        self.made.append(schema)
        return schema

    def migrate(self, **options: Any) -> Outcome:
        """One after the other, unless told, so that a test knows which is first."""
        return fleet_migrate(at=SOME_DAY, **{"jobs": 1, **options})

    def sql(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a superuser is answered; {schema} and the like must be filled in already."""
        with self.connect() as admin:
            cursor = admin.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def connect(self) -> psycopg.Connection:
        """A superuser's connection to the fleet's database."""
        return psycopg.connect(database._admin_url(self.name), autocommit=True)

    def ledger(self, schema: str) -> set[str]:
        """The tests' own migrations that a schema has."""
        rows = self.sql(f"SELECT name FROM \"{schema}\".django_migrations WHERE app = 'releases'")
        return {name for (name,) in rows}

    def ledgers(self) -> dict[str, Any]:
        """Every schema's ledger as it is, with the time of each row."""
        rows = self.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        return {
            schema: self.sql(f'SELECT app, name, applied FROM "{schema}".django_migrations')
            for (schema,) in rows
        }


def forget() -> None:
    """What is on disk is read once a process; a test changes it."""
    on_disk.cache_clear()
    release.cache_clear()


@pytest.fixture
def fleet(settings: Any) -> Iterator[Fleet]:
    """Alpha and beta, on the release `first`."""
    name = f"{django_settings.WORKER_DATABASE}_fleet"
    identifier = sql.Identifier(name)
    with psycopg.connect(database._admin_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER daiqu_owner TEMPLATE {}").format(
                identifier, sql.Identifier(django_settings.TEMPLATE_DATABASE)
            )
        )
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO daiqu_app").format(identifier))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(identifier))
        database._use(name)
        fleet = Fleet(name, settings)
        try:
            fleet.on_disk("first")
            assert fleet.migrate().failed == []
            yield fleet
            for schema in fleet.made:
                schema_drop(schema)
        finally:
            database._use(django_settings.WORKER_DATABASE)
            for connection in connections.all():
                connection.close()
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
            settings.MIGRATION_MODULES = {}
            forget()
