"""The live side of one tenant in this process: reads its log once, for all who follow it here.

A hint or the clock wakes it. It reads what is new, has each group render it, and hands the frames
to the followers. It also looks again, at times, at who may still be connected.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, Protocol
from uuid import UUID

import orjson
import structlog

from kernel import clock
from kernel.tenancy import TenantRef, in_platform, in_tenant
from kernel.tenancy.unavailable import is_unanswered
from registry.resolver import resolver
from schema.core.errors import bug_log
from schema.live.execution import Request
from schema.live.groups import Body, Frame, Group, Sink, Subscription
from schema.live.protocol import Close
from schema.live.topics import Asked, Topic
from tenants.access.rights import Right
from tenants.access.selectors import session_standings
from tenants.journal.selectors import (
    Cursor,
    InvalidCursor,
    LoggedEvent,
    event_cursor,
    events_after,
    events_missed,
)

POLL_SECONDS = 3.0
RETRY_SECONDS: Final = 1.0
PAGE: Final = 200
MAX_MISSED: Final = 2_000
"""Events that a follower who comes back is sent; beyond, it has to read the present state."""

log = structlog.get_logger(__name__)


class Connection(Protocol):
    """A socket or an event stream of this tenant. Without a session it is anonymous."""

    session_id: UUID | None
    rights: frozenset[Right]

    def close(self, code: Close, reason: str) -> None:
        """End it, now and for good."""


class Hub:
    """See the module. All of it runs on one event loop; `wake` is called on that as well."""

    def __init__(self, tenant: TenantRef) -> None:
        self.tenant = tenant
        self.connections: set[Connection] = set()
        self._groups: dict[Topic, dict[str, dict[object, Group]]] = {}
        self._cursor: Cursor | None = None
        self._ready = asyncio.Event()
        self._woken = asyncio.Event()
        self._check_at = 0.0
        self._task = asyncio.create_task(self._run(), name=f"hub {tenant.schema}")

    def stop(self) -> None:
        """Read no more."""
        self._task.cancel()

    def wake(self, *, log_only: bool) -> None:
        """Look at the log now, and unless `log_only` at everybody's standing."""
        if not log_only:
            self._check_at = 0.0
        self._woken.set()

    # -- following ----------------------------------------------------------------------------

    async def follow(self, asked: Asked, request: Request, sink: Sink) -> None:
        """Send `sink` what happens after `asked.after`, or from now on, until cancelled.

        Returns when the viewer may follow no more. Raises `InvalidCursor` and `CursorTooOld`.
        """
        after = None if asked.after is None else Cursor.parse(asked.after)
        # What a catch-up reads must begin where the hub's own reading does, or earlier.
        await self._ready.wait()
        group = self._group(asked, request)
        subscription = Subscription(sink, catching_up=after is not None)
        group.members.add(subscription)
        try:
            if after is None or await self._catch_up(group, subscription, after):
                await subscription.ended.wait()
        finally:
            group.members.discard(subscription)
            if not group.members:
                self._forget(group)

    async def _catch_up(self, group: Group, subscription: Subscription, after: Cursor) -> bool:
        """Send what was missed and go live; False when the viewer may not."""
        pages = await in_tenant(
            self.tenant,
            events_missed,
            after,
            at_most=MAX_MISSED,
            kinds=group.topic.kinds,
            stream=group.topic.stream(group.key),
        )
        for page in pages:
            events = [event for event in page.events if group.concerns(event)]
            bodies = await in_tenant(self.tenant, group.rendered, events) if events else []
            if bodies is None:
                return False
            for event, body in zip(events, bodies, strict=True):
                frame = Frame(event, page, body, is_last=event is events[-1])
                await subscription.sink.room()
                subscription.sink.next(frame.payload, frame.cursor)
        subscription.go_live(pages[-1].end.snapshot)
        return True

    def _group(self, asked: Asked, request: Request) -> Group:
        variables = dict(request.variables)
        if asked.after_variable and asked.document.count(f"${asked.after_variable}") == 2:
            variables.pop(asked.after_variable, None)  # it tells no two followers apart
        identity = (
            asked.scope,
            asked.document,
            request.operation_name,
            orjson.dumps(variables, option=orjson.OPT_SORT_KEYS),
        )
        groups = self._groups.setdefault(asked.topic, {}).setdefault(asked.key, {})
        if identity not in groups:
            groups[identity] = Group(asked.topic, asked.key, asked.scope, request, identity)
        return groups[identity]

    def _forget(self, group: Group) -> None:
        by_key = self._groups[group.topic]
        alike = by_key.get(group.key, {})
        if alike.get(group.identity) is not group:  # another has taken its place meanwhile
            return
        del alike[group.identity]
        if not alike:
            del by_key[group.key]

    def _groups_of(self, event: LoggedEvent) -> Iterable[Group]:
        for topic, by_key in self._groups.items():
            if event.kind.startswith(topic.kinds):
                for key in topic.of(event):
                    yield from by_key.get(key, {}).values()

    # -- reading ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._check_standing()
                await self._advance()
            except InvalidCursor:  # the database was replaced under us
                self._begin_anew()
            except Exception as error:
                if is_unanswered(error):
                    log.warning("the log cannot be read", scope=self.tenant.label)
                else:
                    bug_log(error, scope=self.tenant.label)
                await asyncio.sleep(RETRY_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._check_at):
                    await self._woken.wait()

    def _begin_anew(self) -> None:
        """The log goes on elsewhere, with cursors of its own: have everybody come back."""
        self._cursor = None
        self._ready.clear()
        self._close_all(Close.RESTART, "Connect again")

    async def _advance(self) -> None:
        if self._cursor is None:
            self._cursor = await in_tenant(self.tenant, event_cursor)
            self._ready.set()
        more = True
        while more:
            page = await in_tenant(self.tenant, events_after, self._cursor, limit=PAGE)
            work: dict[Group, list[LoggedEvent]] = {}
            for event in page.events:
                for group in self._groups_of(event):
                    work.setdefault(group, []).append(event)
            rendered = await in_tenant(self.tenant, _render_all, work) if work else {}
            self._cursor, more = page.end, page.more
            for group, bodies in rendered.items():
                members = tuple(group.members)
                if bodies is None:
                    self._forget(group)
                    for member in members:
                        member.ended.set()
                    continue
                for event, body in zip(work[group], bodies, strict=True):
                    frame = Frame(event, page, body, is_last=event is work[group][-1])
                    for member in members:
                        member.take(frame)
                    await asyncio.sleep(0)  # let what was sent go out, and others have their turn

    # -- who may still be here ----------------------------------------------------------------

    async def _check_standing(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._check_at:
            return
        self._check_at = loop.time() + POLL_SECONDS
        tenant = await in_platform(resolver.by_schema, self.tenant.schema)
        if tenant is None or not tenant.state.served:
            self._close_all(Close.FORBIDDEN, "This service is paused")
            return
        was, self.tenant = self.tenant, tenant
        if tenant.server != was.server:
            self._begin_anew()
            return
        now = clock.now()
        sessions = {c.session_id for c in self.connections if c.session_id is not None}
        if not sessions:
            return
        standings = await in_tenant(tenant, session_standings, session_ids=sessions, at=now)
        for connection in tuple(self.connections):
            if connection.session_id not in sessions:
                continue
            standing = standings.get(connection.session_id)
            if standing is None:
                connection.close(Close.UNAUTHORIZED, "The session has ended")
            elif standing.rights != connection.rights:
                connection.close(Close.FORBIDDEN, "Your rights have changed: connect again")
            else:
                left = (standing.expires_at - now).total_seconds()
                self._check_at = min(self._check_at, loop.time() + left)

    def _close_all(self, code: Close, reason: str) -> None:
        for connection in tuple(self.connections):
            connection.close(code, reason)


def _render_all(work: dict[Group, list[LoggedEvent]]) -> dict[Group, list[Body] | None]:
    return {group: group.rendered(events) for group, events in work.items()}
