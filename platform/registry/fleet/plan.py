"""What a release would do to the fleet: who lacks what, and which large tables it would lock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kernel.tenancy import platform_scope
from registry.database import OWNER_ALIAS
from registry.fleet import FleetSchema, Kind, schemas_known
from registry.fleet.releases import (
    Key,
    RecordedMigration,
    Release,
    ReleaseBroken,
    recorded,
    tenant_labels,
)
from registry.fleet.safety import LARGE_TABLE_ROWS, Finding, Table, findings_of, largest_table
from registry.fleet.status import Place, Standing, standings


class UnknownTenants(Exception):
    """No tenant that has a schema is called this."""


@dataclass(frozen=True, slots=True)
class Group:
    """Schemas that have the same migrations, and what they lack."""

    release: Release
    schemas: Sequence[FleetSchema]


@dataclass(frozen=True, slots=True)
class Failed:
    """A schema that cannot be brought to the release, and why: without its data."""

    of: FleetSchema
    migration: str
    error: str


@dataclass(frozen=True)
class Plan:
    """What a run would do. `platform` are the platform's own migrations, which come first.

    `flagged` has, for each statement that locks or rewrites, the largest table that it would meet.
    """

    platform: Sequence[str]
    standings: Sequence[Standing]
    groups: Sequence[Group]
    hopeless: Sequence[Failed]
    flagged: dict[Finding, Table | None]

    @cached_property
    def schemas(self) -> list[FleetSchema]:
        """Those to be migrated."""
        return [one for group in self.groups for one in group.schemas]

    @cached_property
    def refused(self) -> dict[Finding, Table | None]:
        """Those of the flagged that need somebody to accept them."""
        return {
            finding: table
            for finding, table in self.flagged.items()
            if table and table.rows > LARGE_TABLE_ROWS and not finding.safe_because
        }


def fleet_plan(*, only: Collection[str] = ()) -> Plan:
    """What `fleet_migrate` would do; changes nothing. `only` are the slugs of some tenants.

    Raises `UnknownTenants`, `LinterAbsent`, what a broken migration raises on empty tables, and
    the database's error where the platform's own migrations must come first.
    """
    known = schemas_known()
    if only:
        known = [one for one in known if one.kind == Kind.TENANT and one.slug in only]
        if strangers := set(only) - {one.slug for one in known}:
            raise UnknownTenants(", ".join(sorted(strangers)))
    read = standings(known)
    hopeless = [
        Failed(standing.of, "", standing.problem)
        for standing in read
        if standing.place == Place.LOST
    ]
    behind: dict[frozenset[Key], list[FleetSchema]] = {}
    for standing in read:
        if standing.place == Place.BEHIND and standing.applied is not None:
            behind.setdefault(standing.applied, []).append(standing.of)
    groups = []
    for applied, schemas in behind.items():
        try:
            groups.append(Group(recorded(applied), schemas))
        except ReleaseBroken as broken:
            hopeless += [Failed(one, "", str(broken)) for one in schemas]
    pending: dict[Key, RecordedMigration] = {}
    for group in groups:
        pending |= {migration.key: migration for migration in group.release.migrations}
    findings = findings_of(list(pending.values()))
    return Plan(
        platform=platform_pending(),
        standings=read,
        groups=groups,
        hopeless=hopeless,
        flagged=largest_table(findings, [one for group in groups for one in group.schemas]),
    )


def platform_pending() -> list[str]:
    """The names of the platform's own migrations that are still to come."""
    labels = tenant_labels()
    return [".".join(key) for key in platform_lacks() if key[0] not in labels]


def platform_lacks() -> list[Key]:
    """What is not in the platform's own ledger, where Django lists the tenants' migrations too."""
    with platform_scope(), connections[OWNER_ALIAS].cursor() as cursor:
        applied: set[Key] = set()
        cursor.execute("SELECT to_regclass('public.django_migrations')")
        if cursor.fetchone() != (None,):
            cursor.execute("SELECT app, name FROM public.django_migrations")
            applied = set(cursor.fetchall())
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return sorted(known.keys() - applied)
