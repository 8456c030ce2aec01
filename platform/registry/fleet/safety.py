"""Migrations that would lock or rewrite a large table, found before they run: squawk's judgement.

squawk knows what each statement locks. It reads the statements of a recorded release, so it judges
what will really run. What a migration does to small tables harms nobody: the size of the table
decides, when the fleet is about to migrate. A migration that is known to be harmless says so, by a
line in its module that the linter's reader will want to know:

    SAFE_BECAUSE = "the column was widened, which PostgreSQL does without a rewrite"
"""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import connections

from kernel.tenancy import tenant_scope
from registry.database import OLDEST_VERSION, OWNER_ALIAS
from registry.fleet import FleetSchema, by_server, nobody
from registry.fleet.releases import RecordedMigration, Release, Sql

LARGE_TABLE_ROWS: Final = 100_000
"""A flagged migration is refused when a table that it touches has more rows, in any schema."""

BYTES_A_ROW: Final = 50
"""For a table that was never analysed: its rows are guessed by its size, rather too many."""

_TIMEOUTS = "the fleet sets a lock timeout itself, and tries again"
_OLD_CODE = "about code that still runs on what was before: the order of the release, no lock"
_STYLE = "a matter of style: it locks nothing"
_BRIEF = "changes the catalog alone: as brief as the lock timeout lets it be"
EXCLUDED: Final = {
    "require-lock-timeout": _TIMEOUTS,
    "require-statement-timeout": _TIMEOUTS,
    "adding-required-field": "fails on a table with rows, and the run names it: it locks nothing",
    "ban-drop-column": _OLD_CODE,
    "ban-drop-constraint": _OLD_CODE,
    "ban-drop-default": _OLD_CODE,
    "ban-drop-function": _OLD_CODE,
    "ban-drop-not-null": _OLD_CODE,
    "ban-drop-sequence": _OLD_CODE,
    "ban-drop-table": _OLD_CODE,
    "ban-drop-type": _OLD_CODE,
    "ban-drop-view": _OLD_CODE,
    "renaming-column": _OLD_CODE,
    "renaming-object": _OLD_CODE,
    "renaming-table": _OLD_CODE,
    "ban-alter-identity": _BRIEF,
    "ban-char-field": _STYLE,
    "identifier-too-long": _STYLE,
    "prefer-bigint-over-int": _STYLE,
    "prefer-bigint-over-smallint": _STYLE,
    "prefer-identity": _STYLE,
    "prefer-robust-stmts": "what failed half-way is taken up at its bookmark, not run again",
    "prefer-text-field": _STYLE,
    "prefer-timestamp-tz": _STYLE,
    "require-concurrent-index-deletion": _BRIEF,
    "require-enum-value-ordering": _STYLE,
}
"""squawk's rules that say nothing of locks held long or of rewriting, and why. All others apply."""

