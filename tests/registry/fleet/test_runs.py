"""Releases as the owner sees them in the console: how far, who failed, and trying again."""

from typing import Any

import pytest

from kernel.jobs import registered
from kernel.tenancy import TenantRef, platform_scope
from registry.fleet.plan import UnknownTenants
from registry.fleet.releases import release
from registry.fleet.retry import RETRY
from registry.models import FleetLook, ReleaseRun
from tests.registry.fleet.conftest import Fleet
from tests.registry.fleet.rows import parcel, run
from tests.support.cast import cast, olga
from tests.support.graphql import Api

RELEASES = """
{ releases(first: 10) { totalCount edges { node {
  release state total done migrated failed pace error platform
  groups { migrations tenants restored blank } faults { slug migration error }
} } } }
"""
STANDING = """
{ fleetRelease { release lookWaitsSince
  failures { slug name migration error halfWay }
  look { release current behind ahead failed schemas { slug place halfWay kind } }
} }
"""
RETRY_IT = """
mutation { result: releaseRetry { __typename
  ... on ReleaseRetrySuccess { tenants } ... on UserError { code message }
} }
"""
EXAMINE = "mutation { result: fleetExamine { ... on FleetExamineSuccess { lookWaitsSince } } }"
UNIQUE = 'UniqueViolation: could not create unique index "parcel_weight_unique"'


@pytest.fixture(autouse=True)
def _before(fleet: Fleet) -> None:
    """The run that made the fleet is forgotten, and that somebody should look at it."""
    for table in ("registry_releaserun", "registry_fleetlook", "queue.procrastinate_jobs"):
        fleet.sql(f"DELETE FROM {table}")


def work(fleet: Fleet) -> list[str]:
    """Run what waits for a worker, as the platform; answers the names."""
    names = []
    for name, arguments in fleet.sql(
        "DELETE FROM queue.procrastinate_jobs WHERE task_name = ANY(%s)"
        " RETURNING task_name, args - '_scope'",
        ["registry.fleet_look", RETRY],
    ):
        names.append(name)
        with platform_scope():
            registered[name].run(**arguments)
    return names


