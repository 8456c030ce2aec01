"""The limit of the reads: a bare WSGI application that passes on the JSON which PostgreSQL builds.

Served by `granian --factory devtools.bench.bare:application`; BENCH_FILLED names the file that
`python -m devtools.bench` wrote, DATABASE_URL the application's login.
"""

import json
import os
import re
import threading
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg.types.json import set_json_loads

from devtools.bench.operations import OPERATIONS, SCREENS, Filled
from devtools.bench.sql import AUTHENTICATE, READS
from kernel import clock
from kernel.crypto import blind_index
from kernel.files import signed_url
from kernel.tenancy import tenant_scope

SIGNED_IN = {operation.name for operation in OPERATIONS if operation.asker}
TENANTS = {operation.name: operation.tenant for operation in (*OPERATIONS, *SCREENS)}
_URL = re.compile(rb'"url" : "([^"]+)"')


def application() -> Callable[..., list[bytes]]:
    """Answers `POST /<operation>` of each operation's tenant, a connection a thread and tenant."""
    known = json.loads(Path(os.environ["BENCH_FILLED"]).read_text())["filled"]
    filled = [Filled(**each) for each in known]
    mine = threading.local()

    def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if not hasattr(mine, "connections"):
            mine.connections = [connect(os.environ["DATABASE_URL"], each) for each in filled]
        request = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        name, authorization = environ["PATH_INFO"][1:], environ.get("HTTP_AUTHORIZATION", "")
        tenant = TENANTS[name]
        body = answer(
            mine.connections[tenant], filled[tenant], name, request["variables"], authorization
        )
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    return respond


def connect(conninfo: str, filled: Filled) -> psycopg.Connection:
    """A connection bound to the tenant once and for all, which leaves JSON as it comes."""
    connection = psycopg.connect(conninfo, autocommit=True)
    connection.execute(
        f"SET ROLE {filled.schema}; SET search_path TO {filled.schema}, extensions;"
        "SET TIME ZONE 'UTC'"
    )
    set_json_loads(lambda data: data, connection)
    return connection


def answer(
    connection: psycopg.Connection,
    filled: Filled,
    name: str,
    variables: dict[str, Any],
    authorization: str,
) -> bytes:
    """The response to the read called `name`. Raises `PermissionError` for a stranger."""
    values = dict(variables)
    with tenant_scope(filled.tenant):
        if name in SIGNED_IN:
            digest = blind_index("session", authorization.removeprefix("Bearer "))
            person = connection.execute(AUTHENTICATE, [digest], prepare=True).fetchone()
            if person is None or (name == "board" and not person[1]):
                raise PermissionError(name)
            values["person"] = person[0]
        if "id" in values:
            values["id"] = b64decode(values["id"]).decode().partition(":")[2]
        statement = _search(filled, values["text"]) if name == "search" else READS[name]
        row = connection.execute(statement, values, prepare=True).fetchone()
        assert row is not None
        return _URL.sub(lambda match: _link(match[1]), row[0])


def _search(filled: Filled, text: str) -> str:
    found = filled.searches[text].replace("%", "%%")
    return READS["search"].replace("{search}", found)


@cache
def _link(path: bytes) -> bytes:
    """Links are the same all day."""
    url = signed_url(path.decode(), at=clock.now(), lifetime=timedelta(hours=24))
    return b'"url":"' + url.encode() + b'"'
