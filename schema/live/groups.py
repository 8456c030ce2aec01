"""Followers who are sent the same: a group renders each event once, whatever their number."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Protocol

from schema.live.execution import Request, render
from schema.live.topics import Scope, Topic
from schema.live.types import CURSOR
from tenants.journal.selectors import LoggedEvent, Page, Snapshot

KEPT_BODIES: Final = 256
"""Renderings that a group keeps for those who come back."""

MAX_PENDING: Final = 1_000
"""Events that may wait for one follower while it catches up."""

type Body = list[str]
"""A rendered answer, cut where the cursor goes."""


class Sink(Protocol):
    """Where one subscription's answers go: an operation on a socket, or an event stream."""

    def next(self, payload: str, cursor: str) -> None:
        """Send one answer; `cursor` is also inside it, where it was selected."""

    def too_slow(self) -> None:
        """The follower cannot keep up: end it so that it resumes."""

    async def room(self) -> None:
        """Wait until there is room for more."""


@dataclass(frozen=True)
class Frame:
    """One event for one group, as a read of the log found it."""

    event: LoggedEvent
    page: Page
    body: Body
    is_last: bool

    @cached_property
    def cursor(self) -> str:
        """Where whoever had read all before the page stands now."""
        return str(self.page.end if self.is_last else self.page.after(self.event, self.page.base))

    @cached_property
    def payload(self) -> str:
        """The answer with that cursor in it: one string for all of the group."""
        return self.cursor.join(self.body)


class Subscription:
    """One follower of a group. While it catches up, until `go_live`, events wait."""

    __slots__ = ("_pending", "_since", "ended", "sink")

    def __init__(self, sink: Sink, *, catching_up: bool) -> None:
        self.sink = sink
        self.ended = asyncio.Event()
        self._pending: list[Frame] | None = [] if catching_up else None
        self._since: Snapshot | None = None

    def go_live(self, since: Snapshot) -> None:
        """All that `since` sees has been sent; take what has come meanwhile, and all from now."""
        self._since = since
        pending, self._pending = self._pending or (), None
        for frame in pending:
            self.take(frame)

    def take(self, frame: Frame) -> None:
        """Send a live event, unless the catch-up has sent it."""
        if self._pending is not None:
            if len(self._pending) >= MAX_PENDING:
                self.sink.too_slow()
            else:
                self._pending.append(frame)
            return
        if self._since is not None:
            if frame.page.base.covers(self._since):
                self._since = None
            elif self._since.sees(frame.event.xid):
                return
            elif not frame.is_last or frame.page.end.base is not None:
                # This follower had read more than the page's base, and has to resume from that.
                cursor = str(frame.page.after(frame.event, self._since))
                self.sink.next(cursor.join(frame.body), cursor)
                return
        self.sink.next(frame.payload, frame.cursor)


@dataclass(eq=False)
class Group:
    """Equal topic, key, scope, document and variables but for the cursor."""

    topic: Topic
    key: str
    scope: Scope
    request: Request
    identity: object
    members: set[Subscription] = field(default_factory=set)
    _bodies: dict[int, Body] = field(default_factory=dict)
    _rendering: threading.Lock = field(default_factory=threading.Lock)

    def concerns(self, event: LoggedEvent) -> bool:
        """Whether `event` is one that this group follows."""
        return event.kind.startswith(self.topic.kinds) and self.key in self.topic.of(event)

    def rendered(self, events: Sequence[LoggedEvent]) -> list[Body] | None:
        """The answers for `events`, or None when the scope may follow no more.

        Called in a thread, with the tenant bound. Whoever needs what another thread is rendering
        waits for it here.
        """
        if not self.topic.allow(self.scope.actor, self.key):
            return None
        with self._rendering:
            found = [self._bodies.get(event.id) or self._render(event) for event in events]
            for event, body in zip(events, found, strict=True):
                self._bodies[event.id] = body
            for event_id in list(self._bodies)[:-KEPT_BODIES]:
                del self._bodies[event_id]
        return found

    def _render(self, event: LoggedEvent) -> Body:
        text = render(self.request, self.scope.context(), self.topic.load(event))
        return text.split(CURSOR)
