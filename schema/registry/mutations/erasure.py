"""How a tenant is erased: asked for, then confirmed or cancelled."""

import strawberry
from strawberry.relay import GlobalID

from kernel import clock
from kernel.transitions import IllegalMove
from registry import erasure
from registry.life_cycle import ErasureOpen
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import Audience, owner_of
from schema.registry.types.erasure import WithErasure


@strawberry.input(description="An archived tenant to erase.")
class ErasureRequestInput:
    """Which, and why."""

    tenant_id: GlobalID = strawberry.field(description="A Tenant's id.")
    reason: str = strawberry.field(
        description="It stands in the certificate; up to 500 characters."
    )


@strawberry.input(description="An erasure to call off.")
class ErasureCancelInput:
    """Which."""

    erasure_id: GlobalID = strawberry.field(description="An Erasure's id.")


@strawberry.input(description="An erasure to carry out.")
class ErasureConfirmInput:
    """Which, and the name of its tenant once more."""

    erasure_id: GlobalID = strawberry.field(description="An Erasure's id.")
    slug: str = strawberry.field(description="What the tenant is called in hosts, typed again.")


@strawberry.type(description="The waiting period runs.")
class ErasureRequestSuccess(WithErasure):
    """Answers erasureRequest."""


@strawberry.type(description="The tenant stays archived.")
class ErasureCancelSuccess(WithErasure):
    """Answers erasureCancel."""


@strawberry.type(description="It is being erased; there is no way back.")
class ErasureConfirmSuccess(WithErasure):
    """Answers erasureConfirm."""


@strawberry.type
class ErasureMutations:
    """Root mutations of erasures."""

    @mutation(right=Audience.OWNER, refusals=[IllegalMove, ErasureOpen])
    def erasure_request(self, info: Info, input: ErasureRequestInput) -> ErasureRequestSuccess:
        """Begin the waiting period after which an archived tenant can be erased."""
        requested = erasure.erasure_request(
            owner=owner_of(info.context),
            tenant_id=row_id(input.tenant_id, "Tenant"),
            reason=input.reason,
            at=clock.now(),
        )
        return ErasureRequestSuccess(row=requested.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove])
    def erasure_cancel(self, info: Info, input: ErasureCancelInput) -> ErasureCancelSuccess:
        """Call it off, before it is confirmed."""
        cancelled = erasure.erasure_cancel(
            owner=owner_of(info.context),
            erasure_id=row_id(input.erasure_id, "Erasure"),
            at=clock.now(),
        )
        return ErasureCancelSuccess(row=cancelled.id)

    @mutation(right=Audience.OWNER, refusals=[IllegalMove, erasure.ErasureTooEarly])
    def erasure_confirm(self, info: Info, input: ErasureConfirmInput) -> ErasureConfirmSuccess:
        """Erase the tenant: schema, role, files, backups, jobs, hosts and key, for good."""
        confirmed = erasure.erasure_confirm(
            owner=owner_of(info.context),
            erasure_id=row_id(input.erasure_id, "Erasure"),
            slug=input.slug,
            at=clock.now(),
        )
        return ErasureConfirmSuccess(row=confirmed.id)
