"""One run: the servers side by side, each operation against each in turn, round after round."""

import contextlib
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from devtools.bench.load import Job, Load, Round, posted
from devtools.bench.operations import OPERATIONS, Filled, Operation
from devtools.bench.processes import idle_processes, serve_wsgi
from devtools.bench.sql import READS
from devtools.demo.parts import Parts

OURS, STOCK, BARE = "ours", "stock", "bare"
REQUESTS: Final = {OURS: 100, STOCK: 50, BARE: 1000}
"""In one round."""

ROUNDS: Final = 5
UNLIMITED: Final = {
    "TENANT_RATE": "1000000",
    "TENANT_THREADS": "1000",
    "REQUESTS_AT_ONCE": "5",  # a tenant by itself has one less: all four threads
}
"""What the server can do is measured, not what one tenant may have of it."""

NONE_KEPT: Final = {"KEPT_ANSWERS_BYTES": "0"}
"""Every answer is made anew, to strangers as well."""


@dataclass
class Figures:
    """What came out: what `python -m devtools.bench` wrote, resident MB by kind of process, and
    the rounds by operation and server.
    """

    known: dict[str, Any]
    resident: dict[str, list[float]]
    rounds: dict[tuple[str, str], list[Round]] = field(default_factory=lambda: defaultdict(list))


def measure(
    environment: dict[str, str], *, folder: Path, quick: bool, say: Callable[[str], None]
) -> Figures:
    """Fill the empty database of `environment` and measure; the servers log to `folder`/log.

    `quick` sends a tenth of the requests. Raises `DemoError` and `LoadError`.
    """
    requests = {server: number // (10 if quick else 1) for server, number in REQUESTS.items()}
    file = folder / "known.json"
    environment = {**environment, **UNLIMITED, **NONE_KEPT, "BENCH_FILLED": str(file)}
    stock_environment = {**environment, "DJANGO_SETTINGS_MODULE": "devtools.bench.stock_settings"}
    with (folder / "log").open("wb") as log, contextlib.ExitStack() as stack:
        parts, stock_parts = Parts(environment, log=log), Parts(stock_environment, log=log)
        stack.callback(parts.stop)
        stack.callback(stock_parts.stop)
        load = stack.enter_context(Load())
        say("Three tenants filled, queries counted")
        quotes = 1 + requests[OURS] * (ROUNDS + 1)  # the probe takes the first
        parts.run("the filling", "-m", "devtools.bench", str(file), str(quotes), "probe")
        known = json.loads(file.read_text())
        tenants = [Filled(**each) for each in known["filled"]]
        say("Servers")
        served = {
            OURS: serve_wsgi(parts, "config.wsgi:application"),
            STOCK: serve_wsgi(stock_parts, "config.wsgi:application"),
            BARE: serve_wsgi(parts, "devtools.bench.bare:application", "--factory"),
        }

        def timed(operation: Operation, number: int, server: str) -> Round:
            filled, count = tenants[operation.tenant], requests[server]
            each = range(1 + number * count, 1 + (number + 1) * count)
            path = f"/{operation.name if server == BARE else 'graphql'}"
            headers = operation.headers(filled)
            bodies = (
                operation.body(filled, number=n, size=operation.rows)
                for n in (each[: operation.variants] if operation.is_read else each)
            )
            return load.run(
                Job(
                    port=served[server].port,
                    messages=[posted(path, headers, body) for body in bodies],
                    requests=count,
                    expected=operation.expected,
                )
            )

        timed(OPERATIONS[0], 0, OURS)
        figures = Figures(known, idle_processes(environment, web=served[OURS], log=log))
        for operation, number, server in _plan():
            say(f"{operation.title}: {server}, round {number} of {ROUNDS}")
            took = timed(operation, number, server)
            if number:  # the first one warms up
                figures.rounds[operation.name, server].append(took)
    return figures


def _plan() -> Iterator[tuple[Operation, int, str]]:
    """Servers take turns within a round, so that noise hits all alike."""
    for operation in OPERATIONS:
        servers = [OURS, BARE] if operation.name in READS else [OURS]
        servers += [STOCK] if operation is OPERATIONS[0] else []
        for number, server in itertools.product(range(ROUNDS + 1), servers):
            yield operation, number, server
