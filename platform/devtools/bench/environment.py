"""The servers that are measured, and the environment of all that talks to them."""

import contextlib
import os
from pathlib import Path
from typing import Final

import psycopg

from devtools.demo.environment import Folder, demo_variables
from devtools.servers.postgres import PostgresServer
from devtools.servers.valkey import ValkeyServer
from registry.database import database_prepare

DATABASE: Final = "daiqu_bench"


def bench_environment(
    stack: contextlib.ExitStack, folder: Path, *, own_servers: bool
) -> dict[str, str]:
    """Start a PostgreSQL and a Valkey in `folder` until `stack` ends, with a database to measure.

    With `own_servers`, DATABASE_URL and REDIS_URL in the environment take their place, and the
    database is a fresh one. Raises `ServerError` and `psycopg.Error`.
    """
    home = Folder(folder)
    urls = [
        (own_servers and os.environ.get(variable)) or stack.enter_context(server).url
        for variable, server in (
            ("DATABASE_URL", PostgresServer(data_dir=home.path / "postgres")),
            ("REDIS_URL", ValkeyServer(data_dir=home.path / "valkey")),
        )
    ]
    kept = home.secrets()
    if own_servers:
        with psycopg.connect(urls[0], autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    prepared = database_prepare(
        admin_url=urls[0],
        name=DATABASE,
        app_password=kept.app_password,
        owner_password=kept.owner_password,
    )
    made = demo_variables(folder=home, kept=kept, urls=prepared, redis_url=urls[1], port=0)
    return {**os.environ, **made, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
