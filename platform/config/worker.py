"""The worker: procrastinate over our queues' schemas, each job under the scope that deferred it.

Each database server has a queue, so that a job is deferred in the transaction of its tenant's
rows. One process works them all; a server that is down costs the others nothing.
"""

import asyncio
import signal
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

import psycopg
import structlog
from django.conf import settings
from django.db import connections
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.retry import RetryStrategy
from prometheus_client import start_http_server

from kernel.jobs import SCOPE_ARGUMENT, Job, registered
from kernel.telemetry import measured
from kernel.tenancy import MAIN, PLATFORM, TenantRef, TenantState, platform_scope, tenant_scope
from registry.database import PLATFORM_ROLE, QUEUE_ROLE
from registry.resolver import resolver
from registry.selectors import tenant_is_prepared
from registry.servers import login, servers

RETRY_SECONDS: Final = 5.0
"""Until a server that could not be worked is tried again."""

PAUSE: Final = timedelta(seconds=5)
"""Until a job looks again whether its tenant is done being made, or moved."""

LONG_PAUSE: Final = timedelta(minutes=10)
"""Until a job looks again whether its tenant is served."""

log = structlog.get_logger("worker")


async def work() -> None:
    """Work every server's queue until a signal says stop, then end what has begun.

    Metrics are served on METRICS_PORT, if there is one: the worker answers no other request.
    """
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    stop = asyncio.create_task(stopping.wait())
    workers = [asyncio.create_task(_work_on(server, stopping)) for server in servers()]
    done, _ = await asyncio.wait([stop, *workers], return_when=asyncio.FIRST_COMPLETED)
    for worker in workers:
        worker.cancel()
    await asyncio.wait(workers)
    for task in done:
        task.result()  # raises the bug that ended it


async def _work_on(server: str, stopping: asyncio.Event) -> None:
    while not stopping.is_set():  # whose cancellation a server that is lost meanwhile hides
        try:
            await _work(server)
        except (ConnectorException, psycopg.Error) as error:
            log.warning("a queue cannot be worked", server=server, error=type(error).__name__)
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_SECONDS):
                await stopping.wait()


async def _work(server: str) -> None:
    """Work until the server is lost; meanwhile pick up what killed workers left behind."""
    app = _build_app(server)
    async with app.open_async():
        rescuer = asyncio.create_task(_rescue_for_ever(app))
        try:
            await app.run_worker_async(
                concurrency=settings.WORKER_CONCURRENCY,
                delete_jobs="successful",
                update_heartbeat_interval=settings.WORKER_HEARTBEAT_SECONDS,
                stalled_worker_timeout=settings.WORKER_HEARTBEAT_SECONDS * 3,
                shutdown_graceful_timeout=20,
                install_signal_handlers=False,
                additional_context={"server": server},
            )
        finally:
            rescuer.cancel()


def _build_app(server: str) -> App:
    """The procrastinate app of one server's queue, with every registered job as a task."""
    connector = PsycopgConnector(
        kwargs=_queue_login(server),
        min_size=1,
        max_size=settings.WORKER_CONCURRENCY + 2,
        timeout=RETRY_SECONDS,
    )
    app = App(connector=connector)
    for job in registered.values():
        retry = RetryStrategy(max_attempts=job.attempts - 1, exponential_wait=2)
        task = app.task(name=job.name, retry=retry, pass_context=True)(partial(_carry_out, job))
        if job.every is not None and server == MAIN:
            # The database lets one worker defer each tick; what still waits is not doubled.
            app.periodic(
                cron=job.every,
                queueing_lock=f"{PLATFORM_ROLE}:every {job.name}",
                task_kwargs={SCOPE_ARGUMENT: PLATFORM_ROLE},
            )(task)
    return app


def silent() -> list[str]:
    """The servers whose queue no worker has given a sign of life for, within three heartbeats.

    But for those, beside the main one, that cannot be reached: no worker can help that.
    """
    return [server for server in servers() if not _is_worked(server)]


def _is_worked(server: str) -> bool:
    try:
        with psycopg.connect(**_queue_login(server)) as connection:
            row = connection.execute(
                "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - %s LIMIT 1",
                [timedelta(seconds=settings.WORKER_HEARTBEAT_SECONDS * 3)],
            ).fetchone()
    except psycopg.OperationalError:
        return server != MAIN
    return row is not None


def _queue_login(server: str) -> dict[str, Any]:
    """The application's login, in the queue's role and schema."""
    return login(server) | {"options": f"-c role={QUEUE_ROLE} -c search_path=queue"}


async def _rescue_for_ever(app: App) -> None:
    """A job whose worker was killed stays `doing`; put it back, to run again as the same tenant."""
    while True:
        try:
            stalled = await app.job_manager.get_stalled_jobs(
                seconds_since_heartbeat=settings.WORKER_HEARTBEAT_SECONDS * 3
            )
            for job in stalled:
                log.warning("job rescued", job=job.task_name, id=job.id)
                await app.job_manager.retry_job(job)
        except ConnectorException as error:
            log.warning("stalled jobs could not be looked for", error=type(error).__name__)
        await asyncio.sleep(settings.WORKER_HEARTBEAT_SECONDS)


def _carry_out(job: Job, context: JobContext, **arguments: Any) -> None:
    """Run one job under its stamp, in a thread of the worker's."""
    stamp = arguments.pop(SCOPE_ARGUMENT)
    if job.every is not None:
        arguments.pop("timestamp", None)  # the tick that it is for
    with structlog.contextvars.bound_contextvars(scope=stamp, job=job.name):
        try:
            label = PLATFORM.label if stamp == PLATFORM_ROLE else stamp
            with measured("job", name=job.name, label=label):
                if stamp == PLATFORM_ROLE:
                    with platform_scope():
                        job.run(**arguments)
                else:
                    _carry_out_for_tenant(job, context, stamp, arguments)
        finally:
            connections.close_all()


def _carry_out_for_tenant(
    job: Job, context: JobContext, schema: str, arguments: dict[str, Any]
) -> None:
    tenant = resolver.by_schema(schema)
    if (pause := _pause(tenant, schema)) is not None:
        _put_off(context, pause)
    elif tenant is None or tenant.state is TenantState.ERASED:
        log.warning("job dropped: its tenant is no more")
    else:
        try:
            with tenant_scope(tenant):
                job.run(**arguments)
        except Exception:
            # What stopped because its tenant was frozen or suspended under it has not failed.
            if (pause := _pause(resolver.by_schema(schema), schema)) is None:
                raise
            _put_off(context, pause)


def _pause(tenant: TenantRef | None, schema: str) -> timedelta | None:
    """For how long nothing can be done for the tenant of `schema`; None to go on, or for ever."""
    if tenant is None:
        with platform_scope():
            return PAUSE if tenant_is_prepared(schema) else None
    if tenant.state.served:
        return PAUSE if tenant.moving else None
    return None if tenant.state is TenantState.ERASED else LONG_PAUSE


def _put_off(context: JobContext, pause: timedelta) -> None:
    """Queue the job anew for later, with its attempts as they are; this run of it then ends."""
    server = context.additional_context["server"]
    with psycopg.connect(**_queue_login(server), autocommit=True) as connection:
        connection.execute(
            """
            INSERT INTO procrastinate_jobs (
                queue_name, task_name, priority, lock, queueing_lock, args, attempts, scheduled_at
            )
            SELECT queue_name, task_name, priority, lock, queueing_lock, args, attempts, now() + %s
            FROM procrastinate_jobs WHERE id = %s
            ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
            """,
            [pause, context.job.id],
        )
