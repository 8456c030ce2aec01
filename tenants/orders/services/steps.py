"""The courier's work at a stop, step by step."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.files import Upload
from kernel.refusals import InvalidInput, NotFound, Refusal
from kernel.texts import line_checked
from tenants.access.actors import Actor
from tenants.catalog.declaration import Need
from tenants.orders.events import STEP_DONE
from tenants.orders.models import StepDone
from tenants.orders.services.fulfilment import ProofMissing
from tenants.orders.services.moves import (
    LockedOrder,
    acting_role,
    events_record,
    order_act_once,
    order_facts,
)
from tenants.orders.services.proofs import photo_proof, upload_digest
from tenants.orders.states import COURIER
from tenants.orders.work import work_now


@dataclass(eq=False)
class StepNotOpen(Refusal):
    """The step cannot be done now: it is done, waits for another one, or is of another stop."""

    step: str


def step_complete(
    *, actor: Actor, order_id: UUID, step: str, photo: Upload | None, key: str, at: datetime
) -> UUID:
    """Say that a step of the work at the current stop is done. Answers the order's id.

    Raises `NotFound` (also for a step that is no part of this order), `StepNotOpen`,
    `ProofMissing`, `InvalidInput`, `IdempotencyKeyReused`, and what `photo_proof` raises.
    """
    step = line_checked(step, field="step", max_length=40)
    return order_act_once(
        actor=actor,
        order_id=order_id,
        operation="step_complete",
        key=key,
        at=at,
        act=lambda order: _complete(order, actor, step, photo, at),
        inputs={"step": step, "photo": upload_digest(photo)},
    )


def _complete(
    order: LockedOrder, actor: Actor, key: str, photo: Upload | None, at: datetime
) -> None:
    by = acting_role(actor=actor, order=order, roles=frozenset({COURIER}))
    stops, courier, work = list(order.stops.all()), order.courier, work_now(order)
    step = work.step(key)
    if step is None:
        raise NotFound(what="WorkStep")
    if courier is None or not work.is_open(
        step, state=order.state, stops=[stop.state for stop in stops]
    ):
        raise StepNotOpen(step=key)
    if photo is None and step.photo is Need.REQUIRED:
        raise ProofMissing(proof="photo")
    if photo is not None and step.photo is Need.OFF:
        raise InvalidInput(field="photo", reason="this step does not ask for it")
    stop = stops[step.stop]
    with photo_proof(photo, stop=stop, courier=courier, at=at) as proof:
        StepDone.objects.create(stop=stop, key=key, proof=proof, courier=courier, at=at)
        state = str(order.state)
        facts = order_facts(order=order, holder=courier, before=state, by=by)
        data = facts | {"stop": str(stop.id), "step": key}
        events_record(order=order, events=[(STEP_DONE, data)], actor=actor, at=at)
