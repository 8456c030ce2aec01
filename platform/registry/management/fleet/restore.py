"""manage.py fleet restore"""

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand

from kernel import clock
from registry.archives.restore import (
    Report,
    RestoreImpossible,
    backup_chosen,
    restoration_drop,
    restoration_load,
    restoration_open,
    restoration_report,
    restoration_swap,
)
from registry.management.archives import at_work, share_shown, tenant_called
from registry.models import Restoration, Tenant

HELP = """
Bring a backup back, in steps that can each be looked at. --at loads it into a schema beside the
operator's own, which goes on being served, and compares the two; without an option the comparison
is shown again. --swap serves the restored rows: writing stops for seconds, sockets connect anew,
missing media comes back. What was served is kept beside: --undo takes it back, --drop removes it.

--at takes what `fleet backups` lists (the beginning of an id will do), `latest`, or a time such as
2026-03-02T09:00, UTC, which names the newest from before it. Every byte of a backup is checked
before anything is touched. Killed half-way, it is run again.
"""

_FILES_NAMED: Final = 5


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("slug", metavar="SLUG", help="the operator")
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--at", metavar="BACKUP", help="load this backup beside: id, latest or time")
    step.add_argument("--swap", action="store_true", help="serve the restored rows")
    step.add_argument("--undo", action="store_true", help="serve again what --swap replaced")
    step.add_argument("--drop", action="store_true", help="remove the schema beside, for good")


def run(
    command: BaseCommand,
    *,
    slug: str,
    at: str | None,
    swap: bool,
    undo: bool,
    drop: bool,
    **options: Any,
) -> None:
    """Take the step. Raises `CommandError`."""
    with at_work():
        tenant = tenant_called(slug)
        if swap or undo:
            restored = restoration_swap(tenant=tenant, at=clock.now(), back=undo)
            _told(command, slug, restored)
        elif drop:
            dropped = restoration_drop(tenant=tenant)
            command.stdout.write(f"{slug}: the schema {dropped.schema_name} is gone.")
        else:
            if at is not None:
                _load(command, tenant, at)
            _compare(command, tenant)


def _load(command: BaseCommand, tenant: Tenant, which: str) -> None:
    backup = backup_chosen(tenant=tenant, which=which)
    with share_shown(command, f"Loading {tenant.slug}") as progress:
        restoration_load(tenant=tenant, backup=backup, at=clock.now(), progress=progress)


def _compare(command: BaseCommand, tenant: Tenant) -> None:
    restoration = restoration_open(tenant)
    if restoration is None or restoration.state == Restoration.State.LOADING:
        raise RestoreImpossible(f"{tenant.slug} has no restored schema: load one with --at")
    _report(command, restoration_report(restoration))
    _told(command, tenant.slug, restoration)


def _report(command: BaseCommand, report: Report) -> None:
    out = command.stdout
    out.write(f"{'rows of':32}{'served':>14}{'beside':>14}")
    for table in report.tables:
        if table.now or table.beside:
            marked = "" if table.now == table.beside else "  *"
            out.write(f"{table.name:32}{_count(table.now):>14}{_count(table.beside):>14}{marked}")
    for words, newest in (("served", report.newest_now), ("beside", report.newest_beside)):
        out.write(f"newest event {words}: {newest.isoformat() if newest else 'none'}")
    missing = report.files_missing
    if missing:
        more = f" and {len(missing) - _FILES_NAMED} more" if len(missing) > _FILES_NAMED else ""
        out.write(f"media that --swap brings back: {', '.join(missing[:_FILES_NAMED])}{more}")


def _count(rows: int | None) -> str:
    return "–" if rows is None else f"{rows:,}"


def _told(command: BaseCommand, slug: str, restoration: Restoration) -> None:
    made = f"{restoration.backup.started_at:%Y-%m-%d %H:%M:%S} UTC"
    if restoration.state == Restoration.State.SWAPPED:
        text = f"{slug} is served as of {made}; what it had is beside. Next: --undo or --drop"
    else:
        text = (
            f"{slug} is served as it was; beside it are its rows of {made}. Next: --swap or --drop"
        )
    command.stdout.write(text)
