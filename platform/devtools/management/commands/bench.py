"""manage.py bench"""

import contextlib
import signal
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from devtools.bench.environment import bench_environment
from devtools.bench.fleet import run
from devtools.bench.fleet.report import markdown as fleet_markdown
from devtools.bench.load import LoadError
from devtools.bench.reads.report import reads_markdown
from devtools.bench.reads.run import layers_of_reads, measure_reads
from devtools.bench.report import markdown
from devtools.bench.run import measure
from devtools.demo.environment import DemoError
from devtools.npm import NpmError
from devtools.servers.process import ServerError

API, READS, FLEET = "api", "reads", "fleet"


class Command(BaseCommand):
    """Measure the product here."""

    help = (
        "Measure the product on this machine and print Markdown tables. `bench` (or `bench api`): "
        "the API's operations, beside SQL that builds the same answers and beside stock "
        "Strawberry-Django, in two minutes. `bench reads`: the read path beside "
        "PostGraphile, bare SQL and itself without lowering, in three; with --profile, where a "
        "request's CPU goes instead. `bench fleet`: what changes between ten tenants and "
        "many (onboarding, the storefront, releases, a backend's memory, neighbours); making 2,000 "
        "tenants takes some ten minutes, --keep keeps them for the next run. Starts PostgreSQL and "
        "Valkey out of their wheels; for `bench api`, DATABASE_URL (a superuser's, of a server "
        "where nothing of ours lives: roles get new passwords) and REDIS_URL in the environment "
        "use your own servers instead."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=[API, READS, FLEET], default=API)
        parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
        parser.add_argument("--profile", action="store_true", help="of the reads: CPU by layer")
        parser.add_argument("--tenants", type=int, default=2000, help="of the fleet: 2000")
        parser.add_argument("--keep", type=Path, help="a folder in which the fleet stays")

    def handle(
        self,
        *args: Any,
        what: str,
        quick: bool,
        profile: bool,
        tenants: int,
        keep: Path | None,
        **options: Any,
    ) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        if what == FLEET and tenants < 20:
            raise CommandError("--tenants: at least 20")
        if profile and what != READS:
            raise CommandError("--profile is of `bench reads`")
        with contextlib.ExitStack() as stack:
            folder = keep or Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="daiqu-bench-"))
            )
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)  # the servers run as a user of their own
            try:
                said = stack.enter_context(Console(stderr=True).status("PostgreSQL and Valkey"))
                if what == FLEET:
                    report = self._fleet(stack, folder.resolve(), tenants, quick, said.update)
                else:
                    settings = bench_environment(stack, folder, own_servers=True)
                    report = _report(what, settings, folder, quick, profile, said.update)
            except (DemoError, LoadError, NpmError, ServerError, psycopg.OperationalError) as error:
                raise CommandError("\n".join([*_last_lines(folder / "log"), str(error)])) from error
            except KeyboardInterrupt:
                raise CommandError("stopped") from None
        self.stdout.write(report)

    def _fleet(
        self, stack: contextlib.ExitStack, folder: Path, tenants: int, quick: bool, say: Any
    ) -> str:
        log = stack.enter_context((folder / "log").open("wb"))
        sides = []
        for name, number in (("few", run.FEW), ("many", tenants)):
            (folder / name).mkdir(exist_ok=True)
            (folder / name).chmod(0o755)
            environment = bench_environment(stack, folder / name, own_servers=False) | {
                "DJANGO_SETTINGS_MODULE": "devtools.bench.fleet.settings",
                "LOG_LEVEL": "ERROR",
            }
            sides.append(run.Side(name, environment, number, folder, log))
        return fleet_markdown(run.measure_fleet(*sides, quick=quick, say=say))


def _report(
    what: str, settings: dict[str, str], folder: Path, quick: bool, profile: bool, say: Any
) -> str:
    if profile:
        return layers_of_reads(settings, folder=folder, say=say)
    if what == READS:
        return reads_markdown(measure_reads(settings, folder=folder, quick=quick, say=say))
    return markdown(measure(settings, folder=folder, quick=quick, say=say))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _last_lines(log: Path) -> list[str]:
    """The end of what the servers said."""
    return log.read_text(errors="replace").splitlines()[-20:] if log.exists() else []
