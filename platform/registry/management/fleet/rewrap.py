"""manage.py fleet rewrap"""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel import clock
from kernel.tenancy import platform_scope
from registry.archives.signing import own_fingerprint, own_fingerprints
from registry.fleet.keys import NEWEST, columns, keys_counted, keys_rewrap
from registry.management.progress import Bar

HELP = """
Seal by the newest of MASTER_KEYS what older ones have sealed: every operator's key, and the few
texts of the platform's own. No operator's row is touched, and everybody goes on working.

To take a master key out of use: put a new one in front of MASTER_KEYS, on every machine, and start
everything anew (what is not started anew opens nothing that is re-wrapped); run this; when it says
that nothing is left under an old key, take the old ones out, and start everything anew.
It says which fingerprints belong into TRUSTED_SIGNERS then, for as long as there are backups that
the old keys have signed.

Stopped half-way it leaves whole values, and goes on when run again. --count only tells what is
under which key. fleet doctor names what is under an old one.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--count", action="store_true", help="change nothing")


def run(command: BaseCommand, *, count: bool, **options: Any) -> None:
    """Seal anew, and say what is under which key. Raises `CommandError` when something is left."""
    with platform_scope():
        if not count:
            before = _counted()
            old = before.total() - before[NEWEST] - before[None]
            with Bar(command, "Keys and texts", total=old) as bar:
                keys_rewrap(at=clock.now(), tell=bar.advance)
        found = _counted()
    many = len(settings.MASTER_KEYS)
    for number in range(many):
        command.stdout.write(f"{found[number]:,} are under key {number + 1} of {many}.")
    if found[None]:
        raise CommandError(
            f"{found[None]:,} are under none of MASTER_KEYS: put back the one that was taken out"
        )
    if left := found.total() - found[NEWEST]:
        raise CommandError(f"{left:,} are left under an old key: manage.py fleet rewrap")
    if retired := sorted(own_fingerprints() - {own_fingerprint()}):
        command.stdout.write(
            "Nothing is left under an old key. Keep what those have signed good by"
            f" TRUSTED_SIGNERS={','.join(retired)}, then take them out of MASTER_KEYS."
        )


def _counted() -> Counter[int | None]:
    found = Counter[int | None]()
    for column in columns():
        found += keys_counted(column)
    return found
