"""One websocket that speaks graphql-transport-ws."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import orjson
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from billing.rates import Pace
from kernel.addresses import client_address
from kernel.refusals import AccessDenied, Refusal
from kernel.tenancy import Scope, TenantRef, in_platform, in_tenant
from kernel.tenancy.unavailable import is_unanswered, unanswered_error
from registry.middleware import host_scope
from registry.resolver import resolver
from schema.core.context import Context, language_asked
from schema.core.errors import bug_log
from schema.live import protocol
from schema.live.admission import admit, places_of
from schema.live.execution import Request, begin, refused
from schema.live.hub import Hub
from schema.live.hubs import hubs
from schema.live.outbox import Outbox
from schema.live.protocol import (
    SUBPROTOCOL,
    Close,
    Complete,
    Init,
    Ping,
    Pong,
    Subscribe,
    Violation,
)
from schema.live.topics import Asked
from tenants.access.actors import Actor
from tenants.access.rights import Right

PATH: Final = "/graphql"
INIT_SECONDS = 5.0
MAX_OPERATIONS: Final = 100
"""Operations of one socket at a time; one that the client has left counts until it has ended."""

MESSAGES_PER_SECOND: Final = 100
"""Of one socket, whatever they say; twice as many at once."""

_REASON_BYTES: Final = 123
_NOT_FOUND: Final = orjson.dumps(
    {"errors": [{"message": "Not found.", "extensions": {"code": "NOT_FOUND"}}]}
)


class Socket(AsyncConsumer):  # type: ignore[misc]
    """From handshake to close. What it sends goes through its outbox, one frame after another."""

    # Hints come to the process once, through the hubs; a channel per socket would be one more.
    channel_layer_alias = "none"

    def __init__(self) -> None:
        self.session_id: UUID | None = None
        self.rights: frozenset[Right] = frozenset()
        self.outbox = Outbox(self._send_frame, self.too_slow)
        self.operations: dict[str, Operation] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.hub: Hub | None = None
        self._credentials: tuple[str | None, str] | None = None
        self._is_acknowledged = False
        self._is_closing = False
        self._init_timer: asyncio.TimerHandle | None = None
        self._pace = Pace()

    # -- ASGI ---------------------------------------------------------------------------------

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle one ASGI message; whatever goes wrong closes the socket, and says why."""
        try:
            await getattr(self, get_handler_name(message))(message)
        except Violation as violation:
            self.close(violation.code, violation.reason)
        except StopConsumer:
            raise
        except OSError:  # the client is gone
            self._dispose()
            raise StopConsumer from None
        except Exception as error:
            if is_unanswered(error):
                self.close(Close.SLOW, "Unavailable: connect again")
            else:
                bug_log(error)
                self.close(Close.INTERNAL, "Internal error")

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """The handshake: a known host, our path, our subprotocol."""
        headers = dict(self.scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        found = await in_platform(host_scope, host) if self.scope["path"] == PATH else None
        if found is None:
            await self._not_found()
            return
        is_spoken = SUBPROTOCOL in self.scope["subprotocols"]
        await self.base_send(
            {"type": "websocket.accept", "subprotocol": SUBPROTOCOL if is_spoken else None}
        )
        if not is_spoken:
            raise Violation(Close.SUBPROTOCOL, "Subprotocol not acceptable")
        self._scope: Scope = found
        self._places = places_of(found)
        self._address = client_address(
            peer=(self.scope.get("client") or ("",))[0],
            forwarded=headers.get(b"x-forwarded-for", b"").decode("latin-1"),
        )
        if isinstance(found, TenantRef):
            if not found.state.served:
                raise Violation(Close.FORBIDDEN, "This service is paused")
            self.hub = hubs.enter(found, self)
        self._init_timer = asyncio.get_running_loop().call_later(
            INIT_SECONDS, self.close, Close.INIT_TIMEOUT, "Connection initialisation timeout"
        )

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """A message of the protocol."""
        if self._is_closing:
            return
        _, is_in_time = self._pace.wait(rate=MESSAGES_PER_SECOND, now=time.monotonic())
        if not is_in_time:
            raise Violation(Close.TOO_FAST, "Too many messages")
        match protocol.parse_message(message.get("text")):
            case Init(payload):
                await self._initialise(payload)
            case Ping() as ping:
                self.outbox.put(protocol.pong_frame(ping))
            case Pong():
                pass
            case Subscribe(id, request):
                self._subscribe(id, request)
            case Complete(id):
                if operation := self.operations.pop(id, None):
                    operation.stop()

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The socket is no more."""
        self._dispose()
        raise StopConsumer

    # -- what the hub asks of a connection ----------------------------------------------------

    def close(self, code: Close, reason: str) -> None:
        """Close with `code`, after what waits to be sent; nothing is followed from now on."""
        if not self._is_closing:
            self._dispose()
            self._spawn(self._send_close(code, reason))

    def too_slow(self) -> None:
        """Close so that the client comes back and resumes."""
        self.close(Close.SLOW, "Too slow: connect again and resume")

    # -- the protocol -------------------------------------------------------------------------

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._credentials is not None:
            raise Violation(Close.TOO_MANY_INITS, "Too many initialisation requests")
        self._credentials = protocol.credentials(payload)
        self._stop_init_timer()
        try:
            actor = await self.in_scope(_actor_of, self._context())
        except AccessDenied:
            raise Violation(Close.UNAUTHORIZED, "Unauthorized") from None
        if actor is not None:
            self.session_id, self.rights = actor.session_id, actor.rights
        self._is_acknowledged = True
        self.outbox.put(protocol.ACK_FRAME)

    def _context(self) -> Context:
        """For one operation: it finds out again who holds the token."""
        assert self._credentials is not None
        token, accept_language = self._credentials
        return Context(token=token, accept_language=accept_language, address=self._address)

    def _subscribe(self, id: str, request: Request) -> None:
        if not self._is_acknowledged:
            raise Violation(Close.UNAUTHORIZED, "Unauthorized")
        if id in self.operations:
            raise Violation(Close.DUPLICATE, f"Subscriber for {id} already exists")
        if len(self.tasks) >= MAX_OPERATIONS:
            error = {
                "message": f"At most {MAX_OPERATIONS} operations at a time.",
                "extensions": {"code": "TOO_MANY_OPERATIONS"},
            }
            self.outbox.put(protocol.error_frame(id, [error]))
            return
        operation = self.operations[id] = Operation(self, id)
        operation.task = self._spawn(operation.run(request, self._context()))

    async def present_scope(self) -> Scope:
        """The scope of the socket's host, as the register has it by now."""
        if isinstance(self._scope, TenantRef):
            self._scope = await in_platform(resolver.by_schema, self._scope.schema) or self._scope
        return self._scope

    @property
    def language(self) -> str:
        """What to say in whatever comes before anything was asked of the operator."""
        assert self._credentials is not None
        return language_asked(self._credentials[1]) or "en"

    async def in_turn[**P, R](self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`in_scope`, once few enough of the tenant's operations run here."""
        async with self._places:
            return await self.in_scope(fn, *args, **kwargs)

    async def in_scope[**P, R](self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run sync `fn` in a thread under the scope of the socket's host."""
        if isinstance(self._scope, TenantRef):
            return await in_tenant(self._scope, fn, *args, **kwargs)
        return await in_platform(fn, *args, **kwargs)

    # -- sending and ending -------------------------------------------------------------------

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def _dispose(self) -> None:
        self._is_closing = True
        self._stop_init_timer()
        for operation in self.operations.values():
            operation.stop()
        self.operations.clear()
        if self.hub is not None:
            hubs.quit(self.hub, self)

    def _stop_init_timer(self) -> None:
        if self._init_timer is not None:
            self._init_timer.cancel()

    async def _send_frame(self, frame: str) -> None:
        await self.base_send({"type": "websocket.send", "text": frame})

    async def _send_close(self, code: Close, reason: str) -> None:
        cut = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        await self.outbox.flushed()
        with suppress(OSError):
            await self.base_send({"type": "websocket.close", "code": int(code), "reason": cut})

    async def _not_found(self) -> None:
        if "websocket.http.response" not in self.scope.get("extensions", {}):
            await self.base_send({"type": "websocket.close"})
            return
        headers = [(b"content-type", b"application/json")]
        await self.base_send(
            {"type": "websocket.http.response.start", "status": 404, "headers": headers}
        )
        await self.base_send({"type": "websocket.http.response.body", "body": _NOT_FOUND})


def _actor_of(context: Context) -> Actor | None:
    """Who speaks; None if anonymous, or the platform's owner. Raises `AccessDenied`."""
    _ = context.owner
    return context.actor


class Operation:
    """One operation of a socket, from its subscribe to its end; the sink of what it follows."""

    def __init__(self, socket: Socket, id: str) -> None:
        self.task: asyncio.Task[None] | None = None
        self._socket = socket
        self._id = id
        self._is_over = False
        self._is_following = False

    async def run(self, request: Request, context: Context) -> None:
        """Answer a query or a mutation; follow a subscription until it ends or is stopped."""
        try:
            stranger = "" if context.token else context.address
            await admit(await self._socket.present_scope(), stranger=stranger)
            if self._is_over:
                return
            answer = await self._socket.in_turn(begin, request, context)
            if isinstance(answer, Asked):
                await self._follow(answer, request)
            elif answer.executed:
                self.next(orjson.dumps(answer.body()).decode(), "")
                self._end(protocol.complete_frame(self._id))
            else:
                self._end(protocol.error_frame(self._id, answer.errors))
        except Refusal as refusal:
            self._end(protocol.error_frame(self._id, refused(refusal, self._socket.language)))
        except Exception as error:
            if is_unanswered(error):
                self._end(protocol.error_frame(self._id, [unanswered_error(error)]))
            else:
                bug_log(error)
                self._socket.close(Close.INTERNAL, "Internal error")

    async def _follow(self, asked: Asked, request: Request) -> None:
        if self._is_over:
            return
        self._is_following = True
        hub = self._socket.hub
        assert hub is not None  # only a tenant has topics
        try:
            await hub.follow(asked, request, self)
        except Refusal as refusal:
            errors = refused(refusal, asked.scope.language)
            self._end(protocol.error_frame(self._id, errors))
        else:
            self._end(protocol.complete_frame(self._id))

    def stop(self) -> None:
        """Send nothing more. A query's thread runs to its end; its answer is dropped."""
        self._is_over = True
        if self._is_following and self.task is not None:
            self.task.cancel()

    def next(self, payload: str, cursor: str) -> None:
        """Send one answer."""
        if not self._is_over:
            self._socket.outbox.put(protocol.next_frame(self._id, payload))

    def too_slow(self) -> None:
        """The whole socket is, then."""
        self._socket.too_slow()

    async def room(self) -> None:
        """Wait until the socket takes more."""
        await self._socket.outbox.room()

    def _end(self, frame: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._socket.operations.pop(self._id, None)
            self._socket.outbox.put(frame)
