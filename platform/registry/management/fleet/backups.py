"""manage.py fleet backups"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel import clock
from registry.archives.refusals import ArchiveRefused
from registry.archives.verifying import backup_check
from registry.management.archives import at_work, size_shown, tenant_called
from registry.management.progress import Bar
from registry.models import Backup

HELP = """
List an operator's backups, the newest first, with what `fleet restore --at` takes for each. With
--verify each is read whole and compared with its signed manifest, and the console says so.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("slug", metavar="SLUG", help="the operator")
    parser.add_argument("--verify", action="store_true", help="read every byte of every backup")


def run(command: BaseCommand, *, slug: str, verify: bool, **options: Any) -> None:
    """List them. Raises `CommandError` when one is not what was written."""
    with at_work():
        backups = list(tenant_called(slug).backups.all())
        for backup in backups:
            command.stdout.write(_line(backup))
        if not backups:
            command.stdout.write(f"None yet: fleet backup {slug}")
        broken = _broken(command, backups) if verify else []
    if broken:
        raise CommandError(
            f"not what was written: {'; '.join(broken)}. Make another: fleet backup {slug}"
        )


def _broken(command: BaseCommand, backups: list[Backup]) -> list[str]:
    broken = []
    done = [backup for backup in backups if backup.state == Backup.State.DONE]
    with Bar(command, "Backups read", total=len(done)) as bar:
        for backup in done:
            try:
                backup_check(backup, at=clock.now())
            except ArchiveRefused as refused:
                broken.append(f"{str(backup.id)[:13]} ({refused})")
            bar.advance()
    return broken


def _line(backup: Backup) -> str:
    words = [str(backup.id)[:13], f"{backup.started_at:%Y-%m-%d %H:%M:%S} UTC", backup.kind]
    if backup.state == Backup.State.DONE:
        words += [f"{backup.rows:,} rows", size_shown(backup.bytes)]
    else:
        words += [backup.state, backup.error]
    return "  ".join(words).rstrip()
