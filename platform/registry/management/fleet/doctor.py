"""manage.py fleet doctor"""

from argparse import ArgumentParser
from collections import defaultdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from kernel import clock
from registry.fleet.doctor import Finding, findings, mended

HELP = """
Look the whole fleet over, and say of each thing that is wrong what it is, where, and what to do:
the pool of blank schemas too shallow; grants, memberships and roles other than they should be;
schemas and roles that nobody knows, tenants without a schema; a tenant whose making was broken off;
backups older than 26 hours; a tenant still read-only for a move that is dead; invalid indexes;
what is sealed by a master key that is not the newest; a server that does not answer. A fixed number
of questions a server, however many tenants there are.

--mend does what is safe: grants, memberships, the pool, what was broken off, empty schemas and
roles of nobody's. It never drops a schema that holds a row. The exit code is 1 while anything is
left.
"""

NAMED: Final = 20


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--mend", action="store_true", help="do what is safe")


def run(command: BaseCommand, *, mend: bool, **options: Any) -> None:
    """Write what was found, and what was mended. Raises `CommandError` when something is left."""
    at = clock.now()
    found = findings(at=at)
    if mend:
        for one in found:
            if one.mend is not None:
                problem = mended(one)
                done = "mended" if problem is None else f"could not be mended ({problem})"
                command.stdout.write(f"{done}: {_line(one)}")
        found = findings(at=at) if found else []
    if not found:
        command.stdout.write("Nothing is wrong.")
        return
    by_kind: defaultdict[str, list[Finding]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    for kind, some in by_kind.items():
        for one in some[:NAMED]:
            command.stdout.write(f"{_line(one)}\n    {one.how}")
        if len(some) > NAMED:
            command.stdout.write(f"{kind}: and {len(some) - NAMED:,} more")
    next_step = (
        "the lines above say what to do"
        if mend or not any(one.mend for one in found)
        else "manage.py fleet doctor --mend does what is safe"
    )
    raise CommandError(f"{len(found):,} things are wrong: {next_step}")


def _line(one: Finding) -> str:
    return f"{one.kind} {one.where}: {one.what}"
