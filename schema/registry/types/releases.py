"""Releases through the fleet, and how the fleet was when a worker last looked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import QuerySet
from strawberry import relay
from strawberry.relay import GlobalID

from registry import models
from registry.fleet import Kind
from registry.fleet.doctor import Kind as FindingKind
from registry.fleet.runs import FailureNow, lock_held_column, state_of
from schema.core.context import Info
from schema.core.enums import described_enum
from schema.core.scalars import BigInt

ReleaseState = models.ReleaseRun.State
described_enum(
    ReleaseState,
    "Where a release through the fleet is.",
    name="ReleaseState",
    RUNNING="On its way.",
    DONE="It has been everywhere; `failed` says in how many schemas it failed.",
    STOPPED="Broken off; the next run goes on with who is behind.",
    REFUSED="It would lock or rewrite a large table, and nobody has accepted that.",
)

described_enum(
    Kind,
    "Whose schema it is.",
    name="SchemaKind",
    TENANT="A tenant's.",
    BLANK="Nobody's yet: a new tenant takes it.",
    RESTORED="A backup's, beside its tenant's.",
)

described_enum(
    FindingKind,
    "What can be wrong with the fleet.",
    name="FleetFindingKind",
    SERVER="A database server does not answer.",
    POOL="Too few blank schemas wait for new tenants.",
    GRANTS="Rights are not what they should be.",
    ABSENT="A schema is not there.",
    ORPHAN="A schema that nobody knows.",
    ORPHAN_ROLE="A role without a schema.",
    UNFINISHED="The making of a tenant was broken off.",
    BACKUP="A tenant without a backup of the last night.",
    MOVE="A move to another server is dead.",
    INDEX="An index is invalid.",
    KEY="Something is sealed by a master key that is not the newest.",
)


@strawberry.type(description="Schemas that lacked the same, and what that was.")
class ReleaseGroup:
    """A part of a release's plan."""

    migrations: list[str] = strawberry.field(description="What they lacked, in its order.")
    tenants: int = strawberry.field(description="How many schemas of tenants.")
    restored: int = strawberry.field(description="How many restored ones beside them.")
    blank: int = strawberry.field(description="How many blank ones.")


@strawberry.type(description="A schema that a release failed in.")
class ReleaseFault:
    """One of a run's."""

    schema: str = strawberry.field(description="The schema's name.")
    slug: str | None = strawberry.field(description="Its tenant's; null for a blank one.")
    migration: str | None = strawberry.field(description="Which failed; null where none did.")
    error: str = strawberry.field(description="Why, without anybody's data.")


@strawberry_django.type(
    models.ReleaseRun,
    name="Release",
    description="A release on its way through the fleet, or one that was.",
)
class Release(relay.Node):
    """Visible to owners, on the platform's host."""

    id: relay.NodeID[UUID]
    release: str = strawberry_django.field(
        description="A digest of all migrations: what every schema should come to."
    )
    started_at: datetime = strawberry_django.field(description="When it began.")
    told_at: datetime = strawberry_django.field(description="As of when its figures are.")
    finished_at: datetime | None = strawberry_django.field(description="When it ended.")
    platform: list[str] = strawberry_django.field(
        description="The platform's own migrations, which came first."
    )
    total: int = strawberry_django.field(description="How many schemas it is for.")
    done: int = strawberry_django.field(description="How many it is done with, well or not.")
    migrated: int = strawberry_django.field(description="How many it has brought along.")
    failed: int = strawberry_django.field(description="How many it failed in.")
    error: str = strawberry_django.field(
        description="What ended it, or the migrations that it was refused for; else empty."
    )

    @strawberry_django.field(
        only=["state"], annotate={"held": lock_held_column()}, description="Where it is."
    )
    def state(root: models.ReleaseRun) -> ReleaseState:
        return state_of(root)

    @strawberry_django.field(
        only=["started_at", "told_at", "done"],
        description="Schemas a second; null before the first.",
    )
    def pace(root: models.ReleaseRun) -> float | None:
        seconds = (root.told_at - root.started_at).total_seconds()
        return root.done / seconds if root.done and seconds > 0 else None

    @strawberry_django.field(only=["groups"], description="What was to be done.")
    def groups(root: models.ReleaseRun) -> list[ReleaseGroup]:
        return [
            ReleaseGroup(
                migrations=group["migrations"],
                tenants=group.get(Kind.TENANT, 0),
                restored=group.get(Kind.RESTORED, 0),
                blank=group.get(Kind.BLANK, 0),
            )
            for group in root.groups
        ]

    @strawberry_django.field(
        only=["failures"], description="The first hundred that it failed in, by name."
    )
    def faults(root: models.ReleaseRun) -> list[ReleaseFault]:
        return [
            ReleaseFault(
                schema=one["schema"],
                slug=one["slug"] or None,
                migration=one["migration"] or None,
                error=one["error"],
            )
            for one in root.failures
        ]

    @classmethod
    def get_queryset(
        cls, queryset: QuerySet[models.ReleaseRun], info: Info, **_: Any
    ) -> QuerySet[models.ReleaseRun]:
        """All, for an owner."""
        return queryset.none() if info.context.owner is None else queryset


