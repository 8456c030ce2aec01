"""manage.py fleet migrate"""

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, ProgrammingError

from kernel import clock
from registry.fleet import Kind
from registry.fleet.migrate import AlreadyRunning, LocksRefused, Outcome, fleet_migrate
from registry.fleet.plan import Failed, Plan, UnknownTenants, fleet_plan, platform_pending
from registry.fleet.releases import ReleaseBroken
from registry.fleet.safety import Finding, LinterAbsent, Table
from registry.fleet.status import Place
from registry.management.progress import Bar

HELP = """
Bring the platform's schema, then every operator's, to the release: the migrations of this code.
Schemas that are there already are not touched; the others are migrated some at a time, each in a
transaction of its own, blank and restored ones too.

Stop it with Ctrl-C, or lose it in any other way: run it again and it goes on with what is left.
A schema that fails is named with the migration and the kind of error, and the others go on; mend
what is wrong and run it again, or try that one schema by `manage.py migrate_schemas --schema NAME`,
which goes the slow way. A schema with migrations that this code does not know is left alone.

A migration that locks or rewrites a table is named before anything runs, with the largest such
table of the fleet. With more than 100,000 rows in it, --accept-locks is asked for. A table that is
in use is waited for FLEET_LOCK_SECONDS, then later again.
"""

STOPPED: Final = "stopped: run `fleet migrate` again to go on"
NAMED: Final = 20
"""Failed schemas that are named; `fleet status --json` has them all."""


def arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--jobs", type=_positive, help="schemas at a time; default: the number of cores"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="SLUG", help="these operators and no others"
    )
    parser.add_argument(
        "--plan", action="store_true", help="say what would be done, and do nothing"
    )
    parser.add_argument(
        "--accept-locks", action="store_true", help="lock or rewrite large tables all the same"
    )


def run(
    command: BaseCommand,
    *,
    jobs: int | None,
    only: list[str],
    plan: bool,
    accept_locks: bool,
    **options: Any,
) -> None:
    """Migrate the fleet, or say what would be done. Raises `CommandError`."""
    try:
        if plan:
            _plan(command, only)
            return
        bar = Bar(command, "Schemas")
        with bar:
            outcome = fleet_migrate(
                at=clock.now(),
                jobs=jobs,
                only=only,
                accept_locks=accept_locks,
                planned=lambda plan: _begin(command, plan, bar),
                progress=bar.reach,
            )
    except KeyboardInterrupt as error:
        raise CommandError(STOPPED, returncode=130) from error
    except AlreadyRunning as error:
        raise CommandError("a release is on its way already; wait for its end") from error
    except UnknownTenants as error:
        raise CommandError(f"no operator is called {error}; see `fleet status --json`") from error
    except LocksRefused as error:
        raise CommandError(
            f"nothing was done to operators: {error} would lock a large table; choose a quiet hour "
            "and add --accept-locks, or have it changed"
        ) from error
    except (LinterAbsent, ReleaseBroken) as error:
        raise CommandError(f"nothing was done to operators: {error}") from error
    except DatabaseError as error:
        first = str(error).strip().partition("\n")[0]
        raise CommandError(
            f"{type(error).__name__}: {first}; mend it and run this again"
        ) from error
    _tell(command, outcome)


def _plan(command: BaseCommand, only: list[str]) -> None:
    try:
        plan = fleet_plan(only=only)
    except ProgrammingError:
        pending = platform_pending()
        if not pending:
            raise
        command.stdout.write(f"The platform: {', '.join(pending)}")
        command.stdout.write("What the operators' schemas lack can be read after that.")
    else:
        _show(command, plan)


def _begin(command: BaseCommand, plan: Plan, bar: Bar) -> None:
    _show(command, plan)
    bar.begin(len(plan.schemas))


def _show(command: BaseCommand, plan: Plan) -> None:
    out = command.stdout
    if plan.platform:
        out.write(f"The platform: {', '.join(plan.platform)}")
    for group in plan.groups:
        kinds = Counter(one.kind for one in group.schemas)
        marks = [".".join(key) for key in group.release.marks]
        names = [migration.name for migration in group.release.migrations] + marks
        out.write(f"{_counted(kinds)}: {', '.join(names)}")
    _show_ahead(command, plan)
    if plan.flagged:
        _show_flagged(command, plan.flagged)
    if not (plan.groups or plan.platform):
        out.write("Every schema that can be migrated is up to date.")
    out.flush()


def _show_ahead(command: BaseCommand, plan: Plan) -> None:
    ahead = [standing.of for standing in plan.standings if standing.place == Place.AHEAD]
    if ahead:
        names = ", ".join(one.slug or one.schema for one in ahead[:NAMED])
        command.stdout.write(
            f"Left alone, with migrations that this code does not know: {len(ahead)} ({names})"
        )


def _show_flagged(command: BaseCommand, flagged: Mapping[Finding, Table | None]) -> None:
    for finding, table in flagged.items():
        met = f"at most {table.rows:,} rows, in {table.schema}.{table.name}" if table else "no rows"
        said = f"{finding.migration}: {finding.rule}, {met}"
        if finding.safe_because:
            said += f"; safe because {finding.safe_because}"
        command.stdout.write(said)


def _tell(command: BaseCommand, outcome: Outcome) -> None:
    """What has been done; an error when it is not all."""
    wanted = len(outcome.plan.schemas)
    if wanted:
        command.stdout.write(
            f"{outcome.migrated:,} of {wanted:,} schemas migrated in {outcome.seconds:.1f} s."
        )
    for failed in outcome.failed[:NAMED]:
        command.stdout.write(_line(failed))
    if len(outcome.failed) > NAMED:
        command.stdout.write(f"and {len(outcome.failed) - NAMED} more")
    if outcome.interrupted:
        raise CommandError(STOPPED, returncode=130)
    if outcome.failed:
        raise CommandError(
            f"{len(outcome.failed)} schemas failed: mend them and run `fleet migrate` again"
        )


def _line(failed: Failed) -> str:
    name = failed.of.slug or failed.of.kind.value
    at = f" at {failed.migration}" if failed.migration else ""
    return f"Failed: {name} ({failed.of.schema}){at}: {failed.error}"


def _counted(kinds: Counter[Kind]) -> str:
    words = {Kind.TENANT: "operators", Kind.RESTORED: "restored", Kind.BLANK: "blank"}
    return ", ".join(f"{kinds[kind]:,} {word}" for kind, word in words.items() if kinds[kind])


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a number from 1")
    return int(text)
