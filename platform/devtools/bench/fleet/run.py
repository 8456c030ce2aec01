"""One run: two servers, one with ten tenants and one with many, measured in turn."""

import contextlib
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psycopg

from devtools.bench.fleet.client import STOREFRONT, Client, Onboarded, onboard, owner_token
from devtools.bench.fleet.grow import slug_of
from devtools.bench.fleet.neighbours import neighbours
from devtools.bench.processes import Served, open_files, serve_wsgi
from devtools.demo.parts import Parts

FEW: Final = 10
BUILDERS: Final = 2
"""Processes that make tenants at once."""

RELEASED: Final = 1000
"""Tenants that a release is timed for, or all there are."""

ROUNDS: Final = 5


@dataclass
class Side:
    """One of the two: its environment, how many tenants it has, and its running web server."""

    name: str
    environment: dict[str, str]
    tenants: int
    folder: Path
    log: IO[bytes]
    served: Served | None = None

    def act(self, action: str, *arguments: object, **environment: str) -> Any:
        """Run an action of `__main__` to its end; what it found. Raises `DemoError`."""
        with self.parts(**environment) as parts:
            parts.run(action, *self._command(action, *arguments))
        return json.loads(self._file(action).read_text())

    @contextlib.contextmanager
    def parts(self, **environment: str) -> Iterator[Parts]:
        """Processes under this side's environment, which end with the block."""
        parts = Parts({**self.environment, **environment}, log=self.log)
        try:
            yield parts
        finally:
            parts.stop()

    def grow(self, say: Callable[[str], None]) -> None:
        """Take on the tenants that are not there yet."""
        self.act("prepare")
        with self.parts() as parts:
            for first in range(BUILDERS):
                every = (first, self.tenants, BUILDERS)
                command = self._command("grow", *every, file=f"grow{first}")
                parts.start(f"builder {first}", *command)
            for _ in parts.finish():
                say(f"{self.name}: {self.present()} of {self.tenants} tenants")

    def present(self) -> int:
        """How many tenants there are."""
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"]) as database:
            row = database.execute(
                "SELECT count(*) FROM registry_tenant WHERE slug LIKE 'operator-%'"
            ).fetchone()
        return int(row[0]) if row else 0

    def limit(self) -> float:
        """How many requests a second the plan of its tenants allows."""
        with psycopg.connect(self.environment["DATABASE_OWNER_URL"]) as database:
            row = database.execute(
                "SELECT (terms ->> 'rate')::float FROM registry_tenant WHERE slug = %s",
                [slug_of(0)],
            ).fetchone()
        assert row is not None and row[0], "the tenants have no plan"
        return float(row[0])

    def _file(self, action: str) -> Path:
        return self.folder / f"{self.name}-{action}.json"

    def _command(self, action: str, *arguments: object, file: str = "") -> list[str]:
        path = self._file(file or action)
        return ["-m", "devtools.bench.fleet", str(path), action, *map(str, arguments)]


@dataclass
class FleetFigures:
    """What came out, in seconds and MB."""

    tenants: int
    created: list[float]
    onboarded: dict[str, list[Onboarded]]
    storefront: dict[str, list[float]]
    in_turn: dict[str, list[float]]
    backend: dict[str, Any]
    releases: list[dict[str, Any]]
    theirs: dict[str, dict[str, Any]]
    neighbours: dict[str, Any]
    connections: dict[str, int]
    files: dict[str, tuple[int, int]]


