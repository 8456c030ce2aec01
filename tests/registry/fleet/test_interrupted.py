"""Whatever stops a release, the next run goes on with what is left."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kernel.tenancy import TenantRef
from registry.fleet.migrate import AlreadyRunning
from tests.registry.fleet.conftest import Fleet
from tests.registry.fleet.rows import parcel, run, shape
from tests.support.processes import process

DONE = {"0001_initial", "0002_slow"}


@contextmanager
def migrating(fleet: Fleet, package: str, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py fleet migrate` on the fleet's database, one schema at a time."""
    with (
        output.open("wb") as file,
        process(
            [sys.executable, "manage.py", "fleet", "migrate", "--jobs", "1"],
            output=file,
            TEST_WORKER_DATABASE=fleet.name,
            TEST_RELEASE=package,
            FLEET_LOCK_SECONDS="30",
        ) as started,
    ):
        yield started


def schemas(fleet: Fleet, count: int) -> list[str]:
    """As many tenants' schemas as told, alpha's and beta's among them."""
    for number in range(count - 2):
        fleet.tenant(f"more-{number}")
    return [schema for (schema,) in fleet.sql("SELECT schema_name FROM registry_tenant")]


def wait_until(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def done(fleet: Fleet, names: list[str]) -> set[str]:
    """Those that have the slow migration."""
    return {name for name in names if fleet.ledger(name) == DONE}


def with_table(fleet: Fleet) -> set[str]:
    """Those that have what the slow migration makes."""
    made = fleet.sql("SELECT schemaname FROM pg_tables WHERE tablename = 'releases_slow'")
    return {schema for (schema,) in made}


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_release_that_was_stopped_goes_on(fleet: Fleet, tmp_path: Path, blow: signal.Signals):
    names = schemas(fleet, 6)
    said = tmp_path / "said"
    with migrating(fleet, "slow", said) as command:
        wait_until(lambda: len(done(fleet, names)) >= 2)
        command.send_signal(blow)
        code = command.wait(30)
    first = done(fleet, names)
    assert 2 <= len(first) < 6
    assert with_table(fleet) == first
    if blow == signal.SIGINT:
        assert code == 130
        assert "run `fleet migrate` again to go on" in said.read_text()
    before = fleet.ledgers()
    fleet.on_disk("slow")
    outcome = fleet.migrate(jobs=2)
    assert (outcome.migrated, outcome.failed) == (6 - len(first), [])
    assert done(fleet, names) == set(names)
    after = fleet.ledgers()
    assert all(after[schema] == before[schema] for schema in first)


def test_a_second_release_at_once_says_so(fleet: Fleet, tmp_path: Path, beta: TenantRef):
    names = schemas(fleet, 2)
    fleet.on_disk("slow")
    with fleet.connect() as busy, migrating(fleet, "slow", tmp_path / "first") as first:
        busy.autocommit = False
        busy.execute(f'LOCK TABLE "{beta.schema}".django_migrations IN SHARE MODE')
        wait_until(lambda: done(fleet, names))
        with pytest.raises(AlreadyRunning):
            fleet.migrate()
        with migrating(fleet, "slow", tmp_path / "second") as second:
            assert second.wait(60) == 1
        busy.rollback()
        assert first.wait(60) == 0
    assert (tmp_path / "second").read_text().splitlines() == [
        "CommandError: a release is on its way already; wait for its end"
    ]
    assert done(fleet, names) == set(names)


def test_what_is_not_atomic_goes_on_where_it_failed(fleet: Fleet, alpha: TenantRef):
    """The index that failed is there and of no use; the steps before it are not done again."""
    for _ in range(2):
        parcel(alpha, "maya", weight=3)
    fleet.on_disk("concurrent")
    for _ in range(2):
        outcome = fleet.migrate(only=["alpha"])
        assert [one.migration for one in outcome.failed] == ["releases.0002_indexes"]
        assert fleet.ledger(alpha.schema) == {"0001_initial"}
        assert marks(alpha) == ["one", "two"]
    run(alpha, "UPDATE releases_parcel SET weight = 4 WHERE ctid = '(0,1)'")
    assert fleet.migrate().failed == []
    assert marks(alpha) == ["one", "three", "two"]
    new = fleet.tenant("gamma")
    with fleet.connect() as admin:
        assert shape(admin, alpha.schema) == shape(admin, new.schema)
    ledger = f"'{alpha.schema}.django_migrations'::regclass"
    assert fleet.sql(f"SELECT obj_description({ledger})") == [(None,)]


def test_an_index_made_just_before_the_end_is_not_made_again(fleet: Fleet, alpha: TenantRef):
    for _ in range(2):
        parcel(alpha, "maya", weight=3)
    fleet.on_disk("concurrent")
    fleet.migrate(only=["alpha"])
    # As if the run had been killed between the index and its bookmark.
    run(alpha, "UPDATE releases_parcel SET weight = 4 WHERE ctid = '(0,1)'")
    fleet.sql(f'DROP INDEX "{alpha.schema}".parcel_two')
    fleet.sql(f'CREATE UNIQUE INDEX parcel_two ON "{alpha.schema}".releases_parcel (weight)')
    assert fleet.migrate().failed == []
    assert marks(alpha) == ["one", "three", "two"]


def test_what_was_broken_off_and_changed_since_is_not_guessed_at(fleet: Fleet, alpha: TenantRef):
    for _ in range(2):
        parcel(alpha, "maya", weight=3)
    fleet.on_disk("concurrent")
    fleet.migrate(only=["alpha"])
    ledger = f'"{alpha.schema}".django_migrations'
    fleet.sql(f"COMMENT ON TABLE {ledger} IS 'releases.0002_indexes 2 0'")
    before = shape(fleet.connect(), alpha.schema)
    ((failed),) = fleet.migrate(only=["alpha"]).failed
    assert "finish it by hand" in failed.error
    assert shape(fleet.connect(), alpha.schema) == before


def marks(tenant: TenantRef) -> list[str]:
    """What the steps of the migration that is not atomic have left."""
    rows = run(tenant, "SELECT name FROM releases_shelf WHERE length(name) < 10")
    return sorted(name for (name,) in rows)
