"""A backup brought back: beside, compared, swapped, taken back, dropped."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import ProgrammingError, connection

from kernel.crypto import new_wrapped_key
from kernel.jobs import defer
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.archives.backups import backup_make
from registry.archives.locks import ArchiveBusy, archive_lock
from registry.archives.refusals import ArchiveBroken
from registry.archives.restore import (
    RestoreImpossible,
    backup_chosen,
    restoration_drop,
    restoration_load,
    restoration_open,
    restoration_report,
    restoration_swap,
)
from registry.archives.shapes import ReleaseUnknown, schema_shaped
from registry.fleet.releases import recorded
from registry.models import Backup, Restoration, Tenant
from registry.schemas import new_schema_name
from tenants.journal.selectors import InvalidCursor, event_cursor, events_after
from tenants.orders.models import Order
from tests.registry.archives.business import Business, event_write, files_of, sums
from tests.registry.archives.test_backups import flip, make, parts
from tests.registry.conftest import catalog
from tests.support.database import SOME_DAY, admin_connection
from tests.support.stage import nothing_changes

LATER = SOME_DAY + timedelta(hours=1)
ORDER = "query($id: ID!) { order(id: $id) { number state } }"


@pytest.fixture(autouse=True)
def undo(alpha: TenantRef) -> Iterator[None]:
    """Nothing is left beside alpha's schema."""
    yield
    with platform_scope():
        tenant = Tenant.objects.get(id=alpha.id)
        restoration = restoration_open(tenant)
        if restoration is not None:
            restoration_drop(tenant=tenant)


def load(row: Tenant, backup: Backup) -> Restoration:
    with platform_scope():
        return restoration_load(tenant=row, backup=backup, at=LATER)


def swap(row: Tenant, **how) -> Restoration:
    with platform_scope():
        return restoration_swap(tenant=row, at=LATER, **how)


def drop(row: Tenant) -> Restoration:
    with platform_scope():
        return restoration_drop(tenant=row)


def test_it_is_loaded_beside_and_proven(shop: Business, row: Tenant):
    before = sums(shop.tenant)
    backup = make(row)
    event_write(shop.tenant, 1)
    restoration = load(row, backup)
    assert sums(shop.tenant, restoration.schema_name) == before != sums(shop.tenant)
    with platform_scope():
        report = restoration_report(restoration)
    different = [table for table in report.tables if table.now != table.beside]
    assert [(table.name, table.now, table.beside) for table in different] == [
        ("journal_event", before["journal_event"]["rows"] + 1, before["journal_event"]["rows"])
    ]
    assert report.newest_now and report.newest_beside and report.files_missing == []
    assert restoration.state == Restoration.State.BESIDE


def test_swapped_it_is_served(shop: Business, row: Tenant, undo: None):
    backup, before = make(row), sums(shop.tenant)
    with tenant_scope(shop.tenant):
        cursor = event_cursor()
        event_write(shop.tenant, 1)
        Order.objects.filter(id=shop.open.id).update(number="NEWER")
        newer = sums(shop.tenant)
        defer("orders.confirm", order=str(uuid4()))
    restoration = load(row, backup)
    path, content = files_of(shop.tenant).popitem()
    Path(django_settings.MEDIA_ROOT, shop.tenant.label, path).unlink()
    with platform_scope():
        assert restoration_report(restoration).files_missing == [path]
    assert swap(row).state == Restoration.State.SWAPPED

    assert sums(shop.tenant) == before
    assert sums(shop.tenant, restoration.schema_name) == newer
    assert files_of(shop.tenant)[path] == content
    with tenant_scope(shop.tenant):
        assert Order.objects.get(id=shop.open.id).number == shop.open.number
        with pytest.raises(InvalidCursor):
            events_after(cursor, limit=10)
        with pytest.raises(ProgrammingError), connection.cursor() as db:
            db.execute("UPDATE journal_event SET kind = 'x'")
        with pytest.raises(ProgrammingError), connection.cursor() as db:
            db.execute(f'SELECT 1 FROM "{restoration.schema_name}".journal_event')
    event_write(shop.tenant, 2)
    with platform_scope():
        assert not Tenant.objects.get(id=row.id).moving_since
    with admin_connection() as admin:
        waiting = admin.execute("SELECT task_name FROM queue.procrastinate_jobs").fetchall()
    assert ("dispatch.offer_waiting",) in waiting and ("orders.confirm",) not in waiting


