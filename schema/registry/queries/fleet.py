"""Reads of the fleet: its releases, its backups, its health."""

import strawberry
from django.conf import settings
from django.db.models import QuerySet
from strawberry_django.relay import DjangoListConnection

from billing.attention import Attention, attention_counts
from kernel import clock
from registry import models
from registry.archives.keeping import backups_standing, backups_under_way, keeping
from registry.fleet.load import loads, piles_worst, tenants_in
from registry.fleet.looks import look_newest, look_waited_for
from registry.fleet.releases import release
from registry.fleet.runs import failures_now, runs_known
from schema.core.context import Info
from schema.core.fields import connection, query
from schema.core.rights import Audience
from schema.registry.types.fleet import (
    FleetBackups,
    FleetHealth,
    FleetRelease,
    backups_shown,
    load_shown,
    pile_shown,
)
from schema.registry.types.releases import Release, failure_shown, look_shown


@strawberry.type
class FleetQueries:
    """Root query fields of the fleet."""

    @connection(DjangoListConnection[Release], right=Audience.OWNER)
    def releases(self, info: Info) -> QuerySet[models.ReleaseRun]:
        """Every release that went through the fleet and had something to do, the newest first."""
        return runs_known()

    @query(right=Audience.OWNER)
    def fleet_release(self, info: Info) -> FleetRelease:
        """Who is behind, and why."""
        at = clock.now()
        return FleetRelease(
            at=at,
            release=release(),
            failures=[failure_shown(failure) for failure in failures_now()],
            look=look_shown(look_newest()),
            look_waits_since=look_waited_for(at=at),
        )

    @query(right=Audience.OWNER)
    def fleet_backups(self, info: Info) -> FleetBackups:
        """How backups are kept, and how the fleet stands with them."""
        at = clock.now()
        return backups_shown(
            keeping(), backups_standing(at=at), list(backups_under_way()), look_newest(), at
        )

    @query(right=Audience.OWNER)
    def fleet_health(self, info: Info) -> FleetHealth:
        """How the servers, their queues and their tenants are."""
        at = clock.now()
        counts, servers = attention_counts(at=at), loads()
        piles = piles_worst(servers)
        whose = {each.schema_name: each for each in tenants_in({pile.schema for pile in piles})}
        return FleetHealth(
            at=at,
            troubled=counts[Attention.TROUBLED],
            growing=counts[Attention.GROWING],
            idle=counts[Attention.IDLE],
            pool_size=settings.SCHEMA_POOL_SIZE,
            servers=[
                load_shown(load, takes_new=load.name in settings.SERVERS_FOR_NEW_TENANTS)
                for load in servers
            ],
            jobs=[pile_shown(pile, whose) for pile in piles],
            look=look_shown(look_newest()),
            look_waits_since=look_waited_for(at=at),
        )
