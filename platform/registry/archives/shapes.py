"""Schemas of the shape that rows once had: made as they were, then brought to today's release."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from kernel.tenancy import TenantRef, tenant_scope
from registry.archives.refusals import ArchiveRefused
from registry.fleet.releases import Key, Release, on_disk, recorded
from registry.fleet.replay import MigrationFailed, schema_bring
from registry.schemas import schema_create, tables_grant

LOCK_SECONDS: Final = 10.0


class ReleaseUnknown(ArchiveRefused):
    """The rows have a shape that this code cannot make."""


class RenewalFailed(ArchiveRefused):
    """A migration since then does not take these rows."""


def schema_shaped(target: TenantRef, migrations: Iterable[Key]) -> None:
    """Make the schema and role of `target`, with the tables as of exactly these migrations.

    Raises `ReleaseUnknown`.
    """
    release = _release_of(migrations)
    schema_create(target.schema, target.server, release=release)


def schema_renewed(target: TenantRef, migrations: Iterable[Key]) -> None:
    """Bring the schema of `target`, which has these migrations, to today's release.

    Raises `RenewalFailed`.
    """
    applied = frozenset(migrations)
    if is_newest(applied):
        return
    release = recorded(applied)
    try:
        with tenant_scope(target):
            schema_bring(
                release,
                grant=lambda tables: tables_grant(target.schema, tables),
                lock_seconds=LOCK_SECONDS,
            )
    except MigrationFailed as failed:
        raise RenewalFailed(
            f"{failed.migration} fails on its rows ({type(failed.__cause__).__name__}):"
            " mend the migration, then run this again"
        ) from failed


def is_newest(migrations: Iterable[Key]) -> bool:
    """Whether a schema with these migrations lacks nothing of today's release."""
    present, _ = on_disk()
    return present <= set(migrations)


def script(migrations: Iterable[Key]) -> str:
    """The tables of these migrations as SQL, for people to read. Raises `ReleaseUnknown`."""
    parts = []
    for migration in _release_of(migrations).migrations:
        texts = [getattr(step, "plain", f"-- {step}") for step in migration.steps]
        parts.append(f"-- {migration.name}\n" + "\n;\n".join(texts) + ";\n")
    return "\n".join(parts)


def _release_of(migrations: Iterable[Key]) -> Release:
    wanted = set(migrations)
    chosen = []
    for migration in recorded().migrations:
        *replaced, own = migration.rows
        # One that was squashed since has done the same under its parts' names.
        if own in wanted or (replaced and wanted.issuperset(replaced)):
            rows = tuple(row for row in migration.rows if row in wanted)
            chosen.append(replace(migration, rows=rows))
    made = {row for migration in chosen for row in migration.rows}
    if made != wanted:
        unknown = ".".join(min(wanted - made))
        raise ReleaseUnknown(
            f"it was made by a release with the migration {unknown}, which this one lacks:"
            " use the release that wrote it"
        )
    return Release(applied=frozenset(), migrations=tuple(chosen), marks=())
