"""python -m devtools.bench.reads.layers FILE: where the CPU of a warm request goes, by layer.

In process, by one thread: the WSGI application is called as a server calls it, and a timer of CPU
time looks every so often which of the functions below is innermost. So a layer has in it all that
it calls, but for what belongs to another; and nothing is slowed by being looked at.
"""

import inspect
import io
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import django
from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

if not apps.ready:
    django.setup()

from config import handlers
from config.limits import LimitsMiddleware
from config.logging import RequestLogMiddleware
from config.wsgi import application
from devtools.bench.operations import Filled, Operation
from devtools.bench.reads.run import ASKED
from kernel.statements import rows_of_each
from registry.middleware import ScopeMiddleware
from registry.resolver import resolver
from schema.core.context import Context
from schema.core.documents import digest_of
from schema.core.execution import Answer, build_executor, execute
from schema.http.again import answered_again, asked_of
from schema.http.view import Endpoint
from schema.lowering.connections import page_said
from schema.lowering.executor import LoweringExecutor
from schema.lowering.late import filled as holes_filled
from schema.lowering.pages import by_keys
from schema.lowering.roots import Root
from schema.lowering.texts import Texts

WARM: Final = 30
CPU_SECONDS: Final = 3.0
EVERY: Final = 0.001
REST: Final = "the rest"

LAYERS: Final[dict[str, tuple[Any, ...]]] = {
    "HTTP: Django's request and response": (WSGIHandler.__call__, handlers.WSGIHandler.__call__),
    "middleware": (
        LimitsMiddleware.__call__,
        RequestLogMiddleware.__call__,
        ScopeMiddleware._respond,
    ),
    "connection: taken, checked, given back": (
        BaseDatabaseWrapper.connect,
        BaseDatabaseWrapper.close,
        close_old_connections,
    ),
    "view: request read, response made": (Endpoint.__call__,),
    "what came before: found, and told": (asked_of, answered_again),
    "authentication": (vars(Context)["actor"].func,),
    "document looked up, variables, executor": (build_executor,),
    "execution: graphql-core around root fields": (execute,),
    "plans found": (LoweringExecutor._lowered,),
    "root fields' querysets": (Root._resolved,),
    "pages by keys": (by_keys,),
    "statements found: shapes, parameters": (Texts.reader,),
    "statements sent and read": (rows_of_each,),
    "holes that Python fills": (holes_filled,),
    "answer": (page_said, Answer.json),
}


def request_of(operation: Operation, filled: Filled) -> Callable[[], bytes]:
    """What asks the application for `operation`, and answers the body."""
    body = operation.trusted_body(digest_of(operation.document), filled).encode()
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in operation.headers(filled).items()
    }
    environ = {
        **headers,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/graphql",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }

    def started(*_: Any) -> Callable[[bytes], object]:
        return lambda _: None

    def ask() -> bytes:
        return b"".join(application({**environ, "wsgi.input": io.BytesIO(body)}, started))

    return ask


class Sampled:
    """CPU milliseconds a request by layer, and how many statements it makes."""

    def __init__(self, ask: Callable[[], bytes]) -> None:
        self._codes: dict[CodeType, str] = {
            inspect.unwrap(function).__code__: layer
            for layer, functions in LAYERS.items()
            for function in functions
        }
        self._seen: Counter[str] = Counter()
        for _ in range(WARM):
            ask()
        with CaptureQueriesContext(connection) as captured:
            ask()
        self.statements = len(captured)
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        requests, began = 0, time.process_time()
        while (taken := time.process_time() - began) < CPU_SECONDS:
            ask()
            requests += 1
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.ms = taken / requests * 1000
        looks = self._seen.total()
        self.layers = {layer: seen / looks * self.ms for layer, seen in self._seen.items()}

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        while frame is not None:
            layer = self._codes.get(frame.f_code)
            if layer is not None:
                break
            frame = frame.f_back
        else:
            layer = REST
        self._seen[layer] += 1


def table(sampled: dict[str, Sampled]) -> str:
    """A row for each layer, a column for each operation."""
    rows = [["CPU ms of a warm request", *sampled], ["---", *["---:"] * len(sampled)]]
    for layer in (*LAYERS, REST):
        rows.append([layer, *(f"{each.layers.get(layer, 0):.2f}" for each in sampled.values())])
    rows.append(["**together**", *(f"**{each.ms:.2f}**" for each in sampled.values())])
    rows.append(["statements", *(str(each.statements) for each in sampled.values())])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def main(known: Path, file: Path) -> None:
    """Look at each operation of the tenants in `known`."""
    tenants = [Filled(**each) for each in json.loads(known.read_text())["filled"]]
    assert resolver.wait_until_listening(5)
    sampled = {}
    for operation in ASKED:
        ask = request_of(operation, tenants[operation.tenant])
        assert operation.expected.encode() in ask()
        sampled[operation.title] = Sampled(ask)
    file.write_text(table(sampled))


if __name__ == "__main__":
    main(Path(os.environ["BENCH_FILLED"]), Path(sys.argv[1]))
