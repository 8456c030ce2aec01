"""The messages of graphql-transport-ws, as its text has them.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import orjson

from schema.live.execution import Request

SUBPROTOCOL: Final = "graphql-transport-ws"
MAX_MESSAGE: Final = 128 * 1024
"""Characters of one message from a client."""

_MAX_ID: Final = 128


class Close(IntEnum):
    """Why a socket is closed. Clients come back after `SLOW`, `RESTART` and `FORBIDDEN`."""

    TOO_FAST = 1008
    TOO_BIG = 1009
    RESTART = 1012
    SLOW = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE = 4409
    TOO_MANY_INITS = 4429
    INTERNAL = 4500


class Violation(Exception):
    """The client broke the protocol: the socket is closed with `code`."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Init:
    """`connection_init`."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """`ping`, whose payload the pong echoes."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """`pong`, asked for or not."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`subscribe`: run this under that id."""

    id: str
    request: Request


@dataclass(frozen=True, slots=True)
class Complete:
    """`complete`: the client has heard enough."""

    id: str


type Message = Init | Ping | Pong | Subscribe | Complete


def parse_message(text: str | None) -> Message:
    """A client's message. Raises `Violation` for anything that the protocol does not know."""
    if text is None:
        raise Violation(Close.BAD_REQUEST, "Messages are text")
    if len(text) > MAX_MESSAGE:
        raise Violation(Close.TOO_BIG, f"At most {MAX_MESSAGE} characters a message")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Violation(Close.BAD_REQUEST, "Not JSON") from None
    if not isinstance(message, dict):
        raise Violation(Close.BAD_REQUEST, "Not a JSON object")
    match message.get("type"):
        case "connection_init":
            return Init(_object(message, "payload") or {})
        case "ping":
            return Ping(_object(message, "payload"))
        case "pong":
            _object(message, "payload")
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), _request(message.get("payload")))
        case "complete":
            return Complete(_id(message))
        case _:
            raise Violation(Close.BAD_REQUEST, "Unknown type of message")


def credentials(payload: dict[str, Any]) -> tuple[str | None, str]:
    """Of `connection_init`: the token, if there is one, and the languages wanted.

    `{"authorization": "Bearer …"}` or `{"token": …}`, and `acceptLanguage`; names in any case.
    """
    given = {name.lower(): value for name, value in payload.items() if value is not None}
    values = [given.get(name, "") for name in ("authorization", "token", "acceptlanguage")]
    if not all(isinstance(value, str) for value in values):
        raise Violation(Close.BAD_REQUEST, "Credentials and languages must be strings")
    authorization, token, language = values
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Violation(Close.UNAUTHORIZED, "Unauthorized")
    return token.strip() or None, language


def next_frame(operation_id: str, payload: str) -> str:
    """`next`, around an answer's JSON text."""
    return f'{{"type":"next","id":{_json(operation_id)},"payload":{payload}}}'


def error_frame(operation_id: str, errors: list[dict[str, Any]]) -> str:
    """`error`, which ends the operation."""
    return _json({"type": "error", "id": operation_id, "payload": errors})


def complete_frame(operation_id: str) -> str:
    """`complete`, which ends the operation."""
    return _json({"type": "complete", "id": operation_id})


def pong_frame(ping: Ping) -> str:
    """`pong`, the echo of `ping`."""
    return _json({"type": "pong"} | ({"payload": ping.payload} if ping.payload is not None else {}))


ACK_FRAME: Final = '{"type":"connection_ack"}'


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _id(message: dict[str, Any]) -> str:
    value = message.get("id")
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_ID:
        raise Violation(Close.BAD_REQUEST, f"id must be a string of 1 to {_MAX_ID} characters")
    return value


def _object(holder: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = holder.get(name)
    if value is not None and not isinstance(value, dict):
        raise Violation(Close.BAD_REQUEST, f"{name} must be an object")
    return value


def _request(payload: Any) -> Request:
    if not isinstance(payload, dict):
        raise Violation(Close.BAD_REQUEST, "payload must be an object")
    query, document_id = payload.get("query"), payload.get("documentId")
    if not isinstance(query if document_id is None else document_id, str):
        raise Violation(Close.BAD_REQUEST, "payload must have query or documentId, a string")
    if query and document_id is not None:  # npm's graphql-ws sends an empty query beside the id
        raise Violation(Close.BAD_REQUEST, "payload must have query or documentId, not both")
    name = payload.get("operationName")
    if name is not None and not isinstance(name, str):
        raise Violation(Close.BAD_REQUEST, "operationName must be a string")
    _object(payload, "extensions")
    return Request(query or "", _object(payload, "variables") or {}, name, document_id)
