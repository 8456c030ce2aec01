"""How an owner speaks as a tenant's platform support."""

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.transitions import IllegalMove
from registry import impersonation
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.registry.types.impersonation import WithImpersonation


@strawberry.input(description="A tenant to look after from within.")
class ImpersonationStartInput:
    """Where, why, for how long."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    reason: str = strawberry.field(description="The operator reads it; up to 500 characters.")
    minutes: int = strawberry.field(description="From 1 to 60, after which it ends by itself.")


@strawberry.input(description="An impersonation to end.")
class ImpersonationEndInput:
    """Which."""

    impersonation_id: GlobalID = strawberry.field(description="An Impersonation's id.")


@strawberry.type(description="The session is open; the operator's own log says so.")
class ImpersonationStartSuccess(WithImpersonation):
    """The impersonation and its token."""

    token: str = strawberry.field(
        description="Send it to the tenant's host as `Authorization: Bearer …`. Told this once."
    )


@strawberry.type(description="Its session and its sockets are closed.")
class ImpersonationEndSuccess(WithImpersonation):
    """Answers impersonationEnd."""


@strawberry.type
class ImpersonationMutations:
    """Root mutations of impersonations."""

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def impersonation_start(
        self, info: Info, input: ImpersonationStartInput
    ) -> ImpersonationStartSuccess:
        """Open a session as a tenant's platform support; one's earlier one there ends.

        It may do what its staff may, but for personal data, couriers' papers and the staff itself.
        """
        started = impersonation.impersonation_start(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            minutes=input.minutes,
            at=clock.now(),
        )
        return ImpersonationStartSuccess(row=started.impersonation.id, token=started.token)

    @mutation(right=Audience.OWNER)
    def impersonation_end(
        self, info: Info, input: ImpersonationEndInput
    ) -> ImpersonationEndSuccess:
        """End an impersonation before its time."""
        ended = impersonation.impersonation_end(
            owner=owner_of(info.context),
            impersonation_id=row_id(input.impersonation_id, "Impersonation"),
            at=clock.now(),
        )
        return ImpersonationEndSuccess(row=ended.id)
