"""Asks a map over HTTP, and believes nothing that comes back."""

import http.client
import socket
from collections.abc import Mapping
from contextlib import suppress
from math import isfinite
from threading import Timer
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import orjson

from tenants.places.geometry import Position
from tenants.places.maps.port import MapUnavailable

MAX_BYTES: Final = 1_000_000
MAX_TEXT: Final = 200
AGENT: Final = "Daiqu"

_CONNECTIONS: Final = {
    "https": http.client.HTTPSConnection,
    "http": http.client.HTTPConnection,
}


def answer_of(url: str, query: Mapping[str, str], *, language: str, seconds: float) -> Any:
    """The JSON that `url` answers to a GET with `query`.

    Raises `MapUnavailable` for anything else: no answer within `seconds`, however slowly it drips;
    another status than 200, a redirection too; more than `MAX_BYTES`; no JSON. The refusal says
    nothing of what went wrong, since the address has the question in it.
    """
    parts = urlsplit(url)
    try:
        connection = _CONNECTIONS[parts.scheme](parts.netloc, timeout=seconds)
    except (KeyError, http.client.InvalidURL):
        raise MapUnavailable from None
    # A socket's own time-out begins anew with each byte; and once its answer has begun, the
    # connection may no longer know its socket.
    sockets: list[socket.socket] = []
    cut = Timer(seconds, _cut, [connection, sockets])
    cut.daemon = True
    cut.start()
    try:
        connection.connect()
        sockets.append(connection.sock)
        connection.request(
            "GET",
            f"{parts.path}?{urlencode(query)}",
            headers={"User-Agent": AGENT, "Accept-Language": language},
        )
        response = connection.getresponse()
        body = response.read(MAX_BYTES + 1)
        if response.status != http.client.OK or len(body) > MAX_BYTES:
            raise MapUnavailable
        return orjson.loads(body)
    except (OSError, http.client.HTTPException, ValueError):
        raise MapUnavailable from None
    finally:
        cut.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection, sockets: list[socket.socket]) -> None:
    for each in sockets or [connection.sock]:
        if each is not None:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def text_of(value: Any) -> str:
    """A line of the answer, cut to `MAX_TEXT`; '' for what is none."""
    return "".join(filter(str.isprintable, value))[:MAX_TEXT] if isinstance(value, str) else ""


def position_of(latitude: Any, longitude: Any) -> Position | None:
    """The position that two numbers, or texts of numbers, say; None for any nonsense."""
    try:
        degrees = float(latitude), float(longitude)
    except (TypeError, ValueError, OverflowError):
        return None
    if not all(map(isfinite, degrees)) or abs(degrees[0]) > 90 or abs(degrees[1]) > 180:
        return None
    return Position(latitude=degrees[0], longitude=degrees[1])
