"""A release reaches every schema that is behind, and leaves the others alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from kernel.crypto import blind_index
from kernel.tenancy import TenantRef, TenantState, platform_scope, tenant_scope
from registry.fleet import schemas_known
from registry.fleet.migrate import Outcome
from registry.fleet.plan import UnknownTenants, fleet_plan
from registry.fleet.releases import release
from registry.fleet.status import Place, fleet_status, standings
from registry.models import Backup, BlankSchema, ReleaseFailure, Restoration, Tenant
from tests.registry.fleet.conftest import Fleet
from tests.registry.fleet.rows import codes, parcel, run, shape
from tests.support.database import SOME_DAY


def places() -> dict[str, Place]:
    """Where each schema stands, by its tenant's slug or by its own name."""
    return {one.of.slug or one.of.schema: one.place for one in standings(schemas_known())}


def failed(outcome: Outcome) -> list[tuple[str | None, str, str]]:
    return [(one.of.slug, one.migration, one.error) for one in outcome.failed]


def test_there_is_nothing_to_do(fleet: Fleet):
    before = fleet.ledgers()
    outcome = fleet.migrate()
    assert (outcome.migrated, outcome.failed, outcome.plan.groups) == (0, [], [])
    assert fleet.ledgers() == before
    assert places() == {"alpha": Place.CURRENT, "beta": Place.CURRENT}


def test_a_column_with_an_index(fleet: Fleet, alpha: TenantRef, beta: TenantRef):
    parcel(beta, "B")
    fleet.on_disk("column")
    assert set(places().values()) == {Place.BEHIND}
    seen: list[int] = []
    outcome = fleet.migrate(jobs=2, progress=seen.append)
    assert (outcome.migrated, outcome.failed, seen[-1]) == (2, [], 2)
    assert set(places().values()) == {Place.CURRENT}
    for tenant in (alpha, beta):
        assert fleet.ledger(tenant.schema) == {"0001_initial", "0002_note"}
        assert "parcel_weight" in str(shape(fleet.connect(), tenant.schema))
    assert run(beta, "SELECT note FROM releases_parcel") == [("",)]


def test_a_data_migration_reads_what_is_encrypted(fleet: Fleet, alpha: TenantRef, beta: TenantRef):
    parcel(alpha, "maya")
    parcel(beta, "tomas")
    fleet.on_disk("sealed")
    assert fleet.migrate(jobs=2).failed == []
    for tenant, code in ((alpha, "MAYA"), (beta, "TOMAS")):
        assert codes(tenant) == [code]
        with tenant_scope(tenant):
            wanted = blind_index("code", code)
        assert run(tenant, "SELECT code_index FROM releases_parcel") == [(wanted,)]


def test_the_result_is_that_of_django_tenants(fleet: Fleet, alpha: TenantRef, beta: TenantRef):
    """Several migrations in one transaction do what each does in its own."""
    for tenant in (alpha, beta):
        parcel(tenant, "a", 5)
        parcel(tenant, "b", 7)
    fleet.on_disk("mixed")
    assert fleet.migrate(only=["alpha"]).failed == []
    call_command("migrate_schemas", "--schema", beta.schema, verbosity=0)
    new = fleet.tenant("gamma")
    with fleet.connect() as admin:
        expected = shape(admin, beta.schema)
        assert shape(admin, alpha.schema) == expected
        assert shape(admin, new.schema) == expected
    for tenant in (alpha, beta):
        assert run(tenant, "SELECT text FROM releases_label ORDER BY id") == [("a 5",), ("b 7",)]
    assert set(places().values()) == {Place.CURRENT}


def test_a_new_table_is_its_own_tenant_s_alone(fleet: Fleet, alpha: TenantRef, beta: TenantRef):
    fleet.on_disk("mixed")
    fleet.migrate()
    statement = "SELECT count(*) FROM {}releases_label"
    assert run(alpha, statement.format("")) == [(0,)]
    assert run(alpha, "DELETE FROM releases_label") == []
    with pytest.raises(DatabaseError):
        run(alpha, statement.format(f'"{beta.schema}".'))


