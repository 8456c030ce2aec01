"""A second database server, for what becomes of tenants that do not live on the main one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from devtools.servers.postgres import PostgresServer
from devtools.servers.process import free_port
from registry.servers import server_prepare
from tests.support.servers import PASSWORD

DATABASE = "daiqu_second"


class Second:
    """A PostgreSQL of its own, prepared to hold tenants, known to this process by `name`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        # Durable: what a test kills has to have what was committed.
        self.server = PostgresServer(data_dir=folder / name, port=free_port())

    def start(self) -> None:
        """Start it, again or for the first time, unless it runs."""
        if self.server._process is None:
            self.server.start()
        urls = urlsplit(self.server.url)
        self.environment = {
            "DATABASE_SERVERS": self.name,
            f"DATABASE_URL_{self.name.upper()}": (
                f"postgresql://daiqu_app:{PASSWORD}@127.0.0.1:{urls.port}/{DATABASE}"
            ),
            f"DATABASE_OWNER_URL_{self.name.upper()}": (
                f"postgresql://daiqu_owner:{PASSWORD}@127.0.0.1:{urls.port}/{DATABASE}"
            ),
        }

    def join(self) -> None:
        """Make it known to this process, and prepare it."""
        place = {"HOST": "127.0.0.1", "PORT": self.server.port, "NAME": DATABASE}
        settings.DATABASE_SERVERS[self.name] = {
            alias: {**connections.settings[alias], **place} for alias in connections
        }
        server_prepare(name=self.name, admin_url=self.server.url)

    def admin(self) -> psycopg.Connection:
        """A superuser's connection to its database."""
        url = self.server.url.rpartition("/")[0] + f"/{DATABASE}"
        return psycopg.connect(url, autocommit=True)

    def schemas(self) -> set[str]:
        """The tenants' schemas that are there."""
        with self.admin() as admin:
            rows = admin.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
            return {name for (name,) in rows}

    def kill(self) -> None:
        """End it as a power cut would."""
        process = self.server._process
        assert process is not None
        process.kill()
        process.wait()
        self.server.stop()

    def backends(self, pids: list[int]) -> int:
        """How many of these processes of the server still run."""
        with self.admin() as admin:
            row = admin.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [pids]
            ).fetchone()
        return row[0]

    def empty(self) -> None:
        """Drop every tenant's schema and role, and every job."""
        with self.admin() as admin:
            for schema in self.schemas():
                admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
            roles = admin.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 't\\_%'")
            for (role,) in roles.fetchall():
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
            admin.execute("DELETE FROM queue.procrastinate_jobs")


@contextmanager
def another_server(name: str) -> Iterator[Second]:
    """A server called `name`, running and prepared; stopped and forgotten on leaving."""
    assert name not in settings.DATABASE_SERVERS, f"{name} is there already; on leaving it would go"
    folder = Path(tempfile.mkdtemp(prefix="daiqu-test-"))
    folder.chmod(0o755)
    second = Second(name, folder)
    try:
        second.start()
        second.join()
        yield second
    finally:
        settings.DATABASE_SERVERS.pop(name, None)
        second.server.stop()
        shutil.rmtree(folder, ignore_errors=True)
