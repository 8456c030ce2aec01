"""What is remembered of a root field: its statements, or why it has none.

A plan is found by the schema, the text of the document, the operation, the field's name in the
answer, the language, and the variables that are used below the field. Its statements are found by
the shapes of every queryset in them (shapes.py), which the product makes anew for each request: a
caller with other rights has other conditions, hence another statement or other values in it.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from schema.lowering.late import Late
from schema.lowering.rows import Annotation, Scope
from schema.lowering.shapes import Shape, Slot

PLANS: Final = 500
STATEMENTS: Final = 16
"""Of one plan."""


class Recent[K: Hashable, V]:
    """A mapping that forgets what was not asked for longest; for threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """The value, which is now the latest; None where there is none."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> V:
        """Keep it; whoever was first wins."""
        with self._lock:
            kept = self._kept.setdefault(key, value)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
            return kept

    def __len__(self) -> int:
        return len(self._kept)

    def values(self) -> list[V]:
        """All that is kept."""
        with self._lock:
            return [*self._kept.values()]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


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
    failures: int = 0
    statements: Recent[Hashable, Statement] = field(default_factory=lambda: Recent(STATEMENTS))


_plans: Recent[Hashable, Plan] = Recent(PLANS)


def plan_of(key: Hashable) -> Plan:
    """The plan of this key, perhaps a new one."""
    return _plans.get(key) or _plans.put(key, Plan())


def kept() -> list[Plan]:
    """Every plan there is."""
    return _plans.values()


def forget() -> None:
    """Forget every plan."""
    _plans.clear()
