"""manage.py graphql print"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from schema.root import schema

CONTRACT = Path("frontend_contracts") / "schema.graphql"


class Command(BaseCommand):
    """Work with the GraphQL schema."""

    help = f"print: write the schema to {CONTRACT}, which the tests compare with the code."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["print"])

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.BASE_DIR / CONTRACT
        file.write_text(schema.as_str() + "\n")
        self.stdout.write(f"wrote {CONTRACT}")
