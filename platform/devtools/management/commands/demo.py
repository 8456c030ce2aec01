"""manage.py demo"""

import contextlib
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from psycopg import DatabaseError

from devtools.demo.announce import Login, Place, announcement, ready_document, write_ready_file
from devtools.demo.environment import (
    PLATFORM_HOST,
    DemoError,
    Folder,
    Secrets,
    demo_variables,
)
from devtools.demo.operators import OPERATORS, logins
from devtools.demo.parts import ROOT, Parts
from devtools.npm import NpmError, npm_install
from devtools.servers.postgres import PostgresServer
from devtools.servers.process import Server, ServerError
from devtools.servers.valkey import ValkeyServer
from registry.database import DatabaseUrls, UnsupportedServer, database_prepare
from registry.servers import queue_prepare

READY_SECONDS = 60.0
SECOND = "DATABASE_URL_SECOND"
"""Names the demo's other database server, to which operators can be moved."""


class Command(BaseCommand):
    """Run the whole product here."""

    help = (
        "Run the whole product on this machine: PostgreSQL and Valkey out of their wheels, two "
        "operators with believable data, one server for HTTP and sockets, and the worker. A second "
        "PostgreSQL is there to move operators to. ENV_FILE=.daiqu/demo.env before a command in "
        "another terminal makes it speak to the demo. "
        "DATABASE_URL (a superuser's postgresql:// URL) and REDIS_URL in the environment use "
        "your own servers instead."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="default: 8000")
        parser.add_argument(
            "--data", type=Path, default=ROOT / ".daiqu", help="where data is kept: .daiqu/"
        )
        parser.add_argument(
            "--ready-file", type=Path, help="write addresses and logins here as JSON once up"
        )
        parser.add_argument(
            "--reset",
            action="store_true",
            help="wipe the data first; on servers of your own nothing is wiped",
        )

    def handle(
        self,
        *args: Any,
        port: int,
        data: Path,
        ready_file: Path | None,
        reset: bool,
        **options: Any,
    ) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)
            self._run(port=port, folder=Folder(data), ready_file=ready_file, reset=reset)
        except (DemoError, ServerError) as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, UnsupportedServer) as error:
            raise CommandError(f"DATABASE_URL: {str(error).strip().splitlines()[0]}") from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _run(self, *, port: int, folder: Folder, ready_file: Path | None, reset: bool) -> None:
        folder.prepare()
        refuse_taken_port(port)
        with contextlib.ExitStack() as stack:
            with self._step("PostgreSQL, twice, and Valkey"):
                servers = self._servers(stack, folder, reset=reset)
                admin_url = os.environ.get("DATABASE_URL") or servers["DATABASE_URL"].url
                redis_url = os.environ.get("REDIS_URL") or servers["REDIS_URL"].url
                kept = folder.secrets()
                urls = prepared(admin_url, kept)
                second = prepared(servers[SECOND].url, kept) if SECOND in servers else None
                if second is not None:
                    queue_prepare(second.owner)
            variables = demo_variables(
                folder=folder, kept=kept, urls=urls, second=second, redis_url=redis_url, port=port
            )
            env_file = folder.write_environment(variables)
            stack.callback(env_file.unlink, missing_ok=True)
            parts = Parts({**os.environ, **variables})
            stack.callback(parts.stop)
            aside = stack.enter_context(ThreadPoolExecutor(1))
            graphiql = aside.submit(npm_install, ROOT / "frontend_contracts" / "graphiql")
            with self._step("Tables and two operators"):
                parts.run("the filling", "manage.py", "demo_fill")
                folder.mark_filled()
            with self._step("Web, live and worker"):
                parts.start("the worker", "manage.py", "worker")
                parts.start("the server", "manage.py", "live", "--port", str(port))
                wait_until_ready(port, parts)
            with self._step("GraphiQL, from npm"):
                try:
                    graphiql.result()
                except NpmError as error:
                    self.stdout.write(f"  {error}; the API is served without its page")
            platform = Place("platform", PLATFORM_HOST, port)
            tenants = [Place(o.slug, f"{o.slug}.localhost", port) for o in OPERATORS]
            people: list[Login] = logins(password=kept.login_password)
            self.stdout.write(announcement(platform, tenants, people, env_file))
            if ready_file is not None:
                write_ready_file(ready_file, ready_document(platform, tenants, people))
                stack.callback(ready_file.unlink, missing_ok=True)
            apps = Parts(dict(os.environ))
            stack.callback(apps.stop)
            self.stdout.write("\nThe panel and the console, from npm …")
            apps.start("their build", "-m", "devtools.webapps")
            building = self._built(apps, platform, tenants)
            while True:
                next(building, None)
                parts.check()
                for name, server in servers.items():
                    if name != SECOND:  # what becomes of its operators then can be tried, too
                        server.check()
                time.sleep(0.5)

    def _built(self, apps: Parts, platform: Place, tenants: list[Place]) -> Iterator[None]:
        """Say where the web apps are, once they are built; without them the API goes on."""
        try:
            yield from apps.finish()
        except DemoError as error:
            self.stdout.write(f"  {error}; the API is served without them")
            return
        self.stdout.write("  ready; sign in with an email and password from above")
        for place in (*tenants, platform):
            self.stdout.write(f"  {place.app_address()}")

    def _servers(
        self, stack: contextlib.ExitStack, folder: Folder, *, reset: bool
    ) -> dict[str, Server]:
        """Start the servers whose variable the environment does not name; by that variable."""
        ours: dict[str, Server] = {
            "DATABASE_URL": PostgresServer(data_dir=folder.path / "postgres"),
            "REDIS_URL": ValkeyServer(data_dir=folder.path / "valkey"),
            SECOND: PostgresServer(data_dir=folder.path / "second"),
        }
        # What an interrupted filling left behind is half an operator, which nobody wants.
        if reset or not folder.filled:
            for server in ours.values():
                server.wipe()
            folder.wipe()
        if os.environ.get("DATABASE_URL"):
            del ours[SECOND]  # there are servers of one's own to move operators between
        started = {name: server for name, server in ours.items() if not os.environ.get(name)}
        for server in started.values():
            stack.enter_context(server)
            if server.moved_to:
                self.stdout.write(f"  {server.name} keeps its data in {server.moved_to}")
        return started

    @contextlib.contextmanager
    def _step(self, title: str) -> Iterator[None]:
        self.stdout.write(f"{title} …")
        self.stdout.flush()
        began = time.monotonic()
        yield
        self.stdout.write(f"  ready after {time.monotonic() - began:.1f} s")


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def prepared(admin_url: str, kept: Secrets) -> DatabaseUrls:
    """The logins of the demo's database on a server, made there unless they are. Raises `Error`."""
    return database_prepare(
        admin_url=admin_url,
        name="daiqu",
        app_password=kept.app_password,
        owner_password=kept.owner_password,
    )


def refuse_taken_port(port: int) -> None:
    """Raises `DemoError` when something listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(f"port {port}: {error.strerror}; choose another with --port") from error


def wait_until_ready(port: int, parts: Parts) -> None:
    """Wait for `/readyz` to say yes. Raises `DemoError` when a part dies or time runs out."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        parts.check()
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5),
        ):
            return
        time.sleep(0.1)
    raise DemoError(f"the server is not ready after {READY_SECONDS:.0f} s; see above")
