"""manage.py fleet check"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.fleet.releases import ReleaseBroken, recorded
from registry.fleet.safety import LinterAbsent, findings_of, not_initial

HELP = """
Look for operators' migrations that would lock or rewrite a table with rows in it, by what they
really send to the database: an empty schema is made, migrated and taken back. Those that each app
began with are left out, since nobody has rows when they run.

A migration that is harmless all the same says why, in its module: SAFE_BECAUSE = "…".
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--all", action="store_true", help="the first ones too")


def run(command: BaseCommand, *, all: bool, **options: Any) -> None:
    """Write the findings. Raises `CommandError` when a migration does not answer for them."""
    try:
        release = recorded()
        migrations = list(release.migrations) if all else not_initial(release)
        findings = findings_of(migrations)
    except (ReleaseBroken, LinterAbsent) as error:
        raise CommandError(str(error)) from error
    for finding in findings:
        statement = " ".join(finding.statement.split())
        command.stdout.write(f"{finding.migration}: {finding.rule}\n  {statement[:160]}")
        answer = finding.safe_because
        command.stdout.write(f"  {'safe because ' + answer if answer else finding.message}")
    unanswered = sorted({finding.migration for finding in findings if not finding.safe_because})
    if unanswered:
        raise CommandError(
            f"{', '.join(unanswered)}: change what is flagged, or say SAFE_BECAUSE in the module"
        )
    command.stdout.write(f"{len(migrations)} migrations: none locks or rewrites unannounced.")