def test_a_tenant_that_fails_is_named_and_the_others_go_on(
    fleet: Fleet, alpha: TenantRef, beta: TenantRef
):
    gamma = fleet.tenant("gamma")
    for _ in range(2):
        parcel(alpha, "maya", weight=3)
    fleet.on_disk("unique")
    before = shape(fleet.connect(), alpha.schema)
    outcome = fleet.migrate()
    assert outcome.migrated == 2
    assert failed(outcome) == [
        (
            "alpha",
            "releases.0002_weight",
            'UniqueViolation: could not create unique index "parcel_weight_unique"',
        )
    ]
    assert shape(fleet.connect(), alpha.schema) == before
    assert fleet.ledger(alpha.schema) == {"0001_initial"}
    assert places() == {"alpha": Place.BEHIND, "beta": Place.CURRENT, "gamma": Place.CURRENT}
    assert fleet_status().counts("state") == {
        "trial": {"failed": 1, "current": 1},
        "active": {"current": 1},
    }

    run(
        alpha,
        "UPDATE releases_parcel SET weight = 4"
        " WHERE id = (SELECT min(id::text)::uuid FROM releases_parcel)",
    )
    assert fleet.migrate().failed == []
    assert fleet.ledger(alpha.schema) == fleet.ledger(gamma.schema)
    with platform_scope():
        assert not ReleaseFailure.objects.exists()


def test_what_a_data_migration_says_of_a_row_is_not_repeated(fleet: Fleet, alpha: TenantRef):
    parcel(alpha, "maya")
    fleet.on_disk("talkative")
    ((slug, migration, error),) = failed(fleet.migrate())
    assert (slug, migration) == ("alpha", "releases.0002_codes")
    assert error == "ValueError at tests/releases/talkative/0002_codes.py:7"
    with platform_scope():
        assert "maya" not in ReleaseFailure.objects.get().error


def test_a_plan_changes_nothing(fleet: Fleet, alpha: TenantRef):
    fleet.blank()
    parcel(alpha, "maya")
    fleet.on_disk("mixed")
    before = fleet.ledgers(), shape(fleet.connect(), alpha.schema), blanks()
    schemas = fleet.sql("SELECT nspname FROM pg_namespace ORDER BY 1")
    plan = fleet_plan()
    assert [len(group.schemas) for group in plan.groups] == [3]
    names = [migration.name for migration in plan.groups[0].release.migrations]
    assert names == ["releases.0002_heavier", "releases.0003_shapes", "releases.0004_again"]
    assert (fleet.ledgers(), shape(fleet.connect(), alpha.schema), blanks()) == before
    assert fleet.sql("SELECT nspname FROM pg_namespace ORDER BY 1") == schemas
    assert codes(alpha) == ["maya"]


def blanks() -> dict[str, str]:
    with platform_scope():
        return dict(BlankSchema.objects.values_list("schema_name", "release"))


def test_blank_schemas_follow(fleet: Fleet):
    blank, old = fleet.blank(), release()
    fleet.on_disk("mixed")
    assert blanks() == {blank.schema_name: old}
    fleet.migrate()
    assert blanks() == {blank.schema_name: release()} != {blank.schema_name: old}
    assert len(fleet.ledger(blank.schema_name)) == 4
    with platform_scope():
        BlankSchema.objects.update(release=old)  # the run was killed just before
    fleet.migrate()
    assert blanks() == {blank.schema_name: release()}


def test_a_blank_schema_claimed_meanwhile_is_migrated_as_its_tenant_s(fleet: Fleet):
    gamma, blank = fleet.tenant("gamma"), fleet.blank()
    parcel(replace(gamma, schema=blank.schema_name), "maya")
    fleet.on_disk("sealed")
    claimed = replace(gamma, schema=blank.schema_name)

    def claim(_: object) -> None:
        with platform_scope():
            Tenant.objects.filter(id=gamma.id).update(schema_name=blank.schema_name)
            blank.delete()

    assert fleet.migrate(planned=claim).failed == []
    assert codes(claimed) == ["MAYA"]
    assert places()["gamma"] == Place.CURRENT


@pytest.mark.parametrize("state", [Restoration.State.BESIDE, Restoration.State.SWAPPED])
def test_a_restored_schema_is_migrated_under_its_tenant_s_key(
    fleet: Fleet, alpha: TenantRef, state: Restoration.State
):
    beside = replace(alpha, schema=fleet.schema())
    parcel(beside, "maya")
    with platform_scope():
        tenant = Tenant.objects.get(id=alpha.id)
        backup = Backup.objects.create(tenant=tenant, kind=Backup.Kind.NIGHTLY, started_at=SOME_DAY)
        Restoration.objects.create(
            tenant=tenant,
            backup=backup,
            schema_name=beside.schema,
            state=state,
            started_at=SOME_DAY,
        )
    fleet.on_disk("sealed")
    outcome = fleet.migrate()
    assert (outcome.migrated, outcome.failed) == (3, [])
    assert codes(beside) == ["MAYA"]


