"""manage.py fleet servers"""

import json
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from registry.management.progress import terminal
from registry.servers import Inhabitants, ServerLook, inhabitants, server_look, servers

HELP = """
List the database servers: whether each can be reached and is prepared, its version, how many
operators live on it and how many blank schemas wait there. A server that operators live on and
that DATABASE_SERVERS does not name is listed too.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="the same for programs")


def run(command: BaseCommand, *, json: bool, **options: Any) -> None:
    """Write the table, or the JSON; fail when a server is not as it should be."""
    living = inhabitants()
    names = [*servers(), *sorted(living.keys() - set(servers()))]
    with ThreadPoolExecutor(len(names)) as threads:
        looks = list(threads.map(_look, names))
    counted = [living.get(name, Inhabitants()) for name in names]
    if json:
        command.stdout.write(_document(looks, counted))
    else:
        console = Console(file=terminal(command), width=None if command.stdout.isatty() else 100)
        console.print(_table(looks, counted))
    if ailing := [look.name for look in looks if look.problem]:
        raise CommandError(f"look after {', '.join(ailing)}")


def _look(name: str) -> ServerLook:
    if name not in servers():
        return ServerLook(name, "not among DATABASE_SERVERS: name it there")
    return server_look(name)


def _table(looks: list[ServerLook], counted: list[Inhabitants]) -> Table:
    table = Table("server", "state", "PostgreSQL", "operators", "blank schemas")
    for look, count in zip(looks, counted, strict=True):
        table.add_row(
            look.name,
            look.problem or "ready",
            look.version or "?",
            f"{count.tenants:,}",
            f"{count.blanks:,}",
        )
    return table


def _document(looks: list[ServerLook], counted: list[Inhabitants]) -> str:
    return json.dumps(
        [
            {
                "server": look.name,
                "problem": look.problem,
                "version": look.version,
                "extensions": look.extensions,
                "operators": count.tenants,
                "blanks": count.blanks,
            }
            for look, count in zip(looks, counted, strict=True)
        ],
        indent=2,
    )
