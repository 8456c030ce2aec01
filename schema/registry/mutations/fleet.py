"""What an owner may have a worker do for the fleet."""

from datetime import datetime

import strawberry

from kernel import clock
from registry.fleet import retry
from registry.fleet.looks import look_ask
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.rights import Audience, owner_of


@strawberry.type(description="A worker looks the fleet over, or is at it already.")
class FleetExamineSuccess:
    """Answers fleetExamine."""

    look_waits_since: datetime = strawberry.field(description="Since when it is asked to.")


@strawberry.type(description="A worker tries them again.")
class ReleaseRetrySuccess:
    """Answers releaseRetry."""

    tenants: int = strawberry.field(description="How many; `releases` shows how it goes.")


@strawberry.type
class FleetMutations:
    """Root mutations of the fleet."""

    @mutation(right=Audience.OWNER)
    def fleet_examine(self, info: Info) -> FleetExamineSuccess:
        """Have the fleet looked over now, besides every night. Nothing is mended."""
        return FleetExamineSuccess(look_waits_since=look_ask(at=clock.now()).asked_at)

    @mutation(
        right=Audience.OWNER,
        refusals=[retry.NothingToRetry, retry.ReleaseUnderWay, retry.ReleaseAwaited],
    )
    def release_retry(self, info: Info) -> ReleaseRetrySuccess:
        """Try the tenants again that the last release failed in. Large tables are not locked."""
        tenants = retry.failed_retry(owner=owner_of(info.context), at=clock.now())
        return ReleaseRetrySuccess(tenants=tenants)