def test_it_can_be_taken_back(shop: Business, row: Tenant):
    backup = make(row)
    event_write(shop.tenant, 1)
    newer = sums(shop.tenant)
    restoration = load(row, backup)
    older = sums(shop.tenant, restoration.schema_name)
    swap(row)
    assert swap(row).state == Restoration.State.SWAPPED  # done is done
    assert sums(shop.tenant) == older
    assert swap(row, back=True).state == Restoration.State.BESIDE
    assert sums(shop.tenant) == newer
    assert sums(shop.tenant, restoration.schema_name) == older
    event_write(shop.tenant, 2)


def test_dropped_it_leaves_nothing(shop: Business, row: Tenant, before: set[str]):
    backup = make(row)
    newer = sums(shop.tenant)
    load(row, backup)
    drop(row)
    assert catalog() == before and sums(shop.tenant) == newer
    with pytest.raises(RestoreImpossible):
        drop(row)
    with pytest.raises(RestoreImpossible):
        swap(row)


def test_what_was_replaced_can_be_dropped(shop: Business, row: Tenant, before: set[str]):
    backup, older = make(row), sums(shop.tenant)
    event_write(shop.tenant, 1)
    load(row, backup)
    swap(row)
    drop(row)
    assert catalog() == before and sums(shop.tenant) == older
    with pytest.raises(RestoreImpossible):
        swap(row, back=True)
    event_write(shop.tenant, 2)


def test_a_killed_swap_is_known_by_the_schema_itself(shop: Business, row: Tenant):
    restoration = load(row, make(row))
    swap(row)
    with platform_scope():
        Restoration.objects.update(state=Restoration.State.BESIDE)  # as if it had not come to it
        assert restoration_open(row).state == Restoration.State.SWAPPED
        swap(row, back=True)
        Restoration.objects.update(state=Restoration.State.SWAPPED)
        assert restoration_open(row).state == Restoration.State.BESIDE
    assert restoration.schema_name != row.schema_name


def test_what_was_killed_while_loading_is_loaded_anew(
    shop: Business, row: Tenant, before: set[str]
):
    backup = make(row)
    killed = load(row, backup)
    with platform_scope():
        Restoration.objects.update(state=Restoration.State.LOADING)
        with pytest.raises(RestoreImpossible):
            swap(row)
    restoration = load(row, backup)
    assert restoration.schema_name != killed.schema_name
    new = {restoration.schema_name, f"role:{restoration.schema_name}"}
    assert catalog() - before == new
    drop(row)


@pytest.mark.parametrize("part", ["manifest", "signature", "table", "media"])
def test_a_flipped_byte_is_refused_before_anything_is_touched(
    shop: Business, row: Tenant, before: set[str], part: str
):
    backup = make(row)
    flip(parts(backup)[part], -1)
    with nothing_changes(shop.tenant), pytest.raises(ArchiveBroken):
        load(row, backup)
    assert catalog() == before
    with platform_scope():
        assert not Restoration.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"state": TenantState.ERASED},
        {"moving_since": SOME_DAY},
        {"wrapped_key": new_wrapped_key()},
    ],
)
def test_it_is_refused_for_a_tenant_that_it_cannot_be(
    shop: Business, row: Tenant, before: set[str], change: dict
):
    backup = make(row)
    with platform_scope():
        Tenant.objects.filter(id=row.id).update(**change)
    with nothing_changes(shop.tenant), pytest.raises(RestoreImpossible):
        load(row, backup)
    assert catalog() == before
    with platform_scope():
        assert not Restoration.objects.exists()


def test_a_second_one_waits_for_the_end_of_the_first(shop: Business, row: Tenant):
    backup = make(row)
    load(row, backup)
    with pytest.raises(RestoreImpossible):
        load(row, backup)
    with archive_lock(row.id), pytest.raises(ArchiveBusy):
        swap(row)
    drop(row)


