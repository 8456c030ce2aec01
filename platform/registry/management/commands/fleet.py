"""manage.py fleet: one command for all schemas, from the modules of registry/management/fleet/.

A module there is a subcommand of its name: `HELP` (its part of the manual), `arguments(parser)` and
`run(command, **options)`.
"""

import textwrap
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandParser, DjangoHelpFormatter

from registry.management import fleet

INTRODUCTION = (
    "Look after every operator's schema at once: release, back up, move, mend. Whatever takes long "
    "shows its progress, may be stopped at any time, and goes on where it was when run again. The "
    "exit code is 0 when all went well, and 1 when something needs somebody; the last line says "
    "what to do next."
)


class Formatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Keeps the manual's paragraphs."""


class Subcommand(Protocol):
    """What a module of registry/management/fleet/ has."""

    HELP: str

    def arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommand's arguments."""

    def run(self, command: BaseCommand, **options: Any) -> None:
        """Carry it out. Raises `CommandError`."""


@cache
def subcommands() -> dict[str, Subcommand]:
    """The modules by name."""
    names = sorted(module.name for module in iter_modules(fleet.__path__))
    # `import` cannot be a module's name: that one is called import_.
    return {name.rstrip("_"): import_module(f"{fleet.__name__}.{name}") for name in names}


class Command(BaseCommand):
    """The fleet's own command line."""

    # They would import the whole API, which takes longer than most of what is done here.
    requires_system_checks: list[str] = []
    help = INTRODUCTION

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, formatter_class=Formatter, **kwargs)
        manual = [_paragraphs(INTRODUCTION, "")]
        for name, module in subcommands().items():
            manual += ["", f"fleet {name}", _paragraphs(module.HELP, "    ")]
        parser.description = "\n".join(manual)
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_subparsers(dest="action", required=True, metavar="COMMAND")
        for name, module in subcommands().items():
            described = _paragraphs(module.HELP, "")
            module.arguments(
                chosen.add_parser(name, description=described, formatter_class=Formatter)
            )

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        subcommands()[action].run(self, **options)


def _paragraphs(text: str, indent: str) -> str:
    """The text, filled; a paragraph that is set in, such as an example, stays as it is."""
    filled = []
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith(" "):
            filled.append(textwrap.indent(paragraph, indent))
            continue
        filled.append(
            textwrap.fill(
                " ".join(paragraph.split()),
                90,
                initial_indent=indent,
                subsequent_indent=indent,
                break_on_hyphens=False,
            )
        )
    return "\n".join(filled)
