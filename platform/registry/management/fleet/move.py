"""manage.py fleet move"""

import signal
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from kernel import clock
from kernel.tenancy.unavailable import Unavailable
from registry.fleet.move import MoveFailed, MoveRefused, MoveUnfinished, tenant_move
from registry.fleet.transfer import TableMoved
from registry.management.progress import Bar

HELP = """
Bring an operator to another database server while its people go on: for seconds they can only
read. Its rows are copied in one snapshot and compared with checksums on both sides before the
register says that it lives there; its waiting jobs go along.

Whatever stops it (Ctrl-C, a server that dies, kill -9), run it again: it goes on from the side
that counts, and an operator that was left read-only is writable again. Moving back is a move like
any other. fleet servers lists the servers, and says which are ready.
"""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("slug", metavar="SLUG", help="the operator's name in its host")
    parser.add_argument("--to", metavar="SERVER", required=True, help="one of fleet servers")


def run(command: BaseCommand, *, slug: str, to: str, **options: Any) -> None:
    """Move it."""
    signal.signal(signal.SIGTERM, _interrupt)
    watched = _Watched(command)
    try:
        move = tenant_move(slug=slug, to=to, now=clock.now, tell=watched)
    except (MoveRefused, MoveFailed, MoveUnfinished, Unavailable) as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        raise CommandError(f"stopped; {slug} can be moved again at any time") from None
    finally:
        watched.end()
    command.stdout.write(
        f"{slug} lives on {move.target}. Proof: {move.proof['digest']}"
        f" over {sum(table['rows'] for table in move.proof['tables'].values()):,} rows"
    )


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


class _Watched:
    """Writes the steps as lines, and the rows as a bar where there is a terminal."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command
        self._bar: Bar | None = None
        self._tables: list[TableMoved] = []
        self._sent = 0

    def step(self, text: str) -> None:
        """A line of its own."""
        self.end()
        self._write(text)

    def begins(self, about: int) -> None:
        """The rows come now."""
        self._bar = Bar(self._command, "kB of rows", total=about // 1000 + 1)
        self._bar.__enter__()

    def sent(self, count: int) -> None:
        """The bar goes on."""
        self._sent += count
        assert self._bar is not None
        self._bar.reach(self._sent // 1000)

    def table(self, moved: TableMoved) -> None:
        """A line, but not across the bar."""
        self._tables.append(moved)
        if not self._command.stdout.isatty():
            self._write_tables()

    def end(self) -> None:
        """Take the bar away, and say what it stood for."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
        self._write_tables()

    def _write_tables(self) -> None:
        for moved in self._tables:
            if moved.rows:
                size = f"{moved.bytes / 1000:,.1f} kB"
                self._write(f"  {moved.name}: {moved.rows:,} rows, {size}")
        self._tables.clear()

    def _write(self, text: str) -> None:
        self._command.stdout.write(text)
        self._command.stdout.flush()
