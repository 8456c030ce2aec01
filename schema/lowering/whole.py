"""A whole operation that was asked before, told without being executed again.

Once every root field of an operation was lowered, and need not be resolved anew for its caller,
there is nothing left of it that graphql-core has to do: its answer is the texts of its root fields,
one after the other. All that they ask of the database is asked at once.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graphql.execution.executor import CollectedErrors

from kernel.pipeline import Rows
from kernel.statements import Query
from kernel.telemetry import root_fields_of
from schema.core.context import Context
from schema.lowering.answer import Lowered
from schema.lowering.plans import Plan
from schema.lowering.readers import Asking
from tenants.access.actors import Actor

TYPENAME: Final = "__typename"

if TYPE_CHECKING:
    from schema.lowering.roots import Told


@dataclass(frozen=True, slots=True)
class Part:
    """A root field: its name in the answer, its own, how it is told; `plan` where it is of rows."""

    name: str
    field: str
    told: "Told"
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Whole:
    """The operation of one caller, `actor`. `executor` is that of the first time, without its
    request.
    """

    executor: Any
    actor: Actor | None
    parts: tuple[Part, ...]

    def is_good(self, label: str) -> bool:
        """Whether none of its root fields has been given up since, for good or in this scope."""
        plans = [part.plan for part in self.parts if part.plan is not None]
        return all(plan.refused is None and not plan.rests(label) for plan in plans)

    @property
    def root_field(self) -> str:
        """The first of them, which names the work."""
        return next((part.field for part in self.parts if part.field != TYPENAME), TYPENAME)

    @property
    def queries(self) -> list[Query]:
        """What is to be asked first, of all root fields."""
        return [part.told.query for part in self.parts if part.told.query is not None]

    def data(self, found: Sequence[Rows], asking: Asking) -> dict[str, Lowered]:
        """The answer's data, of what `queries` have found. Raises what a root field does."""
        rest = iter(found)
        data = {}
        for part in self.parts:
            rows = next(rest) if part.told.query is not None else []
            data[part.name] = Lowered(part.told.text(rows, asking))
            if part.plan is not None:
                root_fields_of(part.field, "sql").inc()
        return data

    def executor_of(self, context: Context) -> Any:
        """The executor as it would be of this request."""
        executor = copy(self.executor)
        executor.context_value = context
        executor.collected_errors = CollectedErrors()
        return executor
