"""A release is recorded from a real run, and makes new schemas as Django would."""

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from kernel.tenancy import tenant_scope
from registry.fleet.releases import (
    Key,
    Python,
    ReleaseBroken,
    Sql,
    WrongAlias,
    on_disk,
    recorded,
    release,
)
from tests.registry.fleet.conftest import Fleet
from tests.registry.fleet.rows import codes, parcel, shape

pytestmark = pytest.mark.usefixtures("only_one_about_roles")


def having(*names: str) -> frozenset[Key]:
    """What a schema has that has these of the tests' own migrations, and all others."""
    others = {key for key in on_disk()[0] if key[0] != "releases"}
    return frozenset(others | {("releases", name) for name in names})


@pytest.mark.parametrize("package", ["mixed", "concurrent"])
def test_a_new_schema_is_what_django_tenants_makes(fleet: Fleet, package: str):
    """Data migrations, looked-up names, indexes made concurrently: all of it from nothing."""
    fleet.on_disk(package)
    ours, theirs = fleet.tenant("ours"), fleet.tenant("theirs")
    with (
        tenant_scope(theirs),
        transaction.atomic(using="owner"),  # nobody sees a role of nothing, and clears it away
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(f'DROP SCHEMA "{theirs.schema}" CASCADE')
        cursor.execute(f'CREATE SCHEMA "{theirs.schema}"')
        cursor.execute(f'GRANT USAGE ON SCHEMA "{theirs.schema}" TO "{theirs.schema}"')
    call_command("migrate_schemas", "--schema", theirs.schema, verbosity=0)
    with fleet.connect() as admin:
        assert shape(admin, ours.schema) == shape(admin, theirs.schema)
    assert fleet.ledger(ours.schema) == fleet.ledger(theirs.schema)


def test_a_data_migration_does_not_stop_an_onboarding(fleet: Fleet):
    fleet.on_disk("sealed")
    gamma = fleet.tenant("gamma")
    parcel(gamma, "maya")
    assert codes(gamma) == ["maya"]


def test_what_is_lacking_is_recorded_in_order_and_leaves_nothing(fleet: Fleet):
    schemas = fleet.sql("SELECT nspname FROM pg_namespace ORDER BY 1")
    fleet.on_disk("mixed")
    lacking = recorded(having("0001_initial"))
    assert fleet.sql("SELECT nspname FROM pg_namespace ORDER BY 1") == schemas
    heavier, shapes, again = lacking.migrations
    assert [one.name for one in lacking.migrations] == [
        "releases.0002_heavier",
        "releases.0003_shapes",
        "releases.0004_again",
    ]
    assert {type(step) for step in heavier.steps} == {Python}
    assert {type(step) for step in shapes.steps} == {Sql}
    assert set(shapes.gone) == {"releases_shelf"}
    assert set(shapes.tables) == {"releases_label", "releases_parcel_shelves", "releases_rack"}
    assert type(again.steps[0]) is Python
    assert not again.tables


def test_the_digest_is_of_the_migrations_there_are(fleet: Fleet):
    first = release()
    fleet.on_disk("column")
    second = release()
    fleet.on_disk("first")
    assert (len(second), second != first, release()) == (32, True, first)


def test_a_data_migration_must_ask_the_owner_s_connection(fleet: Fleet):
    fleet.on_disk("naive")
    before = fleet.ledgers()
    with pytest.raises(WrongAlias, match="using"):
        fleet.migrate()
    with pytest.raises(WrongAlias):
        fleet.schema()
    assert fleet.ledgers() == before


def test_a_history_with_a_hole_is_refused(fleet: Fleet):
    fleet.on_disk("column")
    with pytest.raises(ReleaseBroken, match=r"0002_note is applied, but releases\.0001_initial"):
        recorded(having("0002_note"))


def test_two_last_migrations_are_refused(fleet: Fleet):
    fleet.on_disk("forked")
    before = fleet.ledgers()
    outcome = fleet.migrate()
    assert {one.error for one in outcome.failed} == {
        "releases has two last migrations, 0002_left and 0002_right: merge them"
    }
    assert fleet.ledgers() == before


def test_squashed_migrations_are_the_same_as_their_parts(fleet: Fleet):
    """Who has all parts gets a line in the ledger, who has some the rest, a new one the whole."""
    fleet.on_disk("mixed")
    whole, part = fleet.tenant("whole"), fleet.tenant("part")
    quoted = f'"{part.schema}"'
    fleet.sql(f"DELETE FROM {quoted}.django_migrations WHERE name = '0004_again'")
    fleet.sql(f"ALTER TABLE {quoted}.releases_rack DROP COLUMN floor")
    fleet.sql(f"ALTER TABLE {quoted}.releases_parcel ADD COLUMN code_index bytea")
    fleet.on_disk("squashed")
    assert fleet.migrate().failed == []
    new = fleet.tenant("new")
    for tenant in (whole, part, new):
        assert fleet.ledger(tenant.schema) == {
            "0001_initial",
            "0002_all",
            "0002_heavier",
            "0003_shapes",
            "0004_again",
        }
    assert fleet.migrate().plan.groups == []
    with fleet.connect() as admin:
        assert shape(admin, new.schema) == shape(admin, whole.schema)