def test_it_stays_while_it_is_in_use(shop: Business, row: Tenant, settings):
    settings.BACKUP_ON_DEMAND_DAYS = 1
    backup = make(row)
    load(row, backup)
    make(row, at=SOME_DAY + timedelta(days=9))
    with platform_scope():
        assert Backup.objects.filter(id=backup.id).exists()
    drop(row)
    make(row, at=SOME_DAY + timedelta(days=10))
    with platform_scope():
        assert not Backup.objects.filter(id=backup.id).exists()


def test_of_a_release_that_is_not_known_it_is_refused(
    shop: Business, row: Tenant, before: set[str]
):
    with admin_connection() as admin:
        admin.execute(
            f"INSERT INTO {row.schema_name}.django_migrations (app, name, applied)"
            " VALUES ('journal', '9999_tomorrow', now())"
        )
    try:
        backup = make(row)
    finally:
        with admin_connection() as admin:
            admin.execute(
                f"DELETE FROM {row.schema_name}.django_migrations WHERE name = '9999_tomorrow'"
            )
    with platform_scope(), pytest.raises(ReleaseUnknown, match="9999_tomorrow"):
        restoration_load(tenant=row, backup=backup, at=LATER)
    assert catalog() == before


def test_of_an_older_release_it_is_brought_up_to_date(before: set[str]):
    newest = migrations(None)
    older = newest[:-2]
    with platform_scope():
        row = Tenant.objects.create(
            slug="old",
            name="Old",
            schema_name=new_schema_name(),
            wrapped_key=new_wrapped_key(),
            state="trial",
            created_at=SOME_DAY,
        )
        schema_shaped(row.ref(), older)
        with admin_connection() as admin:
            admin.execute(
                f"INSERT INTO {row.schema_name}.access_role (id, key, name, rights)"
                " VALUES (gen_random_uuid(), 'x', '{}', '[]')"
            )
        rows = sums(row.ref())
        backup = backup_make(tenant=row, kind=Backup.Kind.ON_DEMAND, at=SOME_DAY)
        restoration = restoration_load(tenant=row, backup=backup, at=LATER)
        assert migrations(restoration.schema_name) == older
        assert sums(row.ref(), restoration.schema_name) == rows
        restoration_swap(tenant=row, at=LATER)
        assert set(migrations(row.schema_name)) == set(newest)
        assert migrations(restoration.schema_name) == older
        assert sums(row.ref())["access_role"] == rows["access_role"]
        restoration_drop(tenant=row)
    assert catalog() - before == {row.schema_name, f"role:{row.schema_name}"}


def migrations(schema: str | None) -> list[tuple[str, str]]:
    """What a schema has; without one, what there is."""
    if schema is None:
        return [key for migration in recorded().migrations for key in migration.rows]
    with admin_connection() as admin:
        return admin.execute(
            f"SELECT app, name FROM {schema}.django_migrations ORDER BY id"
        ).fetchall()


@pytest.mark.parametrize(
    ("which", "number"),
    [
        ("latest", 2),
        ("2026-03-02T09:30", 0),
        ("2026-03-02T18:00+08:00", 1),
        ("id", 1),
        ("2026-03-01", None),
        ("0000", None),
        ("nonsense", None),
    ],
)
def test_a_backup_is_named_by_id_or_time(row: Tenant, which: str, number: int | None):
    hour = timedelta(hours=1)
    with platform_scope():
        made = [
            Backup.objects.create(
                tenant=row, kind="on_demand", state="done", started_at=SOME_DAY + n * hour
            )
            for n in range(3)
        ]
        Backup.objects.create(
            tenant=row, kind="on_demand", state="failed", started_at=SOME_DAY + 3 * hour
        )
        if number is None:
            with pytest.raises(RestoreImpossible):
                backup_chosen(tenant=row, which=which)
            return
        named = str(made[number].id) if which == "id" else which
        assert backup_chosen(tenant=row, which=named) == made[number]
