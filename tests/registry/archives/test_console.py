"""Backups as the owner sees them: how far one is, why one failed, whether one was read whole."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kernel.tenancy import TenantRef, platform_scope
from registry.archives.backups import backup_make
from registry.archives.store import Store
from registry.archives.verifying import JOB
from registry.models import Backup, OwnerAction, Tenant
from tests.registry.archives.business import Business
from tests.registry.test_health import tenant
from tests.support.cast import cast, olga
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.ids import global_id
from tests.support.jobs import platform_jobs_run
from tests.support.stage import mutate

BACKUPS = """
{ fleetBackups { hour hours nights onDemandDays root signer
  served fresh never oldest making waiting failed
  underWay { name backup { id state share } } } }
"""
OF_ONE = """
query($id: ID!) { tenant(id: $id) {
  backups { state share error failure verifiedAt verifying broken } } }
"""
SHOWN = "backup { id verifying }"


def fleet() -> dict[str, Any]:
    return olga().api.run(BACKUPS)["fleetBackups"]


def of(row: Tenant) -> list[dict[str, Any]]:
    return olga().api.run(OF_ONE, {"id": global_id("Tenant", row.id)})["tenant"]["backups"]


def make(row: Tenant, **how: Any) -> Backup:
    with platform_scope():
        return backup_make(tenant=row, kind=Backup.Kind.ON_DEMAND, at=SOME_DAY, **how)


def test_its_share_is_seen_while_it_is_made(shop: Business, row: Tenant):
    api = olga().api
    mutate(api, "tenantBackup", {"tenantId": global_id("Tenant", row.id)})
    (waiting,) = fleet()["underWay"]
    assert (waiting["name"], waiting["backup"]["share"]) == ("alpha", None)
    assert (fleet()["waiting"], fleet()["making"]) == (1, 0)
    seen: list[dict[str, Any]] = []
    make(row, progress=lambda share: seen.append(of(row)[0]))
    assert seen[0]["state"] == "RUNNING" and 0 < seen[0]["share"] <= 1
    assert seen[-1]["share"] >= seen[0]["share"]
    done, dead = of(row)
    assert (done["state"], done["share"], done["failure"]) == ("DONE", 1, None)
    assert (dead["state"], dead["failure"]) == ("FAILED", "STOPPED")
    assert fleet()["underWay"] == []


def test_a_failure_says_where_to_look(shop: Business, row: Tenant, store: Path):
    store.mkdir(parents=True, exist_ok=True)
    (store / str(row.id)).write_bytes(b"in the way")
    with pytest.raises(OSError):  # noqa: PT011
        make(row)
    (failed,) = of(row)
    assert (failed["failure"], failed["error"]) == ("STORE", "NotADirectoryError")


def test_one_is_read_whole(shop: Business, row: Tenant):
    api, backup = olga().api, make(row)
    asked = [mutate(api, "backupVerify", {"backupId": str(backup.id)}, SHOWN) for _ in range(2)]
    assert asked[0] == asked[1] and asked[0]["backup"]["verifying"]
    assert platform_jobs_run(JOB) == [JOB]
    (good,) = of(row)
    assert (good["verifying"], good["broken"]) == (False, "") and good["verifiedAt"]
    with platform_scope():
        (action,) = OwnerAction.objects.filter(action="backupVerify")
        assert action.data == {"backup": str(backup.id)}
    table = Store(row.id).folder / str(backup.id) / "tables" / "orders_order.copy.gz"
    table.write_bytes(b"\0" + table.read_bytes()[1:])
    mutate(api, "backupVerify", {"backupId": str(backup.id)})
    platform_jobs_run(JOB)
    assert "not what was written" in of(row)[0]["broken"]


def test_what_cannot_be_read_is_refused(shop: Business, row: Tenant):
    api = olga().api
    with platform_scope():
        failed = Backup.objects.create(
            tenant=row, kind="nightly", state="failed", started_at=SOME_DAY
        )
    for id, code in ((failed.id, "ILLEGAL_MOVE"), (uuid4(), "NOT_FOUND"), ("x", "INVALID_INPUT")):
        assert mutate(api, "backupVerify", {"backupId": str(id)})["code"] == code
    with platform_scope():
        assert not OwnerAction.objects.filter(action="backupVerify").exists()
        assert Backup.objects.get().verify_asked_at is None
    assert platform_jobs_run(JOB) == []


def test_how_they_are_kept(shop: Business, row: Tenant, settings: Any):
    settings.BACKUP_HOUR, settings.BACKUP_NIGHTS, settings.BACKUP_ON_DEMAND_DAYS = 3, 9, 14
    found = fleet()
    assert (found["hour"], found["hours"], found["nights"], found["onDemandDays"]) == (3, 4, 9, 14)
    assert found["root"] == str(settings.BACKUP_ROOT) and len(found["signer"]) == 32
    assert (found["served"], found["fresh"], found["never"], found["oldest"]) == (2, 0, 2, None)


@pytest.mark.parametrize("extra", [1, 30])
def test_the_same_queries_for_any_number(extra: int, django_assert_num_queries):
    owner = olga()
    with platform_scope():
        for number in range(extra):
            made = tenant(f"extra{number}")
            Backup.objects.create(tenant=made, kind="nightly", started_at=SOME_DAY)
    # The session; the tenants, the backups, those under way; the look.
    with django_assert_num_queries(5):
        assert len(owner.api.run(BACKUPS)["fleetBackups"]["underWay"]) == extra


def test_for_owners_alone(alpha: TenantRef):
    verify = 'mutation { backupVerify(input: {backupId: "x"}) { __typename } }'
    for document in (BACKUPS, verify):
        assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
        assert cast(alpha).ines.api.error_code(document) == "WRONG_HOST"
