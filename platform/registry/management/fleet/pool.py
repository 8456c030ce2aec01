"""manage.py fleet pool"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kernel import clock
from kernel.tenancy import platform_scope
from registry.fleet.pool import pool_depth, pool_fill
from registry.management.progress import Bar

HELP = """
Make blank schemas now, until every server for new tenants has as many as it should:
SCHEMA_POOL_SIZE, or --size. A new operator claims one of them in milliseconds, where making one
takes a good tenth of a second. The worker does the same after each claim and every five minutes,
so this is for before a rush, and for an installation without a worker. Stopped half-way it leaves
whole schemas only.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--size", type=int, help="this many a server, this once")


def run(command: BaseCommand, *, size: int | None, **options: Any) -> None:
    """Fill the pool, and say how deep it is."""
    wanted = settings.SCHEMA_POOL_SIZE if size is None else size
    servers = settings.SERVERS_FOR_NEW_TENANTS
    with platform_scope():
        lacking = sum(max(wanted - pool_depth(server), 0) for server in servers)
        with Bar(command, "Blank schemas", total=lacking) as bar:
            for _ in pool_fill(size=wanted, at=clock.now()):
                bar.advance()
        for server in servers:
            command.stdout.write(f"{server} has {pool_depth(server):,} blank schemas.")
