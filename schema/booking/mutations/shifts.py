"""Writes of shifts."""

from typing import Any

import strawberry

from kernel import clock
from kernel.refusals import IdempotencyKeyReused
from schema.booking.inputs import (
    OneShift,
    ShiftCancelInput,
    ShiftJoinInput,
    ShiftLeaveInput,
    ShiftOpenInput,
)
from schema.booking.results import (
    ShiftCancelSuccess,
    ShiftJoinSuccess,
    ShiftLeaveSuccess,
    ShiftOpenSuccess,
)
from schema.core.context import Info
from schema.core.fields import mutation
from schema.core.ids import row_id
from schema.core.rights import actor_of
from tenants.access.rights import Right
from tenants.booking.rest import RestNeeded, TooManyHours
from tenants.booking.services import shifts
from tenants.brand.modules import ModuleOff


@strawberry.type
class ShiftMutations:
    """Opening shifts, and who works in them."""

    @mutation(right=Right.ORDERS_MANAGE, refusals=[ModuleOff, IdempotencyKeyReused])
    def shift_open(self, info: Info, input: ShiftOpenInput) -> ShiftOpenSuccess:
        """Open a shift for couriers to sign up for."""
        shift_id = shifts.shift_open(
            actor=actor_of(info.context),
            starts_at=input.starts_at,
            ends_at=input.ends_at,
            seats=input.seats,
            zone_id=row_id(input.zone_id, "Zone") if input.zone_id else None,
            key=input.idempotency_key,
            at=clock.now(),
        )
        return ShiftOpenSuccess(row=shift_id)

    @mutation(right=Right.ORDERS_MANAGE, refusals=[shifts.ShiftOver, IdempotencyKeyReused])
    def shift_cancel(self, info: Info, input: ShiftCancelInput) -> ShiftCancelSuccess:
        """Call a shift off before it begins."""
        return ShiftCancelSuccess(row=shifts.shift_cancel(**_one(info, input)))

    @mutation(
        right=Right.FULFIL_AS_COURIER,
        refusals=[
            ModuleOff,
            shifts.ShiftOver,
            shifts.AlreadySignedUp,
            shifts.ShiftOverlaps,
            RestNeeded,
            TooManyHours,
            IdempotencyKeyReused,
        ],
    )
    def shift_join(self, info: Info, input: ShiftJoinInput) -> ShiftJoinSuccess:
        """Sign up for a shift: a seat, or the last place of those who wait for one."""
        return ShiftJoinSuccess(row=shifts.shift_join(**_one(info, input)))

    @mutation(right=Right.FULFIL_AS_COURIER, refusals=[shifts.ShiftOver, IdempotencyKeyReused])
    def shift_leave(self, info: Info, input: ShiftLeaveInput) -> ShiftLeaveSuccess:
        """Give one's seat or place back; the first who waits moves up."""
        return ShiftLeaveSuccess(row=shifts.shift_leave(**_one(info, input)))


def _one(info: Info, input: OneShift) -> dict[str, Any]:
    return {
        "actor": actor_of(info.context),
        "shift_id": row_id(input.shift_id, "Shift"),
        "key": input.idempotency_key,
        "at": clock.now(),
    }
