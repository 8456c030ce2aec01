"""What is remembered of a root field: its statements, or why it has none.

A plan is found by the schema, the text of the document, the operation, the field's name in the
answer, the language, and the variables that are used below the field. Its statements are found by
the shapes of every queryset in them (shapes.py), which the product makes anew for each request: a
caller with other rights has other conditions, hence another statement or other values in it. Of a
root field that is declared steady even that is remembered, for each caller and all arguments.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from schema.lowering.late import Late
from schema.lowering.recent import Recent
from schema.lowering.rows import Annotation, Scope
from schema.lowering.shapes import Shape, Slot

PLANS: Final = 500
STATEMENTS: Final = 16
"""Of one plan."""
PATIENCE: Final = 10
"""Failures in a row of one tenant, after which its statements rest."""
REST_SECONDS: Final = 60.0
FAILING: Final = 100
"""Tenants whose failures are counted, of one plan."""
KEPT: Final = 5_000
"""Root fields of one caller each, resolved before; some 2 KB each."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters, some of which are slots, and the fields that are left to Python."""

    sql: str
    params: tuple[Any, ...]
    holes: tuple[Late, ...]

    def values(self, shapes: Sequence[Shape]) -> list[Any]:
        """The parameters for querysets of these shapes."""
        return [
            shapes[each.scope].values[each.place] if isinstance(each, Slot) else each
            for each in self.params
        ]


@dataclass
class Plan:
    """One root field of one document. Without `scopes` it has not been compiled yet."""

    scopes: tuple[Scope | Annotation, ...] | None = None
    refused: str | None = None
    """Why it is graphql-core's for good."""
    statements: Recent[Hashable, Statement] = field(default_factory=lambda: Recent(STATEMENTS))
    _failures: Recent[str, tuple[int, float]] = field(default_factory=lambda: Recent(FAILING))

    def rests(self, label: str) -> bool:
        """Whether graphql-core answers for the scope `label` now, where so many tries failed.

        A broken row, or a tenant that is behind its release, is no other tenant's, and not there
        for good.
        """
        failed = self._failures.get(label) if len(self._failures) else None
        return failed is not None and failed[0] >= PATIENCE and monotonic() < failed[1]

    def failed(self, label: str) -> bool:
        """Note that it failed; answers whether it rests from now on."""
        times, _ = self._failures.get(label) or (0, 0.0)
        self._failures.drop(label)
        self._failures.put(label, (times + 1, monotonic() + REST_SECONDS))
        return times + 1 >= PATIENCE

    def worked(self, label: str) -> None:
        """Note that it did not."""
        if len(self._failures):
            self._failures.drop(label)


_plans: Recent[Hashable, Plan] = Recent(PLANS)


def plan_of(key: Hashable) -> Plan:
    """The plan of this key, perhaps a new one."""
    return _plans.get(key) or _plans.put(key, Plan())


def kept() -> list[Plan]:
    """Every plan there is."""
    return _plans.values()


_resolved: Recent[Hashable, Any] = Recent(KEPT)


def resolved(key: Hashable) -> Any:
    """What `keep_resolved` has kept under this key, or None."""
    return _resolved.get(key)


def keep_resolved(key: Hashable, told: Any) -> None:
    """Keep how a root field is told to one caller."""
    _resolved.put(key, told)


_wholes: Recent[Hashable, Any] = Recent(KEPT)


def whole_of(place: Hashable) -> Any:
    """The operation that `keep_whole` has kept under this place, or None."""
    return _wholes.get(place)


def keep_whole(place: Hashable, whole: Any) -> None:
    """Keep how a whole operation is told to one caller."""
    _wholes.put(place, whole)


def drop_whole(place: Hashable) -> None:
    """Keep it no longer."""
    _wholes.drop(place)


def forget() -> None:
    """Forget every plan."""
    _plans.clear()
    _resolved.clear()
    _wholes.clear()
