"""The worker: procrastinate over our queue's schema, each job under the scope that deferred it."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import connections
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.retry import RetryStrategy

from kernel.jobs import SCOPE_ARGUMENT, Job, registered
from kernel.tenancy import platform_scope, tenant_scope
from registry.database import PLATFORM_ROLE, QUEUE_ROLE
from registry.resolver import resolver

log = structlog.get_logger("worker")


def build_app() -> App:
    """The procrastinate app with every registered job as a task."""
    connector = PsycopgConnector(
        kwargs=_queue_login(),
        min_size=1,
        max_size=settings.WORKER_CONCURRENCY + 2,
    )
    app = App(connector=connector)
    for job in registered.values():
        retry = RetryStrategy(max_attempts=job.attempts - 1, exponential_wait=2)
        app.task(name=job.name, retry=retry)(partial(_carry_out, job))
    return app


async def work(app: App) -> None:
    """Work until a signal says stop; meanwhile pick up what killed workers left behind."""
    async with app.open_async():
        rescuer = asyncio.create_task(_rescue_for_ever(app))
        try:
            await app.run_worker_async(
                concurrency=settings.WORKER_CONCURRENCY,
                delete_jobs="successful",
                update_heartbeat_interval=settings.WORKER_HEARTBEAT_SECONDS,
                stalled_worker_timeout=settings.WORKER_HEARTBEAT_SECONDS * 3,
                shutdown_graceful_timeout=20,
            )
        finally:
            rescuer.cancel()


def is_alive() -> bool:
    """Whether any worker has given a sign of life within three heartbeats."""
    with psycopg.connect(**_queue_login()) as connection:
        row = connection.execute(
            "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - %s LIMIT 1",
            [timedelta(seconds=settings.WORKER_HEARTBEAT_SECONDS * 3)],
        ).fetchone()
    return row is not None


def _queue_login() -> dict[str, Any]:
    """The application's login, in the queue's role and schema."""
    params = connections["default"].get_connection_params()
    keys = ("dbname", "user", "password", "host", "port")
    login = {key: params[key] for key in keys if key in params}
    return login | {"options": f"-c role={QUEUE_ROLE} -c search_path=queue"}


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


def _carry_out(job: Job, **arguments: Any) -> None:
    """Run one job under its stamp, in a thread of the worker's."""
    stamp = arguments.pop(SCOPE_ARGUMENT)
    with structlog.contextvars.bound_contextvars(scope=stamp, job=job.name):
        try:
            if stamp == PLATFORM_ROLE:
                with platform_scope():
                    job.run(**arguments)
            elif (tenant := resolver.by_schema(stamp)) is None:
                log.warning("job dropped: its tenant is no more")
            else:
                with tenant_scope(tenant):
                    job.run(**arguments)
        finally:
            connections.close_all()
