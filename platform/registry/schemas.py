"""A tenant's schema and role: made, filled with tables, granted, dropped. Owner's login only.

The tables come from the tenant apps' migrations: they are recorded once per process and replayed
into each new schema (`registry.fleet`), which takes a twentieth of the time of running them.
"""

import secrets
from collections.abc import Collection

from django.db import connections, transaction
from psycopg import sql

from kernel.tenancy import MAIN, tenant_scope
from registry import citus
from registry.database import APP_ROLE
from registry.database import OWNER_ALIAS as OWNER_ALIAS
from registry.fleet import nobody
from registry.fleet.releases import LEDGER, Release, recorded, tables_made, tables_of
from registry.fleet.replay import schema_fill

APPEND_ONLY = frozenset(
    {
        "journal_event",
        "journal_auditentry",
        "access_securityevent",
        "ledger_posting",
        "ledger_entry",
    }
)
"""Tables whose rows the application may add and read, and nothing more."""


def new_schema_name() -> str:
    """An opaque, permanent name: role and table names are visible to every role in the catalog."""
    return "t_" + secrets.token_hex(6)


def schema_create(schema: str, server: str = MAIN, *, release: Release | None = None) -> None:
    """Make role and schema `schema` on `server`, with every tenant table, in one transaction.

    An older `release` leaves it where that ends. Data migrations run in it too, and find no rows.
    Raises `Unavailable`, and what `registry.fleet.releases.recorded` raises.
    """
    name, app = sql.Identifier(schema), sql.Identifier(APP_ROLE)
    release = release or recorded()
    connection = connections[OWNER_ALIAS]
    with tenant_scope(nobody(schema, server)), transaction.atomic(using=OWNER_ALIAS):
        with connection.cursor() as cursor:
            for statement in (
                *citus.schema_settings(server),
                f"CREATE ROLE {{name}} {citus.role_login(server)}",
                "GRANT {name} TO {app} WITH INHERIT FALSE, SET TRUE",
                "CREATE SCHEMA {name}",
                "GRANT USAGE ON SCHEMA {name} TO {name}",
            ):
                cursor.execute(sql.SQL(statement).format(name=name, app=app))
            cursor.execute(LEDGER)
        schema_fill(release)
        tables_grant(schema, tables_made(release.migrations))


def schema_grant(schema: str) -> None:
    """Give the schema's role its least rights on every table. Safe to run again.

    The bound scope says on which server.
    """
    name = sql.Identifier(schema)
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {0} TO {0}").format(name))
    tables_grant(schema, tables_of(schema) - {"django_migrations"})


def tables_grant(schema: str, tables: Collection[str]) -> None:
    """Give the schema's role its least rights on these tables. The bound scope says where."""
    groups = {
        "SELECT, INSERT": sorted(set(tables) & APPEND_ONLY),
        "SELECT, INSERT, UPDATE, DELETE": sorted(set(tables) - APPEND_ONLY),
    }
    with connections[OWNER_ALIAS].cursor() as cursor:
        for rights, names in groups.items():
            if names:
                # Named tables: ALL TABLES IN SCHEMA costs more with every schema there is.
                cursor.execute(
                    sql.SQL("GRANT {} ON {} TO {}").format(
                        sql.SQL(rights),
                        sql.SQL(", ").join(sql.Identifier(schema, table) for table in names),
                        sql.Identifier(schema),
                    )
                )


def schema_drop(schema: str, server: str = MAIN) -> None:
    """Drop schema and role on `server`, with everything in it. There is no way back."""
    name = sql.Identifier(schema)
    connection = connections[OWNER_ALIAS]
    with (
        tenant_scope(nobody(schema, server)),
        transaction.atomic(using=OWNER_ALIAS),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [schema])
        if cursor.fetchone():
            cursor.execute(sql.SQL("DROP ROLE {}").format(name))
