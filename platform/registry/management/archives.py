"""What the commands about backups and archives have in common."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from kernel.tenancy import platform_scope
from kernel.tenancy.unavailable import Unavailable
from registry.archives.progress import Progress
from registry.archives.refusals import ArchiveRefused
from registry.fleet.freeze import WritersRemain
from registry.fleet.releases import ReleaseBroken
from registry.management.progress import Bar
from registry.models import Tenant
from registry.selectors import tenants_known

VARIABLE: Final = "ARCHIVE_PASSPHRASE"


@contextmanager
def at_work() -> Iterator[None]:
    """The platform's scope; what is refused inside becomes the command's last line."""
    try:
        with platform_scope():
            yield
    except (ArchiveRefused, ReleaseBroken, WritersRemain, Unavailable) as refused:
        raise CommandError(str(refused)) from refused


@contextmanager
def share_shown(command: BaseCommand, title: str) -> Iterator[Progress]:
    """A bar for work that tells the share of it that is done."""
    with Bar(command, f"{title}, per cent", total=100) as bar:
        yield lambda share: bar.reach(int(share * 100))


def tenant_called(slug: str) -> Tenant:
    """The tenant of that name. Platform scope. Raises `CommandError`."""
    tenant = tenants_known().filter(slug=slug).first()
    if tenant is None:
        raise CommandError(f"no operator is called {slug}: `fleet status --json` lists them")
    return tenant


def passphrase_asked(*, twice: bool) -> str:
    """From the environment or the terminal, never from the command line, which others can see.

    Raises `CommandError`.
    """
    given = os.environ.get(VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise CommandError(f"set {VARIABLE}, or run this where the passphrase can be typed")
    typed = getpass("Passphrase of the archive: ")
    if twice and typed != getpass("Again: "):
        raise CommandError("the two are not the same: run it again")
    return typed


def size_shown(count: int) -> str:
    """Bytes for people: `1.5 MB`."""
    if count < 1_000_000:
        return f"{count / 1_000:.1f} kB"
    return f"{count / 1_000_000:,.1f} MB"
