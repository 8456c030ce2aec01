"""Background work: declared by a name, deferred by that name inside the transaction that causes it.

The queue is procrastinate's, in a schema of its own. `queue.defer` (SQL) stamps each job with the
role that deferred it, so that a tenant's job can only ever run as that tenant. A job may run
twice (its worker was killed half-way), so every job function is idempotent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

SCOPE_ARGUMENT = "_scope"
"""The job argument that `queue.defer` writes: a tenant's schema name, or the platform's role."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of background work. `attempts` counts the first run; between them waits double.

    With `every` (a cron expression, UTC) the worker itself defers it, for the platform. What is
    `nightly` the platform defers each night for every tenant that is served.
    """

    name: str
    run: Callable[..., None]
    attempts: int
    every: str | None
    nightly: bool


registered: dict[str, Job] = {}


def job[**P](
    name: str, *, attempts: int = 6, every: str | None = None, nightly: bool = False
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Declare the decorated function as the job `name`, which services pass to `defer`.

    One that is due `every` so often (a cron expression, UTC) runs under the platform's scope, once
    a tick however many workers there are, and must need no argument. Nor may a `nightly` one,
    which runs under each tenant's scope.
    """

    def register(fn: Callable[P, None]) -> Callable[P, None]:
        if name in registered:
            raise ValueError(f"two jobs are called {name}")
        registered[name] = Job(name=name, run=fn, attempts=attempts, every=every, nightly=nightly)
        return fn

    return register


def defer(
    name: str, *, run_at: datetime | None = None, once: str | None = None, **arguments: Any
) -> None:
    """Queue the job `name` in the present transaction, for the bound scope.

    `arguments` must be plain JSON. `run_at` delays it. `once` is a key under which at most one job
    of this scope waits at a time: a second `defer` with it does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue.defer(%s, %s::jsonb, %s, %s)",
            [name, orjson.dumps(arguments).decode(), run_at, once],
        )
