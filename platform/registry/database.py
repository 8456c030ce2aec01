"""Roles, database and extensions: what a server needs once, before the first migration.

The only code that connects as a superuser. `manage.py database prepare` runs it; the demo and the
tests do too, so that the wall between tenants stands there as well.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER_ALIAS = "owner"
"""The owner's login in `settings.DATABASES`: it makes, migrates and drops schemas."""

OWNER_ROLE = "daiqu_owner"
APP_ROLE = "daiqu_app"
PLATFORM_ROLE = "daiqu_platform"
QUEUE_ROLE = "daiqu_queue"
EXTENSIONS = ("btree_gist", "pg_trgm")


OLDEST_VERSION = 160000
"""PostgreSQL 16 is the first to grant a role WITH INHERIT FALSE, on which the wall stands."""


class UnsupportedServer(Exception):
    """The server is too old; the message says which version it is."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The two logins' URLs: the application's, and the owner's for migrations and provisioning."""

    app: str
    owner: str


def database_prepare(
    *, admin_url: str, name: str, app_password: str, owner_password: str
) -> DatabaseUrls:
    """Make roles, database `name`, extensions and the wall's grants; safe to run again.

    `admin_url` is a superuser's URL to any database of the server. Raises `psycopg.Error`
    and `UnsupportedServer`.
    """
    with psycopg.connect(admin_url, autocommit=True) as admin:
        if admin.info.server_version < OLDEST_VERSION:
            found = admin.info.parameter_status("server_version")
            raise UnsupportedServer(f"PostgreSQL 16 or later is needed; this one is {found}")
        _roles(admin, app_password=app_password, owner_password=owner_password)
        exists = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not exists:
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(name), sql.Identifier(OWNER_ROLE)
                )
            )
    with psycopg.connect(_at(admin_url, database=name), autocommit=True) as admin:
        _wall(admin, name)
    return DatabaseUrls(
        app=_at(admin_url, database=name, user=APP_ROLE, password=app_password),
        owner=_at(admin_url, database=name, user=OWNER_ROLE, password=owner_password),
    )


def _roles(admin: psycopg.Connection, *, app_password: str, owner_password: str) -> None:
    logins = {
        # CREATEROLE makes the tenants' roles; it can touch only the roles that it made.
        OWNER_ROLE: sql.SQL("LOGIN CREATEROLE PASSWORD {}").format(owner_password),
        APP_ROLE: sql.SQL("LOGIN NOINHERIT PASSWORD {}").format(app_password),
        PLATFORM_ROLE: sql.SQL("NOLOGIN"),
        QUEUE_ROLE: sql.SQL("NOLOGIN"),
    }
    for role, attributes in logins.items():
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        admin.execute(sql.SQL("{} ROLE {} {}").format(verb, sql.Identifier(role), attributes))
    for role in (PLATFORM_ROLE, QUEUE_ROLE):
        admin.execute(
            sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
                sql.Identifier(role), sql.Identifier(APP_ROLE)
            )
        )


def _wall(admin: psycopg.Connection, name: str) -> None:
    owner, app = sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
    database, platform = sql.Identifier(name), sql.Identifier(PLATFORM_ROLE)
    for statement in (
        # It could lift a tenant's role from inside a SELECT; see kernel/tenancy/README.md.
        "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {owner}, {app}",
        # DO runs many statements as one, and could change the role between them.
        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
        "GRANT USAGE ON LANGUAGE plpgsql TO {owner}",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {app}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "ALTER SCHEMA public OWNER TO {owner}",
        "GRANT USAGE ON SCHEMA public TO {platform}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {platform}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT USAGE ON SEQUENCES TO {platform}",
        "CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION {owner}",
        "GRANT USAGE ON SCHEMA extensions TO PUBLIC",
    ):
        admin.execute(
            sql.SQL(statement).format(owner=owner, app=app, database=database, platform=platform)
        )
    for extension in EXTENSIONS:
        admin.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA extensions").format(
                sql.Identifier(extension)
            )
        )


def _at(url: str, *, database: str, user: str | None = None, password: str = "") -> str:
    """`url` with another database and, where given, another login."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if user is not None:
        netloc = f"{quote(user)}:{quote(password, safe='')}@{netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{quote(database)}"))
