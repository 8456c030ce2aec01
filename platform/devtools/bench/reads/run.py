"""One run: each read asked of every server in turn, round after round, as long with each."""

import contextlib
import http.client
import itertools
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from django.conf import settings

from devtools.bench.load import Job, Load, LoadError, Round, got, posted
from devtools.bench.operations import OPERATIONS, SCREENS, Filled, Operation
from devtools.bench.processes import Served, cpu_seconds, serve, serve_wsgi
from devtools.bench.reads.theirs import QUESTIONS
from devtools.bench.run import NONE_KEPT, UNLIMITED
from devtools.bench.sql import AUTHENTICATE, READS
from devtools.demo.parts import Parts
from devtools.npm import npm_install
from schema.core.documents import digest_of

OURS: Final = "ours"
CACHED: Final = "ours, cached"
CORE: Final = "ours, LOWERING=0"
BARE: Final = "bare SQL"
THEIRS: Final = "PostGraphile"

ROUNDS: Final = 5
SECONDS: Final = 0.4
"""What a round takes, about."""

FEWEST: Final = 32
"""Requests of a round; as many go before all rounds, for each thread to have its plans."""

LISTENS_WITHIN: Final = 20
"""Tenths of a second after which a server that keeps answers does."""

ASKED: Final = (
    *SCREENS,
    *(each for each in OPERATIONS if each.name in READS and each.name != "storefront"),
)


@dataclass
class Reads:
    """What came out: the rounds by operation and server, the server's seconds of CPU in each, the
    bytes of each server's answer by operation, what `recorded` found, and PostgreSQL's version.
    """

    rounds: dict[tuple[str, str], list[Round]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, dict[str, int]] = field(default_factory=dict)
    recorded: list[dict[str, Any]] = field(default_factory=list)
    postgres: str = ""


@dataclass(frozen=True)
class Target:
    """What an operation is asked of a server."""

    served: Served
    messages: list[str]
    expected: str

    def job(self, requests: int) -> Job:
        """So many requests."""
        return Job(self.served.port, self.messages, requests, self.expected)

    def answer(self) -> tuple[Mapping[str, str], bytes]:
        """The headers and the body of the answer to the first message. Raises `LoadError`."""
        head, _, body = self.messages[0].partition("\r\n\r\n")
        line, *lines = head.split("\r\n")
        method, path, _ = line.split()
        headers = dict(each.split(": ", 1) for each in lines)
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.served.port)
        ) as connection:
            connection.request(method, path, body.encode() or None, headers)
            response = connection.getresponse()
            said = response.read()
        if response.status != 200 or self.expected.encode() not in said:
            raise LoadError(f"{response.status}: {said[:500]!r}")
        return {name.lower(): value for name, value in response.getheaders()}, said

    def is_kept(self) -> bool:
        """Whether the answer is one that a cache may have: soon, the register is listened to."""
        for _ in range(LISTENS_WITHIN):
            if "etag" in self.answer()[0]:
                return True
            time.sleep(0.1)
        return False


def measure_reads(
    environment: dict[str, str], *, folder: Path, quick: bool, say: Callable[[str], None]
) -> Reads:
    """Fill the empty database of `environment` and measure; the servers log to `folder`/log.

    `quick` makes rounds a fifth as long. Raises `DemoError`, `LoadError` and `NpmError`.
    """
    say("PostGraphile's packages")
    script = postgraphile_install(Path(settings.BASE_DIR) / ".daiqu" / "postgraphile")
    figures = Reads()
    seconds = SECONDS / (5 if quick else 1)
    with Load() as load, filled(environment, folder=folder, say=say) as (parts, made, tenants):
        say("Servers")
        served = _servers(made, tenants, script)
        for operation in ASKED:
            say(f"{operation.title}: plans made")
            targets = _targets(operation, served, tenants)
            figures.sizes[operation.name] = _check(operation, targets)
            counts = {name: _count(load, target, seconds) for name, target in targets.items()}
            for number, name in itertools.product(range(ROUNDS), targets):
                say(f"{operation.title}: {name}, round {number + 1} of {ROUNDS}")
                began = cpu_seconds(targets[name].served.process_id)
                took = load.run(targets[name].job(counts[name]))
                figures.rounds[operation.name, name].append(took)
                taken = cpu_seconds(targets[name].served.process_id) - began
                figures.cpu[operation.name, name].append(taken)
        say("Recorded operations, with and without lowering")
        found = folder / "recorded.json"
        parts.run("recorded operations", "-m", "devtools.bench.reads.recorded", str(found))
        figures.recorded = json.loads(found.read_text())
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        figures.postgres = str(connection.info.parameter_status("server_version")).split()[0]
    return figures


def postgraphile_install(folder: Path) -> Path:
    """Have PostGraphile in `folder`, outside of git; answers its server's script.

    Raises `NpmError`.
    """
    shutil.copytree(
        Path(__file__).resolve().parents[1] / "postgraphile", folder, dirs_exist_ok=True
    )
    npm_install(folder)
    return folder / "server.js"