def releases() -> list[dict[str, Any]]:
    found = olga().api.run(RELEASES)["releases"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


def standing() -> dict[str, Any]:
    return olga().api.run(STANDING)["fleetRelease"]


def retry() -> dict[str, Any]:
    return olga().api.run(RETRY_IT)["result"]


def test_a_run_is_seen_while_it_runs_and_afterwards(fleet: Fleet):
    assert releases() == []  # nothing was to be done
    fleet.blank()
    fleet.on_disk("column")
    seen: list[dict[str, Any]] = []
    fleet.migrate(progress=lambda done: seen.append(releases()[0]))
    first, (after,) = seen[0], releases()
    assert (first["state"], first["done"], first["total"], first["failed"]) == ("RUNNING", 1, 3, 0)
    assert first["pace"] > 0
    assert after["release"] == release()
    assert (after["state"], after["done"], after["migrated"], after["error"]) == ("DONE", 3, 3, "")
    assert after["groups"] == [
        {"migrations": ["releases.0002_note"], "tenants": 2, "restored": 0, "blank": 1}
    ]
    fleet.migrate()
    assert len(releases()) == 1


def test_one_that_was_killed_has_stopped(fleet: Fleet):
    fleet.on_disk("column")

    rows: list[ReleaseRun] = []

    def look(_: int) -> None:
        with platform_scope():
            rows.append(ReleaseRun.objects.get())

    fleet.migrate(progress=look)
    with platform_scope():
        rows[0].save()  # as it was when its process went
    assert releases()[0]["state"] == "STOPPED"
    fleet.migrate()
    with platform_scope():
        assert ReleaseRun.objects.get().state == ReleaseRun.State.STOPPED


def test_who_failed_is_named_and_tried_again(fleet: Fleet, alpha: TenantRef):
    for _ in range(2):
        parcel(alpha, "maya", weight=3)
    assert retry()["code"] == "NOTHING_TO_RETRY"
    fleet.on_disk("unique")
    fleet.migrate()
    (failed,) = releases()
    fault = {"slug": "alpha", "migration": "releases.0002_weight", "error": UNIQUE}
    assert (failed["state"], failed["failed"], failed["faults"]) == ("DONE", 1, [fault])
    behind = {**fault, "name": "alpha", "halfWay": False}
    assert standing()["failures"] == [behind]

    assert retry() == {"__typename": "ReleaseRetrySuccess", "tenants": 1}
    retry()  # a second click
    assert work(fleet).count(RETRY) == 1
    assert [each["failed"] for each in releases()] == [1, 1]
    run(
        alpha,
        "UPDATE releases_parcel SET weight = 4"
        " WHERE id = (SELECT min(id::text)::uuid FROM releases_parcel)",
    )
    retry()
    work(fleet)
    newest = releases()[0]
    assert (newest["total"], newest["migrated"], newest["failed"]) == (1, 1, 0)
    assert standing()["failures"] == []


def test_a_migration_that_is_half_done_is_told(fleet: Fleet, alpha: TenantRef):
    for _ in range(2):
        parcel(alpha, "maya", weight=3)
    fleet.on_disk("concurrent")
    failed = fleet.migrate().failed
    assert [one.of.slug for one in failed] == ["alpha"]
    (failure,) = standing()["failures"]
    assert (failure["slug"], failure["halfWay"]) == ("alpha", True)
    ask_and_look(fleet)
    (schema,) = standing()["look"]["schemas"]
    assert schema == {"slug": "alpha", "place": "failed", "halfWay": True, "kind": "TENANT"}


def ask_and_look(fleet: Fleet) -> None:
    api = olga().api
    asked = [api.run(EXAMINE)["result"]["lookWaitsSince"] for _ in range(2)]
    assert asked[0] == asked[1] == standing()["lookWaitsSince"]
    assert "registry.fleet_look" in work(fleet)
    assert standing()["lookWaitsSince"] is None


def test_after_a_release_a_worker_looks(fleet: Fleet):
    fleet.on_disk("column")
    fleet.migrate()
    assert work(fleet) == ["registry.fleet_look"]
    assert standing()["look"]["current"] == 2


def test_who_is_behind_is_seen_when_a_worker_has_looked(fleet: Fleet):
    assert standing()["look"] is None
    ask_and_look(fleet)
    assert standing()["look"] == {
        "release": release(), "current": 2, "behind": 0, "ahead": 0, "failed": 0, "schemas": [],
    }  # fmt: skip
    looked = release()
    fleet.on_disk("column")
    found = standing()
    assert found["release"] == release() != looked == found["look"]["release"]
    ask_and_look(fleet)
    look = standing()["look"]
    assert (look["behind"], look["release"]) == (2, release())
    assert [one["slug"] for one in look["schemas"]] == ["alpha", "beta"]


def test_one_that_was_refused_or_broke_says_why(fleet: Fleet, alpha: TenantRef):
    with pytest.raises(UnknownTenants):
        fleet.migrate(only=["gamma"])
    assert releases() == []
    fleet.on_disk("forked")
    fleet.migrate()
    (broken,) = releases()
    assert (broken["state"], broken["failed"]) == ("DONE", 2)
    assert "merge them" in broken["faults"][0]["error"]


def test_reading_never_writes(fleet: Fleet):
    fleet.on_disk("column")
    before = fleet.ledgers()
    for _ in range(2):
        releases(), standing()
    assert fleet.ledgers() == before
    with platform_scope():
        assert not ReleaseRun.objects.exists() and not FleetLook.objects.exists()


def test_for_owners_alone(fleet: Fleet, alpha: TenantRef):
    for document in (RELEASES, STANDING, RETRY_IT, EXAMINE):
        assert Api("platform.localhost").error_code(document) == "UNAUTHENTICATED"
        assert cast(alpha).ines.api.error_code(document) == "WRONG_HOST"
    with platform_scope():
        assert not FleetLook.objects.exists()
