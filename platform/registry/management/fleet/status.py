"""manage.py fleet status"""

import json
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table

from registry.fleet.status import FleetStatus, Place, Standing, fleet_status
from registry.management.progress import terminal

HELP = """
Say which schema is on which release, from every schema's own record: how many are current, behind,
ahead of this code, or failed in the last release, by server and by state; and who is behind.
"""

WORDS: Final = ("current", "behind", "ahead", "failed")
NAMED: Final = 20


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="every schema, for programs")


def run(command: BaseCommand, *, json: bool, **options: Any) -> None:
    """Write the table, or the JSON."""
    status = fleet_status()
    if json:
        command.stdout.write(_document(status))
        return
    command.stdout.write(f"Release {status.release}, {len(status.standings):,} schemas")
    console = Console(file=terminal(command), width=None if command.stdout.isatty() else 100)
    for by in ("server", "state"):
        console.print(_table(status, by))
    behind = [one for one in status.standings if status.said(one) != Place.CURRENT]
    for standing in behind[:NAMED]:
        command.stdout.write(_line(status, standing))
    if len(behind) > NAMED:
        command.stdout.write(f"and {len(behind) - NAMED:,} more; --json has them all")
    if any(standing.place == Place.BEHIND for standing in behind):
        command.stdout.write("Next: manage.py fleet migrate")


def _table(status: FleetStatus, by: str) -> Table:
    table = Table(by, *WORDS)
    for name, counted in sorted(status.counts(by).items()):
        table.add_row(name, *(f"{counted[word]:,}" for word in WORDS))
    return table


def _line(status: FleetStatus, standing: Standing) -> str:
    one = standing.of
    line = f"{status.said(standing)}: {one.slug or one.kind.value} ({one.schema}, {one.server})"
    if failure := status.failures.get(one.schema):
        line += f" {failure.migration} {failure.error}".rstrip()
    return f"{line} {standing.problem}".rstrip()


def _document(status: FleetStatus) -> str:
    return json.dumps(
        {
            "release": status.release,
            "servers": {name: dict(counts) for name, counts in status.counts("server").items()},
            "states": {name: dict(counts) for name, counts in status.counts("state").items()},
            "schemas": [
                {
                    "schema": standing.of.schema,
                    "server": standing.of.server,
                    "slug": standing.of.slug,
                    "kind": standing.of.kind.value,
                    "state": standing.of.state,
                    "place": status.said(standing),
                    "error": _error(status, standing),
                }
                for standing in status.standings
            ],
        },
        indent=2,
    )


def _error(status: FleetStatus, standing: Standing) -> str | None:
    failure = status.failures.get(standing.of.schema)
    return f"{failure.migration} {failure.error}".strip() if failure else standing.problem or None
