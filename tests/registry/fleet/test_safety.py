"""What would lock or rewrite a large table is flagged before it runs."""

import pytest

from kernel.tenancy import TenantRef
from registry.fleet.migrate import LocksRefused
from registry.fleet.plan import fleet_plan
from registry.fleet.releases import RecordedMigration, Sql, recorded
from registry.fleet.safety import LARGE_TABLE_ROWS, findings_of, not_initial
from tests.registry.fleet.conftest import Fleet
from tests.registry.fleet.rows import parcel, shape


def migration(*statements: str, atomic: bool = True) -> RecordedMigration:
    return RecordedMigration(
        key=("releases", "0002_x"),
        atomic=atomic,
        module="tests.releases.unsafe.0002_wider",
        steps=tuple(Sql(statement) for statement in statements),
        tables=(),
        gone=(),
        rows=(("releases", "0002_x"),),
    )


def rules(*statements: str, atomic: bool = True) -> set[tuple[str, str]]:
    """The rules that statements break, with the tables that they break them on."""
    found = findings_of([migration(*statements, atomic=atomic)])
    return {(finding.rule, " ".join(sorted(finding.tables))) for finding in found}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('ALTER TABLE "a" ALTER COLUMN "x" TYPE bigint USING "x"::bigint', "changing-column-type"),
        ('ALTER TABLE "a" ALTER COLUMN "x" SET NOT NULL', "adding-not-nullable-field"),
        (
            'ALTER TABLE "a" ADD COLUMN "x" uuid DEFAULT gen_random_uuid()',
            "adding-field-with-default",
        ),
        ('CREATE INDEX "i" ON "a" ("x")', "require-concurrent-index-creation"),
        (
            'CREATE UNIQUE INDEX "i" ON ONLY a USING btree ("x")',
            "require-concurrent-index-creation",
        ),
        ('ALTER TABLE ONLY "a" ADD CONSTRAINT "c" UNIQUE ("x")', "disallowed-unique-constraint"),
        ('ALTER TABLE "a" ADD CONSTRAINT "c" CHECK ("x" > 0)', "constraint-missing-not-valid"),
        ('ALTER TABLE "a" FROBNICATE', "syntax-error"),
    ],
)
def test_what_locks_or_rewrites_is_flagged(statement: str, expected: str):
    harmless = 'ALTER TABLE "b" ADD COLUMN "y" varchar(10) DEFAULT \'y\' NOT NULL'
    assert (expected, "a") in rules(harmless, f"{statement} -- a comment", harmless)


def test_both_tables_of_a_foreign_key_are_named():
    statement = 'ALTER TABLE "a" ADD CONSTRAINT "k" FOREIGN KEY ("x") REFERENCES "b" ("id")'
    assert ("adding-foreign-key-constraint", "a b") in rules(statement)


def test_what_does_not_is_not():
    assert not rules(
        'ALTER TABLE "a" ADD COLUMN "y" varchar(10) DEFAULT \'y\' NOT NULL',
        'ALTER TABLE "a" ALTER COLUMN "y" DROP DEFAULT',
        'ALTER TABLE "a" DROP COLUMN "z" CASCADE',
        'ALTER TABLE "a" RENAME COLUMN "v" TO "w"',
        'CREATE TABLE "n" ("id" integer PRIMARY KEY, "t" timestamp)',
        'CREATE INDEX "i" ON "n" ("t")',
        'ALTER TABLE "n" ADD COLUMN "b" uuid NULL CONSTRAINT "f" REFERENCES "b" ("id")',
        'DROP TABLE "o"',
        "SET CONSTRAINTS ALL IMMEDIATE; UPDATE a SET y = 'x' WHERE y IS NULL",
    )
    assert not rules('CREATE INDEX CONCURRENTLY "i" ON "a" ("x")', atomic=False)


def test_the_product_s_own_migrations_answer_for_what_they_do(fleet: Fleet):
    fleet.on_disk("migrations")
    found = findings_of(not_initial(recorded()))
    assert [one for one in found if not one.safe_because] == []


def test_a_large_table_needs_a_yes(fleet: Fleet, alpha: TenantRef, beta: TenantRef):
    parcel(alpha, "maya")
    fill(fleet, beta, LARGE_TABLE_ROWS + 1)
    fleet.on_disk("unsafe")
    ((finding, table),) = fleet_plan().flagged.items()
    assert (finding.migration, finding.rule) == ("releases.0002_wider", "changing-column-type")
    assert table and (table.schema, table.name) == (beta.schema, "releases_parcel")
    assert table.rows > LARGE_TABLE_ROWS
    before = [shape(fleet.connect(), tenant.schema) for tenant in (alpha, beta)]
    with pytest.raises(LocksRefused, match=r"releases\.0002_wider"):
        fleet.migrate()
    assert [shape(fleet.connect(), tenant.schema) for tenant in (alpha, beta)] == before
    assert fleet.migrate(accept_locks=True).migrated == 2


@pytest.mark.parametrize("analyzed", [False, True])
def test_a_small_table_does_not(fleet: Fleet, beta: TenantRef, analyzed: bool):
    fill(fleet, beta, 1000)
    if analyzed:
        fleet.sql(f'ANALYZE "{beta.schema}".releases_parcel')
    fleet.on_disk("unsafe")
    ((_, table),) = fleet_plan().flagged.items()
    assert table and 500 < table.rows < 3000
    assert fleet.migrate().migrated == 2


def test_a_migration_that_answers_needs_none(fleet: Fleet, beta: TenantRef):
    fill(fleet, beta, LARGE_TABLE_ROWS + 1)
    fleet.on_disk("answered")
    ((finding, _),) = fleet_plan().flagged.items()
    assert finding.safe_because == "nobody keeps parcels for long"
    assert fleet.migrate().migrated == 2


def fill(fleet: Fleet, tenant: TenantRef, count: int) -> None:
    """As many parcels as told, of no code."""
    parcel(tenant, "tomas")
    name = f'"{tenant.schema}"'
    fleet.sql(
        f"INSERT INTO {name}.releases_parcel (id, code, weight, shelf_id)"
        f" SELECT gen_random_uuid(), '', 1, (SELECT id FROM {name}.releases_shelf)"
        f" FROM generate_series(2, {count})"
    )