@pytest.mark.parametrize("state", list(TenantState))
def test_every_state_but_erased_is_migrated(fleet: Fleet, state: TenantState):
    fleet.tenant("gamma", state=state)
    fleet.on_disk("column")
    plan = fleet.migrate().plan
    migrated = {one.slug for one in plan.schemas}
    assert migrated == {"alpha", "beta"} | ({"gamma"} - ({"gamma"} if state == "erased" else set()))


def test_a_tenant_being_prepared_counts_once_it_has_a_schema(fleet: Fleet):
    gamma = fleet.tenant("gamma", state=TenantState.PREPARING)
    assert "gamma" in places()
    with platform_scope():
        Tenant.objects.filter(id=gamma.id).update(schema_name="t_none_yet")
    assert "gamma" not in places()


def test_a_tenant_that_has_lost_its_schema_is_named(fleet: Fleet):
    gamma = fleet.tenant("gamma")
    with platform_scope():
        Tenant.objects.filter(id=gamma.id).update(schema_name="t_lost")
    fleet.on_disk("column")
    outcome = fleet.migrate()
    assert outcome.migrated == 2
    assert failed(outcome) == [("gamma", "", "it has no schema, or no ledger in it")]


def test_a_server_that_does_not_answer_fails_its_own_tenants_alone(fleet: Fleet, settings):
    with platform_scope():
        Tenant.objects.filter(slug="beta").update(server="elsewhere")
    fleet.on_disk("column")
    outcome = fleet.migrate()
    assert outcome.migrated == 1
    assert failed(outcome) == [("beta", "", "the server elsewhere does not answer")]


def test_only_some(fleet: Fleet):
    fleet.blank()
    fleet.on_disk("column")
    assert fleet.migrate(only=["beta"]).migrated == 1
    assert (places()["alpha"], places()["beta"]) == (Place.BEHIND, Place.CURRENT)
    before = fleet.ledgers()
    with pytest.raises(UnknownTenants, match="delta"):
        fleet.migrate(only=["alpha", "delta"])
    assert fleet.ledgers() == before


def test_schemas_that_are_ahead_are_left_alone(fleet: Fleet, alpha: TenantRef):
    fleet.on_disk("column")
    fleet.migrate(only=["alpha"])
    fleet.on_disk("mixed")  # which knows nothing of alpha's second
    before = shape(fleet.connect(), alpha.schema), fleet.ledgers()[alpha.schema]
    assert places() == {"alpha": Place.AHEAD, "beta": Place.BEHIND}
    outcome = fleet.migrate()
    assert (outcome.migrated, outcome.failed) == (1, [])
    assert (shape(fleet.connect(), alpha.schema), fleet.ledgers()[alpha.schema]) == before
    assert places() == {"alpha": Place.AHEAD, "beta": Place.CURRENT}


def test_a_hole_in_a_ledger_is_named(fleet: Fleet, alpha: TenantRef):
    fleet.on_disk("mixed")
    fleet.migrate()
    fleet.sql(f"DELETE FROM \"{alpha.schema}\".django_migrations WHERE name = '0002_heavier'")
    assert failed(fleet.migrate()) == [
        (
            "alpha",
            "",
            "releases.0003_shapes is applied, but releases.0002_heavier, on which it rests, is not",
        )
    ]


def test_a_table_in_use_is_waited_for_a_moment_and_again(fleet: Fleet, settings, alpha: TenantRef):
    settings.FLEET_LOCK_SECONDS = 0.05
    fleet.on_disk("column")
    with fleet.connect() as busy:
        busy.autocommit = False
        busy.execute(f'LOCK TABLE "{alpha.schema}".releases_parcel IN ACCESS SHARE MODE')
        outcome = fleet.migrate()
        assert outcome.migrated == 1
        assert failed(outcome) == [
            ("alpha", "", "its tables are in use: a transaction there does not end")
        ]
        assert fleet.ledger(alpha.schema) == {"0001_initial"}

    def let_go(done: int) -> None:
        busy.rollback()

    with fleet.connect() as busy:
        busy.autocommit = False
        busy.execute(f'LOCK TABLE "{alpha.schema}".releases_parcel IN ACCESS SHARE MODE')
        outcome = fleet.migrate(progress=let_go)
    assert (outcome.migrated, outcome.failed) == (1, [])


def test_a_tenant_that_is_being_moved_waits(fleet: Fleet, settings, alpha: TenantRef):
    settings.FLEET_LOCK_SECONDS = 0.01
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(moving_since=SOME_DAY + timedelta(days=1))
    fleet.on_disk("column")
    outcome = fleet.migrate()
    assert failed(outcome) == [("alpha", "", "its tenant is being moved to another server")]
    assert fleet.ledger(alpha.schema) == {"0001_initial"}
