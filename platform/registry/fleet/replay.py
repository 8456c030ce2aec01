"""The steps of a release, carried out in one schema.

A new schema is made in one transaction, whatever its migrations say of theirs: nobody uses it yet.
One that lives takes all that it lacks in one transaction, with the ledger's rows, so that it is on
one release or the other and nowhere between. What is not `atomic` is the exception: its steps are
carried out one by one, each with a bookmark in the same transaction where it can have one, and a
run that was broken off goes on behind the bookmark.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Final

from django.db import Error, connections, transaction

from registry.database import OWNER_ALIAS
from registry.fleet.releases import (
    Key,
    Python,
    RecordedMigration,
    Release,
    Sql,
    Step,
    constraints_settled,
    tables_made,
    tenant_labels,
)

_NEW_INDEX = re.compile(
    r'^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?("[^"]+"|\w+)',
    re.IGNORECASE,
)
_BUSY: Final = ("55P03", "40P01")
"""SQLSTATEs: a lock was not to be had in time; a deadlock, of which we were the victim."""


class MigrationFailed(Exception):
    """A migration failed in this schema; the cause is what it raised."""

    def __init__(self, migration: str) -> None:
        super().__init__(migration)
        self.migration = migration


class LedgerChanged(Exception):
    """Somebody else has migrated the schema meanwhile."""


class StepsChanged(Exception):
    """A migration was broken off half-way, and is not what it was: which steps are done?"""


def is_busy(error: BaseException) -> bool:
    """Whether the schema's tables were in use, so that it is worth trying again."""
    return isinstance(error, Error) and getattr(error.__cause__, "sqlstate", None) in _BUSY


def schema_fill(release: Release) -> None:
    """Carry out all of `release` in the bound scope's new schema. In the caller's transaction."""
    steps = [step for migration in release.migrations for step in migration.steps]
    for is_sql, group in groupby(steps, key=lambda step: isinstance(step, Sql)):
        if is_sql:
            _script([step.plain for step in group if isinstance(step, Sql)])
        else:
            for step in group:
                _carry_out(step)
            _script([constraints_settled()])
    _note(row for migration in release.migrations for row in migration.rows)


def schema_bring(
    release: Release, *, grant: Callable[[Collection[str]], None], lock_seconds: float
) -> None:
    """Bring the bound scope's schema, which has `release.applied`, to the release.

    `grant` is called for the tables that a migration makes, in its transaction. Who uses a table
    that is to be altered is waited for no longer than `lock_seconds`, as others wait behind us.
    Raises `MigrationFailed`, `LedgerChanged` and the database's errors; `is_busy` knows which of
    these may pass. What was not committed by then has left nothing.
    """
    has = set(release.applied)
    for atomic, group in groupby(release.migrations, key=lambda migration: migration.atomic):
        migrations = list(group)
        if atomic:
            with _transaction(lock_seconds):
                _check_ledger(has)
                for migration in migrations:
                    with _named(migration):
                        for step in _joined(migration.steps):
                            _carry_out(step)
                        _script([constraints_settled()])
                _finish(migrations, grant)
            has.update(row for migration in migrations for row in migration.rows)
        else:
            for migration in migrations:
                with _named(migration):
                    with _transaction(lock_seconds):
                        _check_ledger(has)
                    _step_by_step(migration, grant, lock_seconds)
                has.update(migration.rows)
    if release.marks:
        _note(release.marks)


def _finish(
    migrations: Collection[RecordedMigration], grant: Callable[[Collection[str]], None]
) -> None:
    tables = tables_made(migrations)
    if tables:
        grant(tables)
    _note(row for migration in migrations for row in migration.rows)


def _carry_out(step: Step) -> None:
    if isinstance(step, Python):
        step.run()
    else:
        _script([step.text])


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """The same with each run of statements as one, which spares a journey for each."""
    for is_sql, group in groupby(steps, key=lambda step: isinstance(step, Sql)):
        if is_sql:
            # A line of its own: the statement before may end with a comment.
            yield Sql("\n;\n".join(step.text for step in group if isinstance(step, Sql)))
        else:
            yield from group


def _script(statements: Iterable[str]) -> None:
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("\n;\n".join(statements))


def _note(rows: Iterable[Key]) -> None:
    """Write into the ledger what has been applied."""
    keys = list(rows)
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " SELECT app, name, now() FROM unnest(%s::text[], %s::text[])"
            " WITH ORDINALITY AS row (app, name, place) ORDER BY place",
            [[app for app, _ in keys], [name for _, name in keys]],
        )


@contextmanager
def _transaction(lock_seconds: float) -> Iterator[None]:
    with transaction.atomic(using=OWNER_ALIAS):
        _script([f"SET LOCAL lock_timeout = {round(lock_seconds * 1000)}"])
        yield


@contextmanager
def _named(migration: RecordedMigration) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_busy(error):
            raise
        raise MigrationFailed(migration.name) from error


def _check_ledger(expected: set[Key]) -> None:
    """Keep everybody else from migrating this schema, and see that nobody has."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            "SELECT app, name FROM django_migrations WHERE app = ANY(%s)", [list(tenant_labels())]
        )
        if set(cursor.fetchall()) != expected:
            raise LedgerChanged


# -- outside a transaction ------------------------------------------------------------------------


def _step_by_step(
    migration: RecordedMigration, grant: Callable[[Collection[str]], None], lock_seconds: float
) -> None:
    begun = _bookmark(migration)
    if begun is None:
        _set_bookmark(migration, 0)
    done = begun or 0
    for number, step in enumerate(migration.steps[done:], start=done + 1):
        if isinstance(step, Sql) and step.concurrent:
            _concurrently(step, again=begun is not None and number == done + 1)
            _set_bookmark(migration, number)
        elif isinstance(step, Python) and not step.operation.atomic:
            step.run()  # it commits as it likes, and may run twice
            _set_bookmark(migration, number)
        else:
            with _transaction(lock_seconds):
                _carry_out(step)
                _set_bookmark(migration, number)
    with _transaction(lock_seconds):
        _finish([migration], grant)
        _script(["COMMENT ON TABLE django_migrations IS NULL"])


def _concurrently(step: Sql, *, again: bool) -> None:
    """Make or drop an index. One that was broken off is there, but of no use."""
    if new := _NEW_INDEX.match(step.text):
        with connections[OWNER_ALIAS].cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [new[1]]
            )
            found = cursor.fetchone()
        if found == (True,) and again:
            return  # the run was broken off between it and its bookmark
        if found == (False,):
            _script([f"DROP INDEX CONCURRENTLY {new[1]}"])
    _script([step.text])


def _bookmark(migration: RecordedMigration) -> int | None:
    """How many steps of `migration` are done; None if it never began. Raises `StepsChanged`."""
    with connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute("SELECT obj_description('django_migrations'::regclass, 'pg_class')")
        (text,) = cursor.fetchone()
    name, _, place = (text or "").partition(" ")
    if name != migration.name:
        return None
    done, _, digest = place.partition(" ")
    if digest != _digest(migration.steps[: int(done)]):
        raise StepsChanged
    return int(done)


def _set_bookmark(migration: RecordedMigration, done: int) -> None:
    """Remember it where nothing but the schema's own transaction is needed: beside its ledger."""
    place = f"{migration.name} {done} {_digest(migration.steps[:done])}"
    _script([f"COMMENT ON TABLE django_migrations IS '{place}'"])


def _digest(steps: Iterable[Step]) -> str:
    texts = (step.text if isinstance(step, Sql) else step.operation.describe() for step in steps)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
