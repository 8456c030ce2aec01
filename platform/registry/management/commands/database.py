"""manage.py database prepare"""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import Error

from registry.database import UnsupportedServer, database_prepare


class Command(BaseCommand):
    """Prepare a PostgreSQL server for Daiqu."""

    help = (
        "prepare: make the roles, the database, its extensions and the grants that keep tenants "
        "apart, from DATABASE_ADMIN_URL (a superuser's). Needed once, harmless to repeat. "
        "Next: manage.py migrate_schemas, then manage.py owner create."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["prepare"])

    def handle(self, *args: Any, **options: Any) -> None:
        admin_url = os.environ.get("DATABASE_ADMIN_URL", "")
        if not admin_url:
            raise CommandError("set DATABASE_ADMIN_URL to a superuser's postgresql:// URL")
        app, owner = settings.DATABASES["default"], settings.DATABASES["owner"]
        try:
            database_prepare(
                admin_url=admin_url,
                name=app["NAME"],
                app_password=app["PASSWORD"],
                owner_password=owner["PASSWORD"],
            )
        except (Error, UnsupportedServer) as error:
            raise CommandError(f"the server refused: {error}") from error
        self.stdout.write("The database is ready. Next: manage.py migrate_schemas")