@contextlib.contextmanager
def filled(
    environment: dict[str, str], *, folder: Path, say: Callable[[str], None]
) -> Iterator[tuple[Parts, Callable[..., Parts], list[Filled]]]:
    """The empty database of `environment`, filled; what runs in it logs to `folder`/log.

    Yields parts as the product is, a maker of parts with other variables to which the bench's own
    documents are trusted ones, and the tenants. Raises `DemoError`.
    """
    file, manifest = folder / "known.json", folder / "manifest.json"
    texts = {digest_of(each.document): {"text": each.document} for each in ASKED}
    manifest.write_text(json.dumps({"documents": texts}))
    environment = {**environment, **UNLIMITED, "BENCH_FILLED": str(file)}
    with (folder / "log").open("wb") as log, contextlib.ExitStack() as stack:

        def made(**variables: str) -> Parts:
            parts = Parts({**environment, **variables}, log=log)
            stack.callback(parts.stop)
            return parts

        parts = made()
        say("Three tenants filled")
        parts.run("the filling", "-m", "devtools.bench", str(file), "1")
        tenants = [Filled(**each) for each in json.loads(file.read_text())["filled"]]
        yield parts, partial(made, TRUSTED_DOCUMENTS=str(manifest)), tenants


def _servers(
    made: Callable[..., Parts], tenants: list[Filled], script: Path
) -> dict[tuple[str, int], Served]:
    """The servers by name and tenant; but for PostGraphile, one serves all tenants."""
    parts, ours = made(), "config.wsgi:application"
    each = {
        OURS: serve_wsgi(made(**NONE_KEPT), ours),
        CACHED: serve_wsgi(parts, ours),
        CORE: serve_wsgi(made(**NONE_KEPT, LOWERING="0"), ours),
        BARE: serve_wsgi(parts, "devtools.bench.bare:application", "--factory"),
    }
    theirs = made(NODE_ENV="production", AUTHENTICATE=AUTHENTICATE.replace("%s", "$1"))
    node = ("-m", "devtools.bench.reads.node", str(script), "--schema")
    return {
        (server, number): served
        for server, served in each.items()
        for number in range(len(tenants))
    } | {
        (THEIRS, number): serve(theirs, *node, tenant.schema)
        for number, tenant in enumerate(tenants)
    }


def target_of(operation: Operation, server: str, filled: Filled, served: Served) -> Target:
    """What `operation` is as the messages of a server."""
    headers = {**operation.headers(filled), "Accept": "application/json"}
    document_id = digest_of(operation.document)
    bodies = [
        operation.trusted_body(document_id, filled, number=number)
        for number in range(operation.variants)
    ]
    if server == THEIRS:
        question = QUESTIONS[operation.name]
        variables = question.variables(filled, operation.rows)
        body = json.dumps({"query": question.document, "variables": variables})
        if operation.asker:
            token = getattr(filled, f"{operation.asker}_token")
            headers["X-Session-Digest"] = filled.digests[token]
        return Target(served, [posted("/graphql", headers, body)], '"data"')
    if server == CACHED:
        messages = [got(f"/graphql?{urlencode(_of_address(body))}", headers) for body in bodies]
    else:
        path = f"/{operation.name}" if server == BARE else "/graphql"
        messages = [posted(path, headers, body) for body in bodies]
    return Target(served, messages, operation.expected)


def _of_address(body: str) -> dict[str, str]:
    """The members of a body as the parameters of a GET."""
    members = json.loads(body)
    compact = json.dumps(members["variables"], separators=(",", ":"))
    return {"documentId": members["documentId"], "variables": compact}


def _targets(
    operation: Operation, served: dict[tuple[str, int], Served], tenants: list[Filled]
) -> dict[str, Target]:
    """The servers that can be asked for `operation`, in their turn."""
    servers = [BARE, OURS, CORE]
    servers += [THEIRS] if operation.name in QUESTIONS else []
    servers += [] if operation.asker else [CACHED]
    number = operation.tenant
    targets = {
        server: target_of(operation, server, tenants[number], served[server, number])
        for server in servers
    }
    if CACHED in targets and not targets[CACHED].is_kept():
        del targets[CACHED]
    return targets


def _check(operation: Operation, targets: dict[str, Target]) -> dict[str, int]:
    """The bytes of each server's answer. Raises `LoadError` where ours are not the same JSON."""
    answers = {server: target.answer()[1] for server, target in targets.items()}
    ours = json.loads(answers[OURS])
    for server, answer in answers.items():
        said = json.loads(answer)
        if said != ours if server != THEIRS else "errors" in said:
            raise LoadError(f"{operation.name}: {server} answers {answer[:500]!r}")
    return {server: len(answer) for server, answer in answers.items()}


def _count(load: Load, target: Target, seconds: float) -> int:
    """How many requests take so long, once it is warm."""

    def within(taken: Round, so_long: float) -> int:
        return max(FEWEST, round(len(taken.latencies) / taken.seconds * so_long))

    cold = load.run(target.job(FEWEST))
    warm = load.run(target.job(within(cold, seconds / 4)))
    return within(warm, seconds)


def layers_of_reads(
    environment: dict[str, str], *, folder: Path, say: Callable[[str], None]
) -> str:
    """A table of where a request's CPU goes; arguments and errors as those of `measure_reads`."""
    with filled(environment, folder=folder, say=say) as (_, made, _tenants):
        say("Requests looked at")
        found = folder / "layers.md"
        made(**NONE_KEPT, LOWERING_SHADOW="0").run(
            "the layers", "-m", "devtools.bench.reads.layers", str(found)
        )
        return found.read_text()
