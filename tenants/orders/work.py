"""The steps of an order's work: which ones its answers ask for, and how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenants.catalog.declaration import Declaration, StopDeclaration
from tenants.catalog.declaration.compiler import order_of_work
from tenants.catalog.declaration.work import Step
from tenants.orders.models import Order, OrderState, StepDone, Stop


@dataclass(frozen=True, slots=True)
class Work:
    """The steps of one order in an order in which they can be done, and when each was, by key."""

    stops: Sequence[StopDeclaration]
    steps: Sequence[Step]
    done: Mapping[str, datetime]

    @classmethod
    def of(
        cls,
        declaration: Mapping[str, Any],
        inputs: Mapping[str, Any],
        done: Mapping[str, datetime],
    ) -> "Work":
        """From the declaration that was sold, the inputs of the quote, and what is done."""
        declared = Declaration.parse(declaration)
        steps = order_of_work(declared.steps, inputs.get("answers", {}))
        return cls(stops=declared.stops, steps=steps, done=done)

    def step(self, key: str) -> Step | None:
        """The step of that key, if it is part of this order."""
        return next((step for step in self.steps if step.key == key), None)

    def is_open(self, step: Step, *, state: str, stops: Sequence[str]) -> bool:
        """Whether it can be done now: in this state of the order, and these of its stops."""
        part = {other.key for other in self.steps}
        return (
            state == OrderState.ARRIVED
            and stops[step.stop] == Stop.State.ARRIVED
            and step.key not in self.done
            and part.intersection(step.after) <= set(self.done)
        )

    def missing(self, stop: Stop) -> Step | None:
        """The first step that `stop` still waits for."""
        return next(
            (
                step
                for step in self.steps
                if step.stop == stop.position and step.required and step.key not in self.done
            ),
            None,
        )


def work_now(order: Order) -> Work:
    """The work of an order as it stands. Two queries beside its version."""
    done = StepDone.objects.filter(stop__order_id=order.id).values_list("key", "at")
    return Work.of(order.version.declaration, order.quote.inputs, dict(done))
