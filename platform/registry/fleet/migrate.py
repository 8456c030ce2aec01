"""A release for every schema, some at a time.

Each schema's own ledger is the only record, written in the transaction that changes its tables. So
whatever stops a run, the next one goes on with those that are still behind.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connections

from kernel.tenancy import platform_scope
from kernel.tenancy.unavailable import is_unavailable
from registry.database import OWNER_ALIAS
from registry.fleet import FleetSchema, Kind
from registry.fleet.looks import look_ask
from registry.fleet.one import described, is_half_way, may_pass, schema_migrate
from registry.fleet.plan import Failed, Plan, fleet_plan, platform_lacks, platform_pending
from registry.fleet.releases import Release, release, tenant_labels
from registry.fleet.runs import LOCK, Diary, ReleaseRefused, diary_of_a_run
from registry.fleet.safety import Finding, Table
from registry.fleet.status import Place, Standing
from registry.models import BlankSchema, ReleaseFailure

ATTEMPTS: Final = 5
"""How often a schema whose tables are in use is tried; between the tries waits double."""

CONNECTION_SCHEMAS: Final = 100
"""Schemas after which a thread takes a new connection: a backend keeps what it knows of each."""


class AlreadyRunning(Exception):
    """Another release is on its way through this fleet."""


class LocksRefused(ReleaseRefused):
    """The release would lock or rewrite a large table, and nobody has accepted that."""

    def __init__(self, flagged: dict[Finding, Table | None]) -> None:
        super().__init__(", ".join(sorted({finding.migration for finding in flagged})))
        self.flagged = flagged


@dataclass(slots=True)
class Outcome:
    """What a run did. `interrupted` says that somebody stopped it before all were done."""

    plan: Plan
    migrated: int = 0
    failed: list[Failed] = field(default_factory=list)
    interrupted: bool = False
    seconds: float = 0.0


def fleet_migrate(
    *,
    at: datetime,
    jobs: int | None = None,
    only: Collection[str] = (),
    accept_locks: bool = False,
    planned: Callable[[Plan], None] = lambda plan: None,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Bring the platform, then every schema that is behind to the release, `jobs` at a time.

    `jobs` is the number of cores unless told; `only` are the slugs of some tenants. `planned` is
    called before the first schema, `progress` as they are done with, with how many are. Ctrl-C
    ends it when the schemas in hand are done. One that fails is named in the outcome, and the
    others go on. How it goes is on record (`runs`). No scope is needed, and no transaction may be
    open. Raises `AlreadyRunning`, `LocksRefused`, and what `fleet_plan` and the platform's own
    migrations raise.

    Django's post_migrate is not sent for a tenant's schema: what listens to it makes content types,
    of which a tenant's schema has none.
    """
    began = monotonic()
    with _alone():
        pending = platform_pending()
        platform_migrate()
        with diary_of_a_run(at=at) as diary:
            plan = fleet_plan(only=only)
            planned(plan)
            if plan.refused and not accept_locks:
                raise LocksRefused(plan.refused)
            diary.begin(plan, platform=pending)
            outcome = Outcome(plan=plan)
            _blanks_relabelled(plan.standings)
            run = _Run(outcome=outcome, at=at, remembered=_failures_remembered(plan), diary=diary)
            for failed in plan.hopeless:
                run.fail(failed)
            if plan.schemas:
                run.go(jobs or os.cpu_count() or 1, progress)
            diary.end(migrated=outcome.migrated, failed=outcome.failed, stopped=outcome.interrupted)
    outcome.seconds = monotonic() - began
    if plan.schemas or plan.hopeless or pending:
        with platform_scope():
            look_ask(at=at + timedelta(seconds=outcome.seconds))  # who is where has changed
    return outcome


