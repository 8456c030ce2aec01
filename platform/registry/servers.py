"""The database servers: what they are called, how to log in, and whether a tenant can live there.

The main one holds the register; each holds a job queue, the extensions and its tenants' schemas.
`settings.DATABASE_SERVERS` has the others; a tenant's `server` names the one that it lives on.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connections
from django.db.models import Count
from psycopg.conninfo import make_conninfo

from kernel.tenancy import MAIN, TenantState, platform_scope
from registry.database import (
    APP_ROLE,
    OLDEST_VERSION,
    PLATFORM_ROLE,
    QUEUE_ROLE,
    database_prepare,
)
from registry.models import BlankSchema, Tenant
from registry.queue import queue_install

_LOGIN: Final = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}
_NOT_LIBPQ: Final = frozenset({"pool", "owner"})


class UnknownServer(Exception):
    """No server is called so. The message is for whoever typed it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no database server is called {name}: there is {', '.join(servers())}")


def servers() -> list[str]:
    """The names of all servers, the main one first."""
    return [MAIN, *settings.DATABASE_SERVERS]


def login(server: str = MAIN, alias: str = "default") -> dict[str, Any]:
    """What `psycopg.connect` takes to log in to `server` as the application, or as the "owner".

    For connections of their own, that listen or hold a lock. Raises `UnknownServer`.
    """
    return {
        **{to: value for key, to in _LOGIN.items() if (value := _settings(server, alias).get(key))},
        **{
            key: value
            for key, value in _settings(server, alias)["OPTIONS"].items()
            if key not in _NOT_LIBPQ
        },
    }


def _settings(server: str, alias: str) -> dict[str, Any]:
    if server == MAIN:
        return dict(connections.settings[alias])
    try:
        found: dict[str, Any] = settings.DATABASE_SERVERS[server][alias]
    except KeyError:
        raise UnknownServer(server) from None
    return found


@dataclass(frozen=True, slots=True)
class ServerLook:
    """What was found of a server. `problem` is why no tenant can live there, in a line, or None."""

    name: str
    problem: str | None
    version: str | None = None
    extensions: dict[str, str] = field(default_factory=dict)


def server_look(name: str) -> ServerLook:
    """Go and see whether `name` can be reached and is prepared. Raises `UnknownServer` only."""
    prepare = "run: manage.py database prepare" + ("" if name == MAIN else f" --server {name}")
    try:
        with psycopg.connect(**login(name, "owner")) as connection:
            version = connection.info.parameter_status("server_version")
            if connection.info.server_version < OLDEST_VERSION:
                return ServerLook(name, "PostgreSQL 16 or later is needed", version)
            extensions = dict(
                connection.execute(
                    "SELECT extname, extversion FROM pg_extension WHERE extname <> 'plpgsql'"
                ).fetchall()
            )
            absent = _absent(connection)
    except psycopg.Error as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return ServerLook(name, f"cannot be reached: {first}")
    problem = f"{', '.join(absent)} absent; {prepare}" if absent else None
    return ServerLook(name, problem, version, extensions)


def _absent(connection: psycopg.Connection) -> list[str]:
    roles = connection.execute(
        "SELECT wanted FROM unnest(%s::text[]) AS wanted"
        " WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted)",
        [[APP_ROLE, PLATFORM_ROLE, QUEUE_ROLE]],
    ).fetchall()
    schemas = connection.execute(
        "SELECT wanted FROM unnest(%s::text[]) AS wanted WHERE to_regnamespace(wanted) IS NULL",
        [["extensions", "queue"]],
    ).fetchall()
    return [f"role {name}" for (name,) in roles] + [f"schema {name}" for (name,) in schemas]


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """How many tenants live on a server, and how many blank schemas wait there."""

    tenants: int = 0
    blanks: int = 0


def inhabitants() -> dict[str, Inhabitants]:
    """By server, as the register knows it. Binds its own scope."""
    with platform_scope():
        there = Tenant.objects.exclude(state__in=(TenantState.PREPARING, TenantState.ERASED))
        tenants, blanks = (
            dict(rows.order_by().values_list("server").annotate(count=Count("pk")))
            for rows in (there, BlankSchema.objects.all())
        )
    return {
        name: Inhabitants(tenants.get(name, 0), blanks.get(name, 0))
        for name in tenants.keys() | blanks.keys()
    }


def server_prepare(*, name: str, admin_url: str) -> None:
    """Make `name` ready to hold tenants; safe to run again. `admin_url` is a superuser's there.

    The main server's queue comes with the register's migrations. Raises `UnknownServer`,
    `psycopg.Error` and `UnsupportedServer`.
    """
    app, owner = _settings(name, "default"), _settings(name, "owner")
    database_prepare(
        admin_url=admin_url,
        name=app["NAME"],
        app_password=app["PASSWORD"],
        owner_password=owner["PASSWORD"],
    )
    if name != MAIN:
        queue_prepare(make_conninfo(**login(name, "owner")))


def queue_prepare(owner: str) -> None:
    """Make the job queue, unless it is there, where the owner's connection string leads.

    Raises `psycopg.Error`.
    """
    with psycopg.connect(owner) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('queue')")
        if cursor.fetchone() == (None,):
            queue_install(cursor)
