"""Two ports for what has happened.

`listen` lets a higher app react inside the transaction of a lower one (post money, defer a job)
without the lower one knowing it. `Publisher` is how a hint leaves the process after the commit;
`config` installs the adapter. A hint carries no facts: whoever gets one reads the log.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from kernel.tenancy import current_tenant


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: `kind` in the past tense (`order.placed`), `subject` its row."""

    kind: str
    subject: UUID
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


type Listener = Callable[[Fact], None]


class Publisher(Protocol):
    """Tells every live process that a tenant's log, or somebody's standing there, has changed."""

    def publish(self, scope_label: str, *, log_only: bool) -> None:
        """Hint at `scope_label`; never raises nor waits, since the log catches up without it."""


_listeners: defaultdict[str, list[Listener]] = defaultdict(list)
_publisher: Publisher | None = None


def listen(kind: str, listener: Listener) -> None:
    """Call `listener` in the transaction of each fact of `kind`. For `AppConfig.ready()` only."""
    _listeners[kind].append(listener)


def announce(fact: Fact) -> None:
    """Tell the listeners of `fact.kind` now; what they raise undoes the transaction."""
    for listener in _listeners[fact.kind]:
        listener(fact)


def install_publisher(publisher: Publisher) -> None:
    """The composition root's adapter; without one no hint leaves and readers poll."""
    global _publisher
    _publisher = publisher


def hint_after_commit(*, log_only: bool = False) -> None:
    """Publish one hint for the bound tenant once the present transaction has committed.

    With `log_only` live processes read what is new in the log; without, they also look again at
    whose sessions and rights still hold, and close the sockets of the others.
    """
    if _publisher is not None:
        hint = _Hint(_publisher, current_tenant().label, log_only)
        transaction.on_commit(hint, robust=True)


@dataclass(frozen=True)
class _Hint:
    publisher: Publisher
    scope_label: str
    log_only: bool

    def __call__(self) -> None:
        self.publisher.publish(self.scope_label, log_only=self.log_only)
