"""The fleet now: what its servers carry, which jobs are stuck, how it stands with its backups."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

import strawberry
from strawberry.relay import GlobalID

from registry import models
from registry.archives import keeping
from registry.fleet.load import Load, Pile
from schema.core.scalars import BigInt
from schema.registry.types.backups import Backup
from schema.registry.types.releases import FleetLook, ReleaseFailure


@strawberry.type(description="A database server and its queue, as they are now.")
class ServerLoad:
    """But for its name and who lives there, nothing is known of one that is not up."""

    name: str = strawberry.field(description="Its name in the settings.")
    up: bool = strawberry.field(description="Whether it answers.")
    version: str | None = strawberry.field(description="PostgreSQL's.")
    tenants: int = strawberry.field(description="How many live there.")
    blanks: int = strawberry.field(description="Blank schemas that wait there.")
    takes_new: bool = strawberry.field(description="Whether new tenants come to live there.")
    connections: int = strawberry.field(description="To its database, now.")
    connections_limit: int = strawberry.field(description="How many it can have.")
    workers: int = strawberry.field(description="Workers of its queue that gave a sign of life.")
    waiting: int = strawberry.field(description="Jobs whose time has come.")
    running: int = strawberry.field(description="Jobs that are being done.")
    failed: int = strawberry.field(description="Jobs that were given up.")


@strawberry.type(description="Jobs of one kind for one tenant that wait, or were given up.")
class JobPile:
    """Or for the platform itself."""

    server: str = strawberry.field(description="In whose queue.")
    tenant_id: GlobalID | None = strawberry.field(description="A Tenant's id.")
    name: str | None = strawberry.field(description="Its tenant's; null for the platform's own.")
    task: str = strawberry.field(description="The kind of work, by its name in the code.")
    waiting: int = strawberry.field(description="How many wait.")
    running: int = strawberry.field(description="How many are being done.")
    failed: int = strawberry.field(description="How many were given up.")


@strawberry.type(description="How the fleet is.")
class FleetHealth:
    """At a glance; `tenants(attention:)` names them."""

    at: datetime = strawberry.field(description="Now.")
    troubled: int = strawberry.field(description="Tenants with findings.")
    growing: int = strawberry.field(description="Tenants that grow.")
    idle: int = strawberry.field(description="Tenants that nobody uses.")
    pool_size: int = strawberry.field(
        description="How many blank schemas should wait on each server for new tenants."
    )
    servers: list[ServerLoad] = strawberry.field(description="The main one first.")
    jobs: list[JobPile] = strawberry.field(
        description="Where something waits or failed: the fifty worst."
    )
    look: FleetLook | None = strawberry.field(
        description="What the doctor found when a worker last looked; null before it ever has."
    )
    look_waits_since: datetime | None = strawberry.field(
        description="Since when a worker is asked to look and has not."
    )


@strawberry.type(description="How releases stand.")
class FleetRelease:
    """What has failed until now, and what was seen last. `releases` are the runs."""

    at: datetime = strawberry.field(description="Now.")
    release: str = strawberry.field(description="The release of this server's own code.")
    failures: list[ReleaseFailure] = strawberry.field(
        description="Who is behind because it failed: a hundred at most."
    )
    look: FleetLook | None = strawberry.field(
        description="Who is where, when a worker last looked; null before it ever has."
    )
    look_waits_since: datetime | None = strawberry.field(
        description="Since when a worker is asked to look and has not."
    )


@strawberry.type(description="A backup that is being made or waits for it, and whose.")
class BackupUnderWay:
    """One of those."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    name: str = strawberry.field(description="Its tenant's name.")
    backup: Backup = strawberry.field(description="How it goes.")


@strawberry.type(description="How backups are kept, and how the fleet stands with them.")
class FleetBackups:
    """The settings, then the figures."""

    at: datetime = strawberry.field(description="Now.")
    hour: int = strawberry.field(description="The hour, UTC, from which on nights are made.")
    hours: int = strawberry.field(description="Over how many hours they are spread.")
    nights: int = strawberry.field(description="How many of the nights are kept.")
    on_demand_days: int = strawberry.field(description="How long the others are kept.")
    root: str = strawberry.field(description="The folder that they are in.")
    signer: str = strawberry.field(description="The fingerprint of what signs them.")
    served: int = strawberry.field(description="Tenants that are served.")
    fresh: int = strawberry.field(description="Of these, with a backup of the last 26 hours.")
    never: int = strawberry.field(description="Of these, that never had one.")
    oldest: datetime | None = strawberry.field(
        description="When the worst off was last backed up; null while one never was."
    )
    making: int = strawberry.field(description="Being made now.")
    waiting: int = strawberry.field(description="Asked for, or due, and not begun.")
    failed: int = strawberry.field(description="That failed in the last 24 hours.")
    under_way: list[BackupUnderWay] = strawberry.field(
        description="What is being made, then what waits: fifty at most."
    )
    store_free: BigInt | None = strawberry.field(
        description="Free bytes of the store's disk, when a worker last looked."
    )
    store_size: BigInt | None = strawberry.field(description="Bytes of that disk.")


def load_shown(load: Load, *, takes_new: bool) -> ServerLoad:
    """A server as the API shows it."""
    return ServerLoad(
        name=load.name,
        up=load.up,
        version=load.version or None,
        tenants=load.lives.tenants,
        blanks=load.lives.blanks,
        takes_new=takes_new,
        connections=load.connections,
        connections_limit=load.connections_limit,
        workers=load.workers,
        waiting=load.waiting,
        running=load.running,
        failed=load.failed,
    )


def pile_shown(pile: Pile, tenants: Mapping[str, models.Tenant]) -> JobPile:
    """A pile as the API shows it; `tenants` by their schema."""
    tenant = tenants.get(pile.schema)
    return JobPile(
        server=pile.server,
        tenant_id=GlobalID("Tenant", str(tenant.id)) if tenant else None,
        name=tenant.name if tenant else None,
        task=pile.task,
        waiting=pile.waiting,
        running=pile.running,
        failed=pile.failed,
    )


def backups_shown(
    how: keeping.Keeping,
    standing: keeping.Standing,
    under_way: list[models.Backup],
    look: models.FleetLook | None,
    at: datetime,
) -> FleetBackups:
    """The register's view as the API shows it."""
    free, size = (look.store_free, look.store_size) if look else (None, None)
    return FleetBackups(
        at=at,
        hour=how.hour,
        hours=how.hours,
        nights=how.nights,
        on_demand_days=how.on_demand_days,
        root=how.root,
        signer=how.signer,
        served=standing.served,
        fresh=standing.fresh,
        never=standing.never,
        oldest=standing.oldest,
        making=standing.under_way,
        waiting=standing.waiting,
        failed=standing.failed,
        under_way=[
            BackupUnderWay(
                tenant_id=GlobalID("Tenant", str(each.tenant_id)),
                name=each.tenant.name,
                backup=cast(Backup, each),
            )
            for each in under_way
        ],
        store_free=None if free is None else BigInt(free),
        store_size=None if size is None else BigInt(size),
    )
