"""Backups: made while everybody works, kept for a while, refused for one wrong byte."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.archives.backups import (
    AGAIN,
    NIGHT,
    TICK,
    BackupImpossible,
    backup_carry_out,
    backup_make,
    backup_verify,
    backups_due,
    backups_nightly,
)
from registry.archives.locks import ArchiveBusy, archive_lock
from registry.archives.refusals import ArchiveBroken
from registry.archives.restore import backup_chosen
from registry.archives.signing import UnknownSigner
from registry.archives.store import Store
from registry.models import Backup, OwnerAction, Tenant
from tests.registry.archives.business import Business, event_write, files_of, sums
from tests.support.cast import olga
from tests.support.database import SOME_DAY
from tests.support.factories import ZoneFactory
from tests.support.graphql import Refused
from tests.support.ids import global_id
from tests.support.stage import mutate

NIGHTLY, ON_DEMAND = Backup.Kind.NIGHTLY, Backup.Kind.ON_DEMAND
DAY = timedelta(days=1)


def make(row: Tenant, kind: Backup.Kind = ON_DEMAND, at=SOME_DAY, **how) -> Backup:
    with platform_scope():
        return backup_make(tenant=row, kind=kind, at=at, **how)


def verify(backup: Backup):
    with platform_scope():
        return backup_verify(backup)


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_a_backup_says_what_it_has(shop: Business, row: Tenant, store: Path):
    backup = make(row)
    manifest = verify(backup)
    found = {name: {"rows": t.rows, "sum": t.sum} for name, t in manifest.tables.items()}
    assert found == sums(shop.tenant)
    assert set(manifest.files) == set(files_of(shop.tenant)) != set()
    assert (backup.state, backup.error) == (Backup.State.DONE, "")
    assert backup.rows == sum(table.rows for table in manifest.tables.values())
    assert backup.finished_at is not None and backup.finished_at >= SOME_DAY
    content = b"".join(path.read_bytes() for path in store.rglob("*.json"))
    assert bytes(row.wrapped_key) not in content
    assert manifest.tenant.currency == "CNY"


def test_everybody_works_on_meanwhile(shop: Business, row: Tenant, beta: TenantRef):
    before, written = sums(shop.tenant), []

    def work(share: float) -> None:
        for tenant in (shop.tenant, beta):
            with tenant_scope(tenant), transaction.atomic():
                ZoneFactory()
                event_write(tenant, len(written) + 1)
        written.append(share)

    manifest = verify(make(row, progress=work))
    after = sums(shop.tenant)
    tables = ("places_zone", "journal_event")
    kept = [manifest.tables[name].rows - before[name]["rows"] for name in tables]
    done = [after[name]["rows"] - before[name]["rows"] for name in tables]
    # The zones are read long after the events, and are of the same moment all the same.
    assert kept[0] == kept[1] < done[0] == done[1] == len(written)
    assert written == sorted(written) and 0 < written[-1] <= 1


def test_media_that_is_the_same_is_kept_once(shop: Business, row: Tenant, store: Path):
    make(row)
    files = {path: path.stat().st_ino for path in (store / str(row.id) / "files").glob("*/*")}
    again = make(row, at=SOME_DAY + DAY)
    after = {path: path.stat().st_ino for path in (store / str(row.id) / "files").glob("*/*")}
    assert files == after != {}
    assert set(verify(again).files) == set(files_of(shop.tenant))


def parts(backup: Backup) -> dict[str, Path]:
    """A file of each kind that a backup consists of."""
    folder = Store(backup.tenant_id).folder
    own = folder / str(backup.id)
    return {
        "manifest": own / "manifest.json",
        "signature": own / "signature.json",
        "table": own / "tables" / "orders_order.copy.gz",
        "empty table": own / "tables" / "access_phonecode.copy.gz",
        "media": next((folder / "files").glob("*/*")),
    }


@pytest.mark.parametrize("part", ["manifest", "signature", "table", "empty table", "media"])
@pytest.mark.parametrize("place", [0, 9, -1])
def test_one_flipped_byte_is_refused(shop: Business, row: Tenant, part: str, place: int):
    backup = make(row)
    flip(parts(backup)[part], place)
    with pytest.raises((ArchiveBroken, UnknownSigner)):
        verify(backup)


def test_media_that_has_rotted_is_copied_anew(shop: Business, row: Tenant):
    backup = make(row)
    flip(parts(backup)["media"], 9)
    with pytest.raises(ArchiveBroken):
        verify(backup)
    verify(make(row, at=SOME_DAY + DAY))
    verify(backup)  # it is the same file


@pytest.mark.parametrize("part", ["manifest", "signature", "table", "media"])
def test_what_is_missing_is_refused(shop: Business, row: Tenant, part: str):
    backup = make(row)
    parts(backup)[part].unlink()
    with pytest.raises(ArchiveBroken):
        verify(backup)


def test_what_is_too_many_is_refused(shop: Business, row: Tenant):
    backup = make(row)
    parts(backup)["table"].with_name("more.copy.gz").write_bytes(b"")
    with pytest.raises(ArchiveBroken):
        verify(backup)


def test_another_backup_under_its_name_is_refused(shop: Business, row: Tenant):
    one, other = make(row), make(row, at=SOME_DAY + DAY)
    folder = Store(row.id).folder
    (folder / str(one.id)).rename(folder / "aside")
    (folder / str(other.id)).rename(folder / str(one.id))
    with pytest.raises(ArchiveBroken):
        verify(one)


def test_rotated_master_keys_keep_old_backups_good(shop: Business, row: Tenant, settings):
    backup = make(row)
    old, new = settings.MASTER_KEYS, ["bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="]
    signer = Store(row.id).open(backup.id)
    settings.MASTER_KEYS = [*new, *old]
    assert verify(backup) == signer.manifest
    settings.MASTER_KEYS = new
    with pytest.raises(UnknownSigner) as unknown:
        verify(backup)
    settings.TRUSTED_SIGNERS = [str(unknown.value).split()[4].rstrip(",")]
    assert verify(backup) == signer.manifest


def test_a_failure_is_on_record_and_can_be_tried_again(shop: Business, row: Tenant, store: Path):
    store.mkdir(parents=True, exist_ok=True)
    (store / str(row.id)).write_bytes(b"in the way")
    with pytest.raises(OSError):  # noqa: PT011
        make(row)
    with platform_scope():
        failed = Backup.objects.get()
        assert (failed.state, failed.error) == (Backup.State.FAILED, "NotADirectoryError")
        (store / str(row.id)).unlink()
        backup_carry_out(backup_id=failed.id, at=SOME_DAY)
        failed.refresh_from_db()
        assert (failed.state, failed.error) == (Backup.State.DONE, "")
    verify(failed)


def test_what_was_stopped_is_no_backup(shop: Business, row: Tenant, store: Path):
    with platform_scope():
        stopped = Backup.objects.create(tenant=row, kind=ON_DEMAND, started_at=SOME_DAY)
    Store(row.id).begin(stopped.id)
    backup = make(row, at=SOME_DAY + DAY)
    with platform_scope():
        stopped.refresh_from_db()
    assert (stopped.state, stopped.error) == (Backup.State.FAILED, "stopped half-way")
    assert {path.name for path in (store / str(row.id)).iterdir()} == {"files", str(backup.id)}


def test_two_at_once_are_one_too_many(shop: Business, row: Tenant):
    with archive_lock(row.id), pytest.raises(ArchiveBusy):
        make(row)
    with platform_scope():
        assert not Backup.objects.exists()


@pytest.mark.parametrize("state", [TenantState.ERASED, TenantState.PREPARING])
def test_what_has_no_rows_has_no_backup(shop: Business, row: Tenant, state: TenantState):
    row.state = state
    with pytest.raises(BackupImpossible):
        make(row)
    with platform_scope():
        assert not Backup.objects.exists()


def test_the_oldest_go_and_media_with_them(shop: Business, row: Tenant, store: Path, settings):
    settings.BACKUP_NIGHTS, settings.BACKUP_ON_DEMAND_DAYS = 2, 3
    asked = make(row)
    lost = next(iter(files_of(shop.tenant)))
    Path(django_settings.MEDIA_ROOT, shop.tenant.label, lost).unlink()
    nights = [make(row, NIGHTLY, at=SOME_DAY + number * DAY) for number in range(1, 5)]
    with platform_scope():
        kept = list(Backup.objects.values_list("id", flat=True))
    assert kept == [nights[3].id, nights[2].id]
    folder = store / str(row.id)
    assert {path.name for path in folder.iterdir()} == {"files", *(str(id) for id in kept)}
    assert asked.id not in kept
    sha256s = {facts.sha256 for id in kept for facts in verify(_backup(id)).files.values()}
    assert {path.name for path in (folder / "files").glob("*/*")} == sha256s


def _backup(id: UUID) -> Backup:
    with platform_scope():
        return Backup.objects.get(id=id)


def test_each_has_its_time_of_night_once(shop: Business, row: Tenant, settings):
    settings.BACKUP_HOUR = 0
    midnight = (SOME_DAY + DAY).replace(hour=0, minute=0)

    def due(at) -> bool:
        with platform_scope():
            turns = {tenant.id: turn for tenant, turn in backups_due(at=at)}
        assert at <= turns.get(row.id, at) <= at + TICK
        return row.id in turns

    assert not due(midnight - TICK)  # it is new, and its first night is to come
    assert due(midnight + NIGHT)
    make(row, NIGHTLY, at=midnight + NIGHT)
    assert not due(midnight + NIGHT + AGAIN * 2)
    assert due(midnight + NIGHT + DAY)
    with platform_scope():
        Backup.objects.create(
            tenant=row, kind=NIGHTLY, state="failed", started_at=midnight + NIGHT + DAY
        )
    assert not due(midnight + NIGHT + DAY + AGAIN / 2)
    assert due(midnight + NIGHT + DAY + AGAIN)
    with platform_scope():
        Tenant.objects.filter(id=row.id).update(state="suspended")
    assert not due(midnight + NIGHT + DAY + AGAIN)


def test_they_do_not_all_come_at_once(shop: Business, row: Tenant, beta: TenantRef, settings):
    settings.BACKUP_HOUR = 0
    midnight = (SOME_DAY + DAY).replace(hour=0, minute=0)
    ticks = [midnight + TICK * number for number in range(-1, NIGHT // TICK)]
    with platform_scope():
        turns = {}
        for tick in ticks:
            for tenant, turn in backups_due(at=tick):
                turns.setdefault(tenant.id, turn)
    assert {row.id, beta.id} <= set(turns) and turns[row.id] != turns[beta.id]
    assert all(midnight <= turn < midnight + NIGHT for turn in turns.values())


def test_a_worker_makes_those_that_are_due(shop: Business, row: Tenant, carry_out: Callable):
    with platform_scope():
        backups_nightly(at=SOME_DAY + 2 * DAY)
        backups_nightly(at=SOME_DAY + 2 * DAY)
    carry_out()
    with platform_scope():
        made = Backup.objects.filter(tenant=row).get()
    assert (made.kind, made.state) == (NIGHTLY, Backup.State.DONE)


BACKUPS = "query($id: ID!) { tenant(id: $id) { backups { id kind state rows bytes error } } }"


def test_an_owner_asks_for_one_and_sees_how_it_goes(
    shop: Business, row: Tenant, carry_out: Callable
):
    api, id = olga().api, global_id("Tenant", row.id)
    asked = [mutate(api, "tenantBackup", {"tenantId": id}, "backup { id state }") for _ in range(2)]
    assert asked[0] == asked[1]  # under way already
    assert asked[0]["backup"]["state"] == "RUNNING"
    carry_out()
    (shown,) = api.run(BACKUPS, {"id": id})["tenant"]["backups"]
    with platform_scope():
        backup = Backup.objects.get()
        assert backup_chosen(tenant=row, which=shown["id"]) == backup
    assert shown == {
        "id": asked[0]["backup"]["id"],
        "kind": "ON_DEMAND",
        "state": "DONE",
        "rows": backup.rows,
        "bytes": backup.bytes,
        "error": "",
    }
    with platform_scope():
        action = OwnerAction.objects.get(action="tenantBackup")
    assert (action.tenant_id, action.data) == (row.id, {"backup": shown["id"]})


def test_of_an_erased_tenant_there_is_none(shop: Business, row: Tenant):
    with platform_scope():
        Tenant.objects.filter(id=row.id).update(state="erased")
    input = {"tenantId": global_id("Tenant", row.id)}
    assert mutate(olga().api, "tenantBackup", input)["code"] == "ILLEGAL_MOVE"
    with platform_scope():
        assert not Backup.objects.exists() and not OwnerAction.objects.exists()


def test_only_an_owner_may_ask(shop: Business, row: Tenant):
    with pytest.raises(Refused):
        mutate(shop.people.ines.api, "tenantBackup", {"tenantId": global_id("Tenant", row.id)})
    with platform_scope():
        assert not Backup.objects.exists()
