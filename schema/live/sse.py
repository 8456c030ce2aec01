"""GraphQL over server-sent events, distinct connections mode, for those who hold no socket.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md: a request of its own per
operation, any error inside a `next`. Each `next` of a subscription has its cursor as `id`, so that
a client which comes back with `Last-Event-ID` resumes.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import orjson
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from kernel.refusals import Refusal
from kernel.tenancy import TenantRef, current_tenant
from kernel.tenancy.unavailable import is_unanswered, unanswered_error
from schema.core.context import Context
from schema.core.errors import bug_log
from schema.core.rights import actor_of
from schema.live.execution import Request, begin, refused
from schema.live.hub import Hub
from schema.live.hubs import hubs
from schema.live.outbox import Outbox
from schema.live.protocol import Close
from schema.live.topics import Asked
from tenants.access.actors import Actor

EVENT_STREAM: Final = "text/event-stream"
KEEP_ALIVE_SECONDS: Final = 12.0
_COMMENT: Final = ":\n\n"
_COMPLETE: Final = "event: complete\ndata:\n\n"
_END: Final = ""


def event_stream_response(
    request: HttpRequest, context: Context, wanted: Request
) -> HttpResponseBase:
    """Answer any operation as an event stream. Sync, under the request's scope.

    406 where the server is not an ASGI server: it could not hold the stream open.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=406)
    answer = begin(wanted, context)
    if isinstance(answer, Asked):
        asked = replace(answer, after=request.headers.get("Last-Event-ID") or answer.after)
        stream = EventStream(current_tenant(), actor_of(context), asked, wanted).frames()
    else:
        stream = _single(answer.body())
    # An open stream holds no database connection.
    connections.close_all()
    response = StreamingHttpResponse(stream, content_type=EVENT_STREAM)
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


class EventStream:
    """A followed subscription as an event stream: connection and sink in one."""

    def __init__(self, tenant: TenantRef, actor: Actor, asked: Asked, request: Request) -> None:
        self.session_id: UUID | None = actor.session_id
        self.rights = actor.rights
        self._tenant = tenant
        self._asked = asked
        self._request = request
        self._ready: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
        self._outbox = Outbox(self._ready.put, self.too_slow)
        self._is_dropped = False

    async def frames(self) -> AsyncIterator[str]:
        """The stream's text. Runs on the server's event loop, with no scope bound."""
        hub = hubs.enter(self._tenant, self)
        following = asyncio.create_task(self._follow(hub))
        try:
            frame = _COMMENT
            while frame is not _END and not self._is_dropped:
                yield frame
                try:
                    async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                        frame = await self._ready.get()
                except TimeoutError:
                    frame = _COMMENT
        finally:
            following.cancel()
            hubs.quit(hub, self)

    async def _follow(self, hub: Hub) -> None:
        try:
            await hub.follow(self._asked, self._request, self)
        except Refusal as refusal:
            self._fail(refused(refusal, self._asked.scope.language))
        except Exception as error:
            if is_unanswered(error):
                self._fail([unanswered_error(error)])
            else:
                bug_log(error, scope=self._tenant.label)
                self.close(Close.INTERNAL, "Internal error")
        else:
            self._end()

    # -- what the hub asks of a connection and of a sink --------------------------------------

    def close(self, code: Close, reason: str) -> None:
        """Say why, and end."""
        self._fail([{"message": reason, "extensions": {"code": code.name}}])

    def next(self, payload: str, cursor: str) -> None:
        """Send one answer."""
        self._outbox.put(f"event: next\nid: {cursor}\ndata: {payload}\n\n")

    def too_slow(self) -> None:
        """Cut the stream without a `complete`: a client takes that for a lost connection."""
        self._is_dropped = True

    async def room(self) -> None:
        """Wait until the client takes more."""
        await self._outbox.room()

    def _fail(self, errors: list[dict[str, Any]]) -> None:
        self._outbox.put(_next({"errors": errors}))
        self._end()

    def _end(self) -> None:
        self._outbox.put(_COMPLETE)
        self._outbox.put(_END)


async def _single(body: dict[str, Any]) -> AsyncIterator[str]:
    yield _next(body)
    yield _COMPLETE


def _next(body: dict[str, Any]) -> str:
    return f"event: next\ndata: {orjson.dumps(body).decode()}\n\n"
