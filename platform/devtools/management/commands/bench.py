"""manage.py bench"""

import contextlib
import os
import signal
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from devtools.bench.load import LoadError
from devtools.bench.report import markdown
from devtools.bench.run import measure
from devtools.demo.environment import DemoError, Folder, environment
from devtools.servers.postgres import PostgresServer
from devtools.servers.process import ServerError
from devtools.servers.valkey import ValkeyServer
from registry.database import database_prepare

DATABASE = "daiqu_bench"


class Command(BaseCommand):
    """Measure the product here."""

    help = (
        "Measure the product on this machine, beside SQL that builds the same answers and beside "
        "stock Strawberry-Django, and print a Markdown table. Starts PostgreSQL and Valkey out of "
        "their wheels; DATABASE_URL (a superuser's, of a server where nothing of ours lives: roles "
        "get new passwords) and REDIS_URL in the environment use your own servers instead."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quick", action="store_true", help="a tenth of the requests")

    def handle(self, *args: Any, quick: bool, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="daiqu-bench-")))
            folder.chmod(0o755)  # the servers run as a user of their own
            try:
                said = stack.enter_context(Console(stderr=True).status("PostgreSQL and Valkey"))
                settings = self._settings(stack, Folder(folder))
                figures = measure(settings, folder=folder, quick=quick, say=said.update)
            except (DemoError, LoadError, ServerError, psycopg.OperationalError) as error:
                raise CommandError("\n".join([*_last_lines(folder / "log"), str(error)])) from error
            except KeyboardInterrupt:
                raise CommandError("stopped") from None
        self.stdout.write(markdown(figures))

    def _settings(self, stack: contextlib.ExitStack, folder: Folder) -> dict[str, str]:
        """The environment of all that is measured: servers, an empty database, fresh secrets."""
        urls = [
            os.environ.get(variable) or stack.enter_context(server).url
            for variable, server in (
                ("DATABASE_URL", PostgresServer(data_dir=folder.path / "postgres")),
                ("REDIS_URL", ValkeyServer(data_dir=folder.path / "valkey")),
            )
        ]
        kept = folder.secrets()
        with psycopg.connect(urls[0], autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        prepared = database_prepare(
            admin_url=urls[0],
            name=DATABASE,
            app_password=kept.app_password,
            owner_password=kept.owner_password,
        )
        made = environment(folder=folder, kept=kept, urls=prepared, redis_url=urls[1], port=0)
        return {**made, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _last_lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
