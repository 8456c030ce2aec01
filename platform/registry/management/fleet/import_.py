"""manage.py fleet import"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kernel import clock
from registry.archives.portable import tenant_import
from registry.hosts import tenant_host
from registry.management.archives import VARIABLE, at_work, passphrase_asked, share_shown

HELP = f"""
Take in an operator that another installation has exported, and serve it on trial. Signature, every
byte, and the passphrase (asked for, or read from {VARIABLE}) are checked before anything is made;
whatever goes wrong leaves nothing behind.

An archive of a signer whom this installation does not know is refused: compare the fingerprint
with the one that the export printed, and give it with --trust, or put it into TRUSTED_SIGNERS. The
operator keeps its id, to which its encrypted data is bound, so it is refused where that is known.
Its own domains must be proven anew.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `fleet export` wrote")
    parser.add_argument("--as", dest="slug", metavar="SLUG", help="another name than it had")
    parser.add_argument(
        "--trust", action="append", default=[], metavar="FINGERPRINT", help="accept this signer"
    )


def run(
    command: BaseCommand, *, file: Path, slug: str | None, trust: list[str], **options: Any
) -> None:
    """Import the archive. Raises `CommandError`."""
    with at_work():
        passphrase = passphrase_asked(twice=False)
        with share_shown(command, f"Reading {file.name}") as progress:
            imported = tenant_import(
                path=file,
                passphrase=passphrase,
                slug=slug,
                trusted=frozenset(trust),
                at=clock.now(),
                progress=progress,
            )
    tenant, manifest = imported.tenant, imported.manifest
    command.stdout.write(
        f"{tenant.slug} is served at {tenant_host(tenant.slug)}: {manifest.row_count:,} rows,"
        f" {len(manifest.files):,} files, as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC."
    )
    own = [domain for domain in manifest.tenant.domains if domain != tenant_host(tenant.slug)]
    if own:
        command.stdout.write(f"It had these hosts elsewhere: {', '.join(own)}")
