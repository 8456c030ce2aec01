"""Killed half-way, by kill -9: nothing looks whole that is not, and it can be run again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from kernel import clock
from kernel.tenancy import TenantRef, platform_scope
from registry.archives.backups import backup_make, backup_verify
from registry.archives.portable import tenant_import
from registry.archives.refusals import ArchiveRefused
from registry.archives.restore import restoration_drop, restoration_load, restoration_swap
from registry.archives.store import Store
from registry.models import Backup, Restoration, Tenant
from registry.resolver import resolver
from tests.registry.archives.business import PASSPHRASE, Business, event_write, files_of, sums
from tests.registry.conftest import catalog
from tests.support.database import SOME_DAY, admin_connection
from tests.support.processes import manage


@contextmanager
def held(table: str, mode: str) -> Iterator[None]:
    """Somebody else has the table locked."""
    with admin_connection() as admin, admin.transaction():
        admin.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def killed(*arguments: str, when: Callable[[psycopg.Connection], bool], **environment: str) -> None:
    """`manage.py fleet ARGUMENTS` runs until `when` is seen in the database; then it is killed."""
    with manage("fleet", *arguments, **environment) as process, admin_connection() as admin:
        deadline = time.monotonic() + 60
        while not when(admin):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
        process.wait()


def waits(words: str) -> Callable[[psycopg.Connection], bool]:
    """Whether a statement with these words waits for a lock."""

    def seen(admin: psycopg.Connection) -> bool:
        found = admin.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database() AND query LIKE %s",
            [f"%{words}%"],
        )
        return found.fetchone() is not None

    return seen


def make(row: Tenant) -> Backup:
    with platform_scope():
        return backup_make(tenant=row, kind=Backup.Kind.ON_DEMAND, at=clock.now())


def gone(admin: psycopg.Connection) -> None:
    """Wait until the server has noticed that the killed process's sessions are over."""
    deadline = time.monotonic() + 20
    while admin.execute(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    ).fetchone():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_backup(shop: Business, row: Tenant):
    with held(f"{row.schema_name}.talk_review", "ACCESS EXCLUSIVE"):
        killed("backup", "alpha", when=waits("pg_table_size"))
    with admin_connection() as admin:
        gone(admin)
    with platform_scope():
        stopped = Backup.objects.get()
        assert stopped.state == Backup.State.RUNNING
        with pytest.raises(ArchiveRefused):
            backup_verify(stopped)
    whole = make(row)
    with platform_scope():
        stopped.refresh_from_db()
        assert stopped.state == Backup.State.FAILED
        backup_verify(whole)
    names = {path.name for path in Store(row.id).folder.iterdir()}
    assert names == {"files", str(whole.id)}


def test_a_restoration(shop: Business, row: Tenant, before: set[str]):
    backup = make(row)
    served = sums(shop.tenant)

    def loaded(admin: psycopg.Connection) -> bool:
        return waits("registry_restoration")(admin)

    def begun(admin: psycopg.Connection) -> bool:
        return admin.execute("SELECT 1 FROM registry_restoration").fetchone() is not None

    with admin_connection() as blocker:
        with manage("fleet", "restore", "alpha", "--at", str(backup.id)) as process:
            deadline = time.monotonic() + 60
            while not begun(blocker):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.005)
            with held("registry_restoration", "SHARE"):
                while not loaded(blocker):
                    assert process.poll() is None and time.monotonic() < deadline
                    time.sleep(0.02)
                process.kill()
                process.wait()
                # It would still carry out what it was last sent.
                blocker.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
        gone(blocker)
    with platform_scope():
        assert Restoration.objects.get().state == Restoration.State.LOADING
        restoration = restoration_load(tenant=row, backup=backup, at=SOME_DAY)
    new = {restoration.schema_name, f"role:{restoration.schema_name}"}
    assert catalog() - before == new
    assert sums(shop.tenant) == sums(shop.tenant, restoration.schema_name) == served
    with platform_scope():
        restoration_drop(tenant=row)


def test_a_swap(shop: Business, row: Tenant):
    backup, older = make(row), sums(shop.tenant)
    event_write(shop.tenant, 1)
    newer = sums(shop.tenant)
    with platform_scope():
        restoration_load(tenant=row, backup=backup, at=SOME_DAY)
    with held(f"{row.schema_name}.talk_review", "ACCESS SHARE"):  # somebody reads
        killed("restore", "alpha", "--swap", when=waits("LOCK TABLE"))
    with admin_connection() as admin:
        gone(admin)
    with platform_scope():
        assert Tenant.objects.get(id=row.id).moving_since is not None
        assert sums(shop.tenant) == newer
        restoration_swap(tenant=row, at=SOME_DAY)
        assert Tenant.objects.get(id=row.id).moving_since is None
        assert sums(shop.tenant) == older
        restoration_drop(tenant=row)
    resolver.clear()
    event_write(_again(shop), 2)


def test_an_import(shop: Business, forgotten: Path, before: set[str]):
    environment = {"ARCHIVE_PASSPHRASE": PASSPHRASE}
    with held("registry_owneraction", "SHARE"):
        killed("import", str(forgotten), "--as", "gamma", when=waits("owneraction"), **environment)
    with admin_connection() as admin:
        gone(admin)
    with platform_scope():
        left = Tenant.objects.get(slug="gamma")
        assert left.state == "preparing"
    assert files_of(left.ref())
    with platform_scope():
        tenant = tenant_import(
            path=forgotten, passphrase=PASSPHRASE, slug="delta", at=SOME_DAY
        ).tenant
        assert not Tenant.objects.filter(slug="gamma").exists()
    assert not files_of(left.ref()) and files_of(tenant.ref())
    assert catalog() - before == {tenant.schema_name, f"role:{tenant.schema_name}"}


def _again(shop: Business) -> TenantRef:
    with platform_scope():
        return Tenant.objects.get(id=shop.tenant.id).ref()
