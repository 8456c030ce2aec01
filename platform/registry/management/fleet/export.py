"""manage.py fleet export"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kernel import clock
from registry.archives.portable import tenant_export
from registry.management.archives import (
    VARIABLE,
    at_work,
    passphrase_asked,
    share_shown,
    size_shown,
    tenant_called,
)

HELP = f"""
Write an operator into one file that another installation imports: rows, media, and its key under
a passphrase, all signed by this installation. Everybody goes on working meanwhile.

The passphrase, of at least 12 characters, is asked for or read from {VARIABLE}. Tell it to the
other side on another way than the file, and with it the fingerprint that is printed.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("slug", metavar="SLUG", help="the operator")
    parser.add_argument("--to", required=True, type=Path, metavar="FILE", help="a new file")


def run(command: BaseCommand, *, slug: str, to: Path, **options: Any) -> None:
    """Write the archive. Raises `CommandError`."""
    with at_work():
        tenant = tenant_called(slug)
        passphrase = passphrase_asked(twice=True)
        with share_shown(command, f"Reading {slug}") as progress:
            exported = tenant_export(
                tenant=tenant, path=to, passphrase=passphrase, at=clock.now(), progress=progress
            )
    manifest = exported.manifest
    command.stdout.write(
        f"{to}: {slug}, {manifest.row_count:,} rows, {len(manifest.files):,} files,"
        f" {size_shown(to.stat().st_size)}."
    )
    command.stdout.write(f"Signed by {exported.fingerprint}")