def platform_migrate() -> None:
    """Bring the platform's own schema up to date, the way that django-tenants does it."""
    lacking = platform_lacks()
    labels = tenant_labels()
    if any(label not in labels for label, _ in lacking):
        call_command("migrate_schemas", "--shared", verbosity=0)
    elif lacking:
        # There a tenant's migration is a line in the ledger and nothing else, which does not take
        # the time that Django needs to look at a large catalog.
        with platform_scope(), connections[OWNER_ALIAS].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO public.django_migrations (app, name, applied) VALUES (%s, %s, now())",
                lacking,
            )


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the platform's lock on a connection of its own. Raises `AlreadyRunning`."""
    # Not the thread's own connection, which the platform's migrations close.
    with closing(connections.create_connection(OWNER_ALIAS)) as connection:
        with platform_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK])
            if cursor.fetchone() != (True,):
                raise AlreadyRunning
        try:
            yield
        finally:
            # The server takes its time to end a session that was closed: let go before.
            with suppress(Error), platform_scope(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")


@dataclass(frozen=True, slots=True)
class _Task:
    schema: FleetSchema
    goal: Release
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class _Result:
    task: _Task
    error: BaseException | None


@dataclass(slots=True)
class _Run:
    """The schemas on their way: queues to and from the threads, and what has come of it."""

    outcome: Outcome
    at: datetime
    remembered: Collection[str]
    diary: Diary
    todo: deque[_Task] = field(default_factory=deque)
    waiting: list[tuple[float, _Task]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    done: int = 0

    def go(self, jobs: int, progress: Callable[[int], None]) -> None:
        """Until all are done with, or somebody stops it."""
        groups = self.outcome.plan.groups
        self.todo.extend(_Task(one, group.release) for group in groups for one in group.schemas)
        jobs = min(jobs, len(self.todo))
        tasks: SimpleQueue[_Task | None] = SimpleQueue()
        results: SimpleQueue[_Result] = SimpleQueue()
        in_hand = 0
        with ThreadPoolExecutor(jobs, "fleet") as pool, _interrupt() as stop:
            for _ in range(jobs):
                pool.submit(_work, tasks, results)
            try:
                while in_hand or self.todo or self.waiting:
                    if stop.is_set() and (self.todo or self.waiting):
                        self.outcome.interrupted = True
                        self.todo.clear()
                        self.waiting.clear()
                    self._wake()
                    # One more than there are threads, so that none waits for us.
                    while self.todo and in_hand <= jobs:
                        tasks.put(self.todo.popleft())
                        in_hand += 1
                    with suppress(Empty):
                        self._settle(results.get(timeout=0.2))
                        in_hand -= 1
                        came = self.outcome
                        self.diary.tell(done=self.done, migrated=came.migrated, failed=came.failed)
                        progress(self.done)
            finally:
                for _ in range(jobs):
                    tasks.put(None)

    def fail(self, failed: Failed) -> None:
        """Name it, now and for `fleet status`."""
        self.outcome.failed.append(failed)
        half_way = bool(failed.migration) and is_half_way(failed.of)
        with platform_scope():
            ReleaseFailure.objects.update_or_create(
                schema_name=failed.of.schema,
                defaults={
                    "migration": failed.migration,
                    "error": failed.error,
                    "half_way": half_way,
                    "at": self.at,
                },
            )

    def _wake(self) -> None:
        """Those that have waited long enough are tried again."""
        now = monotonic()
        self.todo.extend(task for when, task in self.waiting if when <= now)
        self.waiting = [pair for pair in self.waiting if pair[0] > now]

    def _settle(self, result: _Result) -> None:
        task, error = result.task, result.error
        if error is not None and may_pass(error) and task.attempt < ATTEMPTS:
            wait = settings.FLEET_LOCK_SECONDS * 2**task.attempt
            self.waiting.append(
                (monotonic() + wait, _Task(task.schema, task.goal, task.attempt + 1))
            )
            return
        self.done += 1
        if error is None:
            self.outcome.migrated += 1
            if task.schema.schema in self.remembered:
                with platform_scope():
                    ReleaseFailure.objects.filter(schema_name=task.schema.schema).delete()
        elif is_unavailable(error):
            self._server_down(task.schema)
        else:
            self.fail(Failed(task.schema, *described(error)))

    def _server_down(self, schema: FleetSchema) -> None:
        """None of its schemas is asked for again: each would wait for the server's silence."""
        problem = f"the server {schema.server} does not answer"
        self.fail(Failed(schema, "", problem))
        for task in [task for task in self.todo if task.schema.server == schema.server]:
            self.todo.remove(task)
            self.done += 1
            self.fail(Failed(task.schema, "", problem))


def _work(tasks: "SimpleQueue[_Task | None]", results: "SimpleQueue[_Result]") -> None:
    """What each thread does until there is no more."""
    try:
        done = 0
        while (task := tasks.get()) is not None:
            error: BaseException | None = None
            try:
                schema_migrate(task.schema, task.goal)
            except BaseException as failure:
                error = failure  # whatever it is, somebody waits for the result
            results.put(_Result(task, error))
            done += 1
            if done % CONNECTION_SCHEMAS == 0:
                connections[OWNER_ALIAS].close()
    finally:
        connections.close_all()


@contextmanager
def _interrupt() -> Iterator[threading.Event]:
    """Set by the first Ctrl-C, which the main thread hears; the second is an exception as ever."""
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return
    usual = signal.getsignal(signal.SIGINT)

    def press(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, usual)


# -- what is remembered between runs --------------------------------------------------------------


def _blanks_relabelled(read: Sequence[Standing]) -> None:
    """Blank schemas that are on the release, and do not say so: a run was killed in between."""
    current = [
        standing.of.schema
        for standing in read
        if standing.of.kind == Kind.BLANK and standing.place == Place.CURRENT
    ]
    with platform_scope():
        stale = BlankSchema.objects.filter(schema_name__in=current).exclude(release=release())
        stale.update(release=release())


def _failures_remembered(plan: Plan) -> set[str]:
    """The schemas that failed before and are still behind; the others' failures are forgotten."""
    current = {one.of.schema for one in plan.standings if one.place == Place.CURRENT}
    with platform_scope():
        ReleaseFailure.objects.filter(schema_name__in=current).delete()
        rows = ReleaseFailure.objects.filter(schema_name__in=[one.schema for one in plan.schemas])
        return set(rows.values_list("schema_name", flat=True))
