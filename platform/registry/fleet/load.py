"""What each database server carries now: connections, workers, and the jobs that wait or failed.

One connection a server and a fixed number of questions, however many tenants there are.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db.models import QuerySet

from kernel.jobs import SCOPE_ARGUMENT
from registry.database import QUEUE_ROLE
from registry.models import Tenant
from registry.servers import Inhabitants, inhabitants, login, servers

PATIENCE_SECONDS: Final = 2
NAMED: Final = 50
"""Kinds of jobs that are named, those with most failures first."""

_LOAD: Final = """
SELECT current_setting('server_version'), current_setting('max_connections')::int,
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    (
        SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => %s)
    )
"""

# A job that is put off is none that waits: its time has not come.
_JOBS: Final = """
SELECT args ->> %s, task_name,
    count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()) AS waiting,
    count(*) FILTER (WHERE status = 'doing') AS running,
    count(*) FILTER (WHERE status = 'failed') AS failed
FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
GROUP BY 1, 2
ORDER BY failed DESC, waiting DESC, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Pile:
    """Jobs of one kind for one scope on one server. `schema` is the tenant's, or the platform."""

    server: str
    schema: str
    task: str
    waiting: int
    running: int
    failed: int


@dataclass(frozen=True, slots=True)
class Load:
    """A server as it is now; but for its name and inhabitants nothing is known of one not `up`."""

    name: str
    lives: Inhabitants
    up: bool = False
    version: str = ""
    connections: int = 0
    connections_limit: int = 0
    workers: int = 0
    piles: list[Pile] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """Jobs whose time has come, and which nobody has begun."""
        return sum(pile.waiting for pile in self.piles)

    @property
    def running(self) -> int:
        """Jobs that a worker has begun."""
        return sum(pile.running for pile in self.piles)

    @property
    def failed(self) -> int:
        """Jobs that a worker has given up."""
        return sum(pile.failed for pile in self.piles)


def loads() -> list[Load]:
    """Every server, the main one first. Binds its own scope."""
    live = inhabitants()
    return [_load(server, live.get(server, Inhabitants())) for server in servers()]


def piles_worst(loads: Collection[Load]) -> list[Pile]:
    """The first of the piles in which something waits or failed, over all servers."""
    found = [pile for load in loads for pile in load.piles if pile.failed or pile.waiting]
    return sorted(found, key=lambda pile: (-pile.failed, -pile.waiting))[:NAMED]


def tenants_in(schemas: Collection[str]) -> QuerySet[Tenant]:
    """The tenants that live in these schemas. Platform scope."""
    found: QuerySet[Tenant] = Tenant.objects.filter(schema_name__in=schemas)
    return found


def _load(server: str, lives: Inhabitants) -> Load:
    role = {"options": f"-c role={QUEUE_ROLE} -c search_path=queue"}
    parameters: dict[str, Any] = {**login(server), **role, "connect_timeout": PATIENCE_SECONDS}
    beats = settings.WORKER_HEARTBEAT_SECONDS * 3
    try:
        with psycopg.connect(**parameters) as connection:
            found = connection.execute(_LOAD, [beats]).fetchone()
            jobs = connection.execute(_JOBS, [SCOPE_ARGUMENT]).fetchall()
    except psycopg.Error:
        return Load(server, lives)
    assert found is not None
    version, limit, used, workers = found
    return Load(
        name=server,
        lives=lives,
        up=True,
        version=version.partition(" ")[0],
        connections=used,
        connections_limit=limit,
        workers=workers,
        piles=[Pile(server, *job) for job in jobs],
    )
