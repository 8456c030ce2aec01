"""manage.py fleet backup"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel import clock
from kernel.tenancy import TenantState
from registry.archives.backups import backup_make
from registry.archives.refusals import ArchiveRefused
from registry.management.archives import at_work, share_shown, size_shown, tenant_called
from registry.management.progress import Bar
from registry.models import Backup, Tenant
from registry.selectors import tenants_known

HELP = """
Back up operators now: rows and files as of one moment, while everybody goes on working. A worker
does so by itself every night. Media that has not changed is kept once for all of an operator's
backups. What is personal stays encrypted under the operator's key, which no backup holds.

Backups are in BACKUP_ROOT: have that folder copied to another machine. They are kept for
BACKUP_NIGHTS nights, those made on demand for BACKUP_ON_DEMAND_DAYS days, the newest always.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("slugs", nargs="*", default=[], metavar="SLUG", help="these operators")
    which.add_argument("--all", action="store_true", help="every operator that has rows")


def run(command: BaseCommand, *, slugs: list[str], all: bool, **options: Any) -> None:
    """Back them up, one after the other. Raises `CommandError` when one could not be."""
    with at_work():
        if not all and len(slugs) == 1:
            with share_shown(command, slugs[0]) as progress:
                backup = backup_make(
                    tenant=tenant_called(slugs[0]),
                    kind=Backup.Kind.ON_DEMAND,
                    at=clock.now(),
                    progress=progress,
                )
            command.stdout.write(f"{slugs[0]}: {_told(backup)}")
            return
        tenants = _every() if all else [tenant_called(slug) for slug in slugs]
        failed = []
        with Bar(command, "Operators", total=len(tenants)) as bar:
            for tenant in tenants:
                try:
                    backup_make(tenant=tenant, kind=Backup.Kind.ON_DEMAND, at=clock.now())
                except (ArchiveRefused, OSError) as error:
                    failed.append(f"{tenant.slug} ({error})")
                bar.advance()
    command.stdout.write(f"{len(tenants) - len(failed):,} of {len(tenants):,} backed up.")
    if failed:
        raise CommandError(f"not backed up: {', '.join(failed)}; mend that and name them again")


def _every() -> list[Tenant]:
    return list(tenants_known().exclude(state=TenantState.ERASED))


def _told(backup: Backup) -> str:
    assert backup.finished_at is not None
    seconds = (backup.finished_at - backup.started_at).total_seconds()
    return (
        f"backup {str(backup.id)[:13]} of {backup.rows:,} rows,"
        f" {size_shown(backup.bytes)} with its media, in {seconds:.1f} s."
    )