_TABLES = re.compile(
    r"""\b(?:
        (?:ALTER|TRUNCATE|LOCK|REINDEX|CLUSTER)\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?
        | INDEX\s+[^;]*?\bON\s+(?:ONLY\s+)?
        | REFERENCES\s+
    )("[^"]+"|\w+)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_MADE = re.compile(r'\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?("[^"]+"|\w+)', re.IGNORECASE)


class LinterAbsent(Exception):
    """squawk cannot be run; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What squawk says of one statement, the tables it touches, and what the migration answers."""

    migration: str
    rule: str
    message: str
    statement: str
    tables: frozenset[str]
    safe_because: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one schema; `rows` is the planner's estimate."""

    schema: str
    name: str
    rows: int


def findings_of(migrations: Sequence[RecordedMigration]) -> list[Finding]:
    """What would lock or rewrite a table with rows in it, in the migrations' order.

    Raises `LinterAbsent`.
    """
    found = []
    with TemporaryDirectory(prefix="daiqu-") as folder:
        files = {}
        for number, migration in enumerate(migrations):
            file = Path(folder, f"{number}.sql")
            file.write_text(_text(migration))
            files[str(file)] = migration
        for atomic in (True, False):
            asked = [name for name, migration in files.items() if migration.atomic == atomic]
            for said in _squawk(asked, in_transaction=atomic):
                if said["rule_name"] not in EXCLUDED:
                    found.append((files[said["file"]], said))
    places = {migration.key: number for number, migration in enumerate(migrations)}
    found.sort(key=lambda pair: (places[pair[0].key], pair[1]["line"]))
    findings = (_finding(migration, said) for migration, said in found)
    return [finding for finding in findings if finding is not None]


def largest_table(
    findings: Iterable[Finding], schemas: Iterable[FleetSchema]
) -> dict[Finding, Table | None]:
    """For each finding the largest table that it touches, in any of the schemas: None if in none.

    One query for each server.
    """
    findings = list(findings)
    names = {table for finding in findings for table in finding.tables}
    largest: dict[str, Table] = {}
    if names:
        for server, some in by_server(schemas).items():
            for table in _largest(server, names, [one.schema for one in some]):
                if table.name not in largest or largest[table.name].rows < table.rows:
                    largest[table.name] = table
    return {
        finding: max(
            (largest[name] for name in finding.tables if name in largest),
            key=lambda table: table.rows,
            default=None,
        )
        for finding in findings
    }


def not_initial(release: Release) -> list[RecordedMigration]:
    """The migrations that will meet rows: all but those that each app began with."""
    return [one for one in release.migrations if not one.key[1].startswith("0001")]


def _largest(server: str, names: Collection[str], schemas: Collection[str]) -> list[Table]:
    with tenant_scope(nobody("t_none", server)), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (relname) nspname, relname,"
            " CASE WHEN reltuples < 0 THEN pg_relation_size(c.oid) / %s ELSE reltuples END AS rows"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relname = ANY(%s) AND nspname = ANY(%s) AND relkind IN ('r', 'p')"
            " ORDER BY relname, rows DESC",
            [BYTES_A_ROW, list(names), list(schemas)],
        )
        return [Table(schema, name, int(rows)) for schema, name, rows in cursor.fetchall()]


def _statements(migration: RecordedMigration) -> list[str]:
    return [step.text for step in migration.steps if isinstance(step, Sql)]


def _text(migration: RecordedMigration) -> str:
    return "".join(f"{statement}\n;\n" for statement in _statements(migration))


def _finding(migration: RecordedMigration, said: dict[str, Any]) -> Finding | None:
    """None where it is about a table that the migration has made itself, which is empty."""
    first = 0
    statement = ""
    statements = _statements(migration)
    for statement in statements:
        first += statement.count("\n") + 2
        if said["line"] < first:
            break
    tables = [name.strip('"') for name in _TABLES.findall(statement)]
    made = {name.strip('"') for each in statements for name in _MADE.findall(each)}
    if tables and tables[0] in made:
        return None
    return Finding(
        migration=migration.name,
        rule=said["rule_name"],
        message=said["message"],
        statement=statement,
        tables=frozenset(tables),
        safe_because=getattr(import_module(migration.module), "SAFE_BECAUSE", ""),
    )


def _squawk(files: Sequence[str], *, in_transaction: bool) -> list[dict[str, Any]]:
    """squawk's findings in each file, all rules. A file that it cannot read is a finding too."""
    if not files:
        return []
    program = Path(sys.executable).with_name("squawk")
    command = [
        str(program),
        "--reporter=json",
        f"--pg-version={OLDEST_VERSION // 10_000}",
        *(["--assume-in-transaction"] if in_transaction else []),
        *files,
    ]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, cwd=Path(files[0]).parent
        )
    except OSError as error:
        raise LinterAbsent(f"{program}: {error.strerror}; run `uv sync`") from error
    if not done.stdout:  # it says `[]` when there is nothing to say, whatever its exit code
        raise LinterAbsent(f"squawk failed: {done.stderr.strip()[:200]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
