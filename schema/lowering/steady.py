"""When a root field need not be resolved anew: the same caller asked the same of the same tenant.

Resolving is the product's own code: rights, conditions, whatever it likes. What comes of it may be
kept where the field says that it is made of its arguments and its caller alone (`steady`), and
where it was seen to read neither the clock, nor the database, nor the operator's settings. The
rows are read anew each time, under the conditions that were found.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from kernel import clock
from kernel.refusals import AccessDenied
from kernel.tenancy import TenantRef, current_scope
from schema.core.context import Context
from schema.core.fields import STEADY_KEY

LONGEST: Final = 2_000
"""Characters of variables beyond which nothing is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A tenant as it stands: any change of it makes another `TenantRef`, which this one is not."""

    ref: TenantRef

    def __hash__(self) -> int:
        return hash(self.ref.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Standing) and self.ref is other.ref


def asker_of(declared: Any, executor: Any) -> Hashable | None:
    """Who asks what, by value; None where nothing is kept of the field `declared`."""
    scope = current_scope()
    if not declared.metadata.get(STEADY_KEY) or not isinstance(scope, TenantRef):
        return None
    context: Context = executor.context_value
    try:
        actor = context.actor
    except AccessDenied:
        return None
    given = repr(executor.variable_values.coerced)
    return (Standing(scope), actor, given) if len(given) <= LONGEST else None


@dataclass
class Observed:
    """Whether a block was seen to depend on nothing but what it was given."""

    is_steady: bool = False


@contextmanager
def observed(context: Context) -> Iterator[Observed]:
    """Observe the block; what it came to is known after it."""
    seen = Observed()
    asked, read = connection.asked, context.settings_read  # type: ignore[attr-defined]
    with clock.watched() as watch:
        yield seen
    is_untouched = connection.asked == asked and context.settings_read == read  # type: ignore[attr-defined]
    seen.is_steady = is_untouched and not watch.read
