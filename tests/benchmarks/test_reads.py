"""The bench of the reads: what it asks, what it finds out, and what it prints."""

import json
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from graphql import parse

from devtools.bench.fill import fill
from devtools.bench.load import Job, Load, LoadError, Round, got, posted
from devtools.bench.operations import Filled
from devtools.bench.processes import Served
from devtools.bench.reads.recorded import asked_of
from devtools.bench.reads.report import reads_markdown
from devtools.bench.reads.run import ASKED, BARE, CACHED, CORE, OURS, THEIRS, Reads, target_of
from devtools.bench.reads.theirs import QUESTIONS
from devtools.bench.sql import READS
from devtools.servers.process import free_port
from kernel.tenancy import TenantRef, tenant_scope
from tests.support.database import ALPHA_HOST


@pytest.fixture
def filled(alpha: TenantRef) -> Filled:
    """A few orders and services."""
    return fill(alpha, host=ALPHA_HOST, services=5, orders=3, parts=2, quotes=1)


@pytest.mark.parametrize("operation", ASKED, ids=lambda operation: operation.name)
def test_every_server_is_asked_for_the_same_page(operation, filled: Filled):
    assert operation.name in READS
    asked = {
        server: target_of(operation, server, filled, Served(1, 1))
        for server in (OURS, CORE, CACHED, BARE, *([THEIRS] if operation.name in QUESTIONS else []))
    }
    assert asked[OURS] == asked[CORE]
    assert len(asked[OURS].messages) == operation.variants
    variables = [
        json.loads(target.messages[0].partition("\r\n\r\n")[2])["variables"]
        for server, target in asked.items()
        if server != CACHED
    ]
    assert len({each.get("first") for each in variables}) == 1
    assert asked[CACHED].messages[0].startswith("GET /graphql?documentId=sha256%3A")
    if operation.name in QUESTIONS:
        assert parse(QUESTIONS[operation.name].document).definitions


def test_recorded_reads_ask_for_rows_that_are_here(alpha: TenantRef, filled: Filled):
    with tenant_scope(alpha):
        asked = {each.name: each for each in asked_of(filled, filled.staff_token)}
        answer = asked["CustomerOrder"].answer(alpha)
        measured = asked["CustomerOrder"].measured(alpha, 3)
    assert answer.executed and not answer.errors
    assert answer.data is not None and answer.data["order"] is not None
    assert measured.name == "CustomerOrder" and measured.ratio > 0 < measured.lowered_ms
    assert {"CustomerServices", "OperatorOrders"} <= asked.keys()


class _Echo(BaseHTTPRequestHandler):
    """Answers each POST with its own body, and whatever else with 404."""

    protocol_version = "HTTP/1.1"
    heard: list[bytes] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server."""
    _Echo.heard = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_load_asks_in_turn_and_times_each(echo: int):
    messages = [posted("/", {"Host": "x"}, f'"好 {number}"') for number in range(3)]
    with Load() as load:
        first = load.run(Job(echo, messages, requests=30, expected="好", connections=4))
        assert Counter(_Echo.heard) == {f'"好 {number}"'.encode(): 10 for number in range(3)}
        second = load.run(Job(echo, messages[:1], requests=5, expected="0", connections=1))
    assert len(first.latencies) == 30 and len(second.latencies) == 5
    assert 0 < max(first.latencies) <= first.seconds and first.cpu_seconds > 0


def test_the_load_says_what_was_wrong(echo: int):
    with Load() as load:
        with pytest.raises(LoadError, match="404"):
            load.run(Job(echo, [got("/", {"Host": "x"})], requests=1, expected=""))
        with pytest.raises(LoadError, match="another"):
            body = '"another"'
            load.run(Job(echo, [posted("/", {"Host": "x"}, body)], requests=1, expected="this"))
        with pytest.raises(LoadError, match="refused"):
            load.run(Job(free_port(), [got("/", {"Host": "x"})], requests=1, expected=""))


def test_ratios_are_the_medians_of_rounds_that_took_turns():
    figures = Reads(postgres="18")
    for operation in ASKED:
        figures.sizes[operation.name] = {OURS: 1000, BARE: 1100}
        # The machine is twice as slow in the second round, for both.
        for seconds in (1.0, 2.0, 1.0):
            ours, bare = Round(seconds, [0.002] * 60, 0.01), Round(seconds, [0.001] * 100, 0.01)
            figures.rounds[operation.name, OURS].append(ours)
            figures.rounds[operation.name, BARE].append(bare)
            figures.cpu[operation.name, OURS].append(0.06 * seconds)
            figures.cpu[operation.name, BARE].append(0.01 * seconds)
    figures.recorded = [{"name": "CustomerOrder", "core_ms": 6.0, "lowered_ms": 2.0, "ratio": 3.0}]
    lines = reads_markdown(figures).splitlines()
    assert "| one order | – | – | 0.60 | – | – | – | 1.0 | 4 |" in lines
    assert "| one order | ours | 60 | 2.0 | 2.0 | 1.0 | 0.60 | – | 1.00 | 1,000 |" in lines
    assert "| one order | PostGraphile | – | – | – | – | – | – | – | – |" in lines
    assert any("CustomerOrder 3.00 (2.0 ms)" in line for line in lines)
