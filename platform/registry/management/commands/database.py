"""manage.py database prepare"""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from psycopg import Error

from kernel.tenancy import MAIN
from registry.database import UnsupportedServer
from registry.servers import UnknownServer, server_prepare


class Command(BaseCommand):
    """Prepare a PostgreSQL server for Daiqu."""

    help = (
        "prepare: make the roles, the database, its extensions and the grants that keep tenants "
        "apart, from DATABASE_ADMIN_URL (a superuser's). Needed once, harmless to repeat. "
        "Next: manage.py fleet migrate, then manage.py owner create. With --server NAME the same "
        "for another server of DATABASE_SERVERS, from DATABASE_ADMIN_URL_NAME: it gets a job queue "
        "and no register, and tenants can then be moved there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["prepare"])
        parser.add_argument(
            "--server", metavar="NAME", default=MAIN, help="one of DATABASE_SERVERS; default: main"
        )

    def handle(self, *args: Any, server: str, **options: Any) -> None:
        variable = "DATABASE_ADMIN_URL" + ("" if server == MAIN else f"_{server.upper()}")
        admin_url = os.environ.get(variable, "")
        if not admin_url:
            raise CommandError(f"set {variable} to a superuser's postgresql:// URL")
        try:
            server_prepare(name=server, admin_url=admin_url)
        except (Error, UnsupportedServer) as error:
            raise CommandError(f"the server refused: {error}") from error
        except UnknownServer as error:
            raise CommandError(str(error)) from error
        following = "fleet servers" if server != MAIN else "fleet migrate"
        self.stdout.write(f"The database is ready. Next: manage.py {following}")
