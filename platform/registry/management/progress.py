"""How a command shows that long work goes on: a bar on a terminal, lines where there is none."""

from time import monotonic
from types import TracebackType
from typing import IO, Final, Self, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

LINE_SECONDS: Final = 5.0


def terminal(command: BaseCommand) -> IO[str]:
    """Where the command writes, past Django's line endings."""
    return cast(IO[str], getattr(command.stdout, "_out", command.stdout))


class Bar:
    """Shows how much is done, and an estimate that supposes it goes on as before.

    with Bar(command, "Schemas", total=1000) as bar:
        bar.advance()           # or bar.reach(12)

    Without a total it shows nothing until `begin` says it.
    """

    def __init__(self, command: BaseCommand, title: str, *, total: int = 0) -> None:
        self._command, self._title, self._total = command, title, total
        self._done = 0
        self._began = self._told = monotonic()
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        if self._total:
            self.begin(self._total)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, total: int) -> None:
        """From now on there is so much to do."""
        self._total = total
        self._began = self._told = monotonic()
        if total and self._command.stdout.isatty():
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=Console(file=terminal(self._command)),
            )
            self._task = self._bar.add_task(self._title, total=total)
            self._bar.start()

    def advance(self, more: int = 1) -> None:
        """So much more is done."""
        self.reach(self._done + more)

    def reach(self, done: int) -> None:
        """So much is done."""
        self._done = done
        if self._bar:
            self._bar.update(self._task, completed=done)
            return
        now = monotonic()
        if done and now - self._told >= LINE_SECONDS:
            self._told = now
            left = (now - self._began) / done * (self._total - done)
            self._command.stdout.write(
                f"{self._title}: {done:,} of {self._total:,}, about {left:.0f} s left"
            )
            self._command.stdout.flush()