def measure_fleet(
    few: Side, many: Side, *, quick: bool, say: Callable[[str], None]
) -> FleetFigures:
    """Grow both sides to their size and measure. Raises `DemoError` and `LoadError`."""
    sides = (few, many)
    count = 10 if quick else 60
    for side in sides:
        side.grow(say)
        say(f"{side.name}: blank schemas for the onboardings")
        side.act("blanks", count + 5)
    with contextlib.ExitStack() as stack:
        for side in sides:
            parts = stack.enter_context(side.parts())
            side.served = serve_wsgi(parts, "config.wsgi:application")
        say("Onboarding, on both in turn")
        onboarded = _onboardings(sides, count)
        say("The storefront, on both in turn")
        storefront = _storefronts(sides, requests=40 if quick else 400, hosts=FEW)
        in_turn = _storefronts(sides, requests=40 if quick else 2000, hosts=None)
        connections = {side.name: _connections(side) for side in sides}
        files = {side.name: _files(side) for side in sides}
        say("Neighbours")
        assert many.served
        hosts = [f"{slug_of(number)}.localhost" for number in range(FEW)]
        limit = many.limit()
        beside = neighbours(many.served.port, hosts=hosts, limit=limit, quick=quick)
    say("A backend's memory")
    backend = many.act("backend")
    say("Creation by migrations, as django-tenants does it")
    created = [many.act("created") for _ in range(1 if quick else 3)]
    releases, theirs = _releases(many, say)
    return FleetFigures(
        tenants=many.tenants,
        created=created,
        onboarded=onboarded,
        storefront=storefront,
        in_turn=in_turn,
        backend=backend,
        releases=releases,
        theirs=theirs,
        neighbours=beside,
        connections=connections,
        files=files,
    )


def _onboardings(sides: Sequence[Side], count: int) -> dict[str, list[Onboarded]]:
    """New tenants, one on each side in turn; the first ones warm up."""
    clients = {side.name: Client(_port(side)) for side in sides}
    tokens = {
        side.name: owner_token(clients[side.name], side.environment["DEMO_LOGIN_PASSWORD"])
        for side in sides
    }
    took: dict[str, list[Onboarded]] = {side.name: [] for side in sides}
    for number, side in itertools.product(range(count + 3), sides):
        with psycopg.connect(side.environment["DATABASE_OWNER_URL"]) as database:
            row = database.execute("SELECT count(*) FROM registry_tenant").fetchone()
        slug = f"new-{row[0] if row else 0:06}"
        done = onboard(clients[side.name], token=tokens[side.name], slug=slug)
        if number >= 3:
            took[side.name].append(done)
    return took


def _storefronts(
    sides: Sequence[Side], *, requests: int, hosts: int | None
) -> dict[str, list[float]]:
    """Seconds of each answer: of the first `hosts` tenants in turn, warm, or of all there are."""
    took: dict[str, list[float]] = {side.name: [] for side in sides}
    clients = {side.name: Client(_port(side)) for side in sides}
    for round_number, side in itertools.product(range(ROUNDS + 1), sides):
        names = [f"{slug_of(number)}.localhost" for number in range(hosts or side.tenants)]
        started = round_number * (requests // ROUNDS)
        for host in itertools.islice(itertools.cycle(names), started, started + requests // ROUNDS):
            seconds = clients[side.name].timed(host, STOREFRONT)
            if round_number:
                took[side.name].append(seconds)
    return took


def _connections(side: Side) -> int:
    """Connections of the web server to PostgreSQL now."""
    with psycopg.connect(side.environment["DATABASE_OWNER_URL"]) as database:
        row = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'daiqu_app'"
        ).fetchone()
    return int(row[0]) if row else 0


def _files(side: Side) -> tuple[int, int]:
    """Open files of the web server now, and the most that one of its backends has."""
    assert side.served
    with psycopg.connect(side.environment["DATABASE_OWNER_URL"]) as database:
        rows = database.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'daiqu_app'")
        backends = [open_files(pid) for (pid,) in rows.fetchall()]
    return open_files(side.served.process_id), max(backends, default=0)


def _releases(
    side: Side, say: Callable[[str], None]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Nothing to do, a column with its index, a RunPython; ours and django-tenants'."""
    ours: list[dict[str, Any]] = []
    theirs: dict[str, dict[str, Any]] = {}
    number = min(RELEASED, side.tenants // 2)
    side.act("revert")
    for release in ("base", "column", "data"):
        say(f"Release {release}: {number} tenants")
        ours.append(side.act("release", number, BENCH_RELEASE=release))
        if release != "data":
            say(f"Release {release}: by django-tenants")
            theirs[release] = side.act("release-theirs", BENCH_RELEASE=release)
    return ours, theirs


def _port(side: Side) -> int:
    assert side.served
    return side.served.port
