"""One schema brought to a release, while its line in the register is held; and why it was not."""

import traceback
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction

from kernel.tenancy import platform_scope, tenant_scope
from registry.database import OWNER_ALIAS
from registry.fleet import (
    HAVE_SCHEMA,
    FleetSchema,
    Kind,
    nobody,
    of_blank,
    of_restoration,
    of_tenant,
)
from registry.fleet.releases import Release, release
from registry.fleet.replay import (
    LedgerChanged,
    MigrationFailed,
    StepsChanged,
    is_busy,
    schema_bring,
)
from registry.models import BlankSchema, Restoration, Tenant
from registry.schemas import tables_grant

_TELLING: Final = ("0A", "23", "40", "42", "53", "55")
"""Classes of SQLSTATE whose first line names tables, columns and constraints, but no values."""


class Moving(Exception):
    """The tenant is on its way to another server."""


def schema_migrate(schema: FleetSchema, goal: Release) -> None:
    """Bring `schema` to `goal`. Binds its own scopes.

    Raises `Moving`, `Unavailable`, `MigrationFailed`, `LedgerChanged` and the database's errors;
    then the schema is as it was.
    """
    seconds = settings.FLEET_LOCK_SECONDS
    with platform_scope(), transaction.atomic():
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")
        now = _held(schema)
        if now is None:
            return  # erased or dropped since it was read
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            # It is idle on purpose. As the last statement of all it also ends the snapshot of the
            # one before, for which CREATE INDEX CONCURRENTLY would wait, and we for that.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        with tenant_scope(now.ref()):
            schema_bring(goal, grant=partial(tables_grant, now.schema), lock_seconds=seconds)
        if now.kind == Kind.BLANK:
            BlankSchema.objects.filter(schema_name=now.schema).update(release=release())


def is_half_way(schema: FleetSchema) -> bool:
    """Whether some steps of a migration are in `schema`, and others not. False if nobody says."""
    with (
        suppress(Error),
        tenant_scope(nobody(schema.schema, schema.server)),
        connections[OWNER_ALIAS].cursor() as cursor,
    ):
        cursor.execute(
            "SELECT obj_description(to_regclass('django_migrations'), 'pg_class') IS NOT NULL"
        )
        return bool(cursor.fetchone()[0])
    return False


def may_pass(error: BaseException) -> bool:
    """Whether it is worth trying again in a moment."""
    return is_busy(error) or isinstance(error, Moving)


def described(error: BaseException) -> tuple[str, str]:
    """The migration that failed, if one did, and why: the kind of error and no value of a row's."""
    if isinstance(error, MigrationFailed) and error.__cause__ is not None:
        return error.migration, _described(error.__cause__)
    return "", _described(error)


def _held(schema: FleetSchema) -> FleetSchema | None:
    """Whose schema it is by now, held until the transaction ends. Raises `Moving`.

    A blank one may have been claimed meanwhile, a restored one swapped in.
    """
    name = schema.schema
    if schema.kind == Kind.BLANK:
        blank = BlankSchema.objects.select_for_update().filter(schema_name=name).first()
        if blank is not None:
            return of_blank(blank)
    tenant = Tenant.objects.select_for_update(no_key=True).filter(schema_name=name).first()
    if tenant is not None:
        if tenant.moving_since is not None:
            raise Moving
        return of_tenant(tenant)
    restored = Restoration.objects.select_for_update(of=("self",)).select_related("tenant")
    restoration = restored.filter(schema_name=name, state__in=HAVE_SCHEMA).first()
    return of_restoration(restoration) if restoration else None


def _described(error: BaseException) -> str:
    if isinstance(error, Moving):
        return "its tenant is being moved to another server"
    if isinstance(error, LedgerChanged):
        return "somebody else has migrated it meanwhile"
    if isinstance(error, StepsChanged):
        return "it was broken off half-way, and has been changed since: finish it by hand"
    if is_busy(error):
        return "its tables are in use: a transaction there does not end"
    cause = error.__cause__ if isinstance(error, Error) else error
    if not isinstance(cause, psycopg.Error):
        return f"{type(error).__name__} at {_place(error)}"
    kind = type(cause).__name__
    if (cause.sqlstate or "").startswith(_TELLING):
        return f"{kind}: {(cause.diag.message_primary or '').partition('\n')[0]}"
    where = [cause.diag.table_name, cause.diag.column_name, cause.diag.constraint_name]
    return " ".join([kind, *(name for name in where if name)])


def _place(error: BaseException) -> str:
    """The innermost line of our own that the error came through."""
    place = "an unknown place"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts:
            place = f"{path.relative_to(settings.BASE_DIR)}:{frame.lineno}"
    return place
