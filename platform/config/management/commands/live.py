"""manage.py live"""

from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandError

from config.live import UVICORN, listening_socket


class Command(BaseCommand):
    """Serve HTTP, websockets and event streams from one process."""

    help = "Serve HTTP, websockets and event streams until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            listener = listening_socket(host, port)
        except OSError as error:
            raise CommandError(f"{host}:{port}: {error.strerror}") from error
        uvicorn.Server(uvicorn.Config(**UVICORN)).run(sockets=[listener])