@strawberry.type(description="A schema that is behind since a release failed in it.")
class ReleaseFailure:
    """Until a release has brought it along."""

    schema: str = strawberry.field(description="Its name.")
    tenant_id: GlobalID | None = strawberry.field(description="A Tenant's id; null for a blank.")
    slug: str | None = strawberry.field(description="Its tenant's name in hosts.")
    name: str | None = strawberry.field(description="What the platform calls its tenant.")
    migration: str | None = strawberry.field(description="Which failed; null where none did.")
    error: str = strawberry.field(description="Why, without anybody's data.")
    half_way: bool = strawberry.field(
        description="Some steps of a migration are done there and others not: go on soon."
    )
    at: datetime = strawberry.field(description="When the release began that failed.")


@strawberry.type(description="A schema that is not on the release of the worker's code.")
class SchemaBehind:
    """One that the last look found."""

    schema: str = strawberry.field(description="Its name.")
    server: str = strawberry.field(description="Where it lives.")
    slug: str | None = strawberry.field(description="Its tenant's name in hosts.")
    kind: Kind = strawberry.field(description="Whose it is.")
    place: str = strawberry.field(description="`behind`, `ahead` or `failed`.")
    half_way: bool = strawberry.field(description="Whether a migration is half done there.")
    problem: str = strawberry.field(description="Why it cannot be read; empty where it can.")


@strawberry.type(description="Something that `fleet doctor` found wrong.")
class FleetFinding:
    """In the words of the command."""

    kind: FindingKind = strawberry.field(description="What kind of thing.")
    what: str = strawberry.field(description="What is wrong, in English.")
    where: str = strawberry.field(description="Where: an operator, a schema, a server.")
    how: str = strawberry.field(description="What to do about it, in English.")
    mends: bool = strawberry.field(description="Whether `fleet doctor --mend` does it.")


@strawberry.type(description="How many of something there are.")
class FindingCount:
    """One kind of finding."""

    kind: FindingKind = strawberry.field(description="Which.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="Bytes of a database.")
class DatabaseSize:
    """One server's."""

    server: str = strawberry.field(description="The server's name in the settings.")
    bytes: BigInt = strawberry.field(description="What its database takes on the disk.")


@strawberry.type(description="The fleet as a worker saw it.")
class FleetLook:
    """What takes too long to be looked up while somebody waits."""

    looked_at: datetime = strawberry.field(description="When.")
    seconds: float = strawberry.field(description="For how long.")
    release: str = strawberry.field(description="The release of the worker's code.")
    current: int = strawberry.field(description="Schemas that are on it.")
    behind: int = strawberry.field(description="Schemas that lack some of it.")
    ahead: int = strawberry.field(description="Schemas with what the worker does not know.")
    failed: int = strawberry.field(description="Schemas that a release failed in, or unreadable.")
    schemas: list[SchemaBehind] = strawberry.field(
        description="The first hundred that are not on it."
    )
    counts: list[FindingCount] = strawberry.field(description="What was found, by kind.")
    findings: list[FleetFinding] = strawberry.field(description="The first hundred findings.")
    sizes: list[DatabaseSize] = strawberry.field(description="Of every server that answered.")
    store_free: BigInt | None = strawberry.field(
        description="Free bytes of the disk that the worker keeps backups on."
    )
    store_size: BigInt | None = strawberry.field(description="Bytes of that disk.")


def look_shown(look: models.FleetLook | None) -> FleetLook | None:
    """The register's row as the API shows it."""
    if look is None or look.looked_at is None:
        return None
    places: Mapping[str, int] = look.places
    return FleetLook(
        looked_at=look.looked_at,
        seconds=look.seconds,
        release=look.release,
        current=places.get("current", 0),
        behind=places.get("behind", 0),
        ahead=places.get("ahead", 0),
        failed=places.get("failed", 0),
        schemas=[
            SchemaBehind(**{**one, "kind": Kind(one["kind"]), "slug": one["slug"] or None})
            for one in look.behind
        ],
        counts=[
            FindingCount(kind=FindingKind(kind), count=count) for kind, count in look.found.items()
        ],
        findings=[
            FleetFinding(**{**one, "kind": FindingKind(one["kind"])}) for one in look.findings
        ],
        sizes=[
            DatabaseSize(server=server, bytes=BigInt(size)) for server, size in look.sizes.items()
        ],
        store_free=None if look.store_free is None else BigInt(look.store_free),
        store_size=None if look.store_size is None else BigInt(look.store_size),
    )


def failure_shown(failure: FailureNow) -> ReleaseFailure:
    """The register's row as the API shows it."""
    row, tenant = failure.row, failure.tenant
    return ReleaseFailure(
        schema=row.schema_name,
        tenant_id=GlobalID("Tenant", str(tenant.id)) if tenant else None,
        slug=tenant.slug if tenant else None,
        name=tenant.name if tenant else None,
        migration=row.migration or None,
        error=row.error,
        half_way=row.half_way,
        at=row.at,
    )
