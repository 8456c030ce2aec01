"""manage.py worker"""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.worker import silent, work


class Command(BaseCommand):
    """Carry out background jobs until stopped."""

    help = (
        "Carry out the background jobs of every database server until Ctrl-C or SIGTERM. Run as "
        "many as you like."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only tell by the exit code whether one is alive"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            asyncio.run(work())
        elif names := silent():
            raise CommandError(f"no worker has given a sign of life on {', '.join(names)}")
