"""The doctor finds each thing that can be wrong, mends what is safe, and leaves rows alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY
from psycopg import sql
from pytest_django import Settings

from kernel import clock
from kernel.jobs import registered
from kernel.tenancy import MAIN, TenantRef, platform_scope, tenant_scope
from registry.archives.locks import archive_lock
from registry.database import OWNER_ALIAS
from registry.fleet.doctor import Finding, Kind, findings, mended
from registry.fleet.pool import blank_make
from registry.models import Backup, BlankSchema, Domain, Move, Tenant
from registry.schemas import new_schema_name, schema_create, schema_drop
from tenants.brand.models import Settings as Brand
from tests.registry.conftest import catalog
from tests.support.database import SOME_DAY, admin_connection

pytestmark = pytest.mark.usefixtures("only_one_about_roles")


@pytest.fixture(autouse=True)
def _backed_up(before: set[str], settings: Settings) -> Iterator[None]:
    """Last night's backups are there, and there is one server."""
    settings.DATABASE_SERVERS = {}
    backed_up()
    yield
    connections[OWNER_ALIAS].close()


def backed_up() -> None:
    with platform_scope():
        Backup.objects.bulk_create(
            Backup(
                tenant=tenant,
                kind=Backup.Kind.NIGHTLY,
                state=Backup.State.DONE,
                started_at=clock.now(),
                finished_at=clock.now(),
            )
            for tenant in Tenant.objects.filter(backups=None)
        )


@pytest.fixture
def delta(gamma: TenantRef) -> TenantRef:
    """A tenant whose role no other worker takes: those of alpha and beta are the whole server's."""
    backed_up()
    return gamma


def found(*kinds: Kind) -> list[Finding]:
    """What is found, of these kinds; roles of other databases' tests are none of ours."""
    seen = [one for one in findings(at=clock.now()) if one.kind != Kind.ORPHAN_ROLE]
    if kinds:
        assert {one.kind for one in seen} <= {*kinds}
    return seen


def only(kind: Kind) -> Finding:
    (one,) = found(kind)
    return one


def admin(statement: str, *names: str) -> None:
    """Say it as the superuser; each {} is the name of something."""
    with admin_connection() as connection:
        connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def owner(statement: str, *names: str) -> None:
    """Say it as the owner, who has made everything."""
    with platform_scope(), connections[OWNER_ALIAS].cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def test_a_healthy_fleet_has_nothing_wrong():
    blank_make(server=MAIN, at=SOME_DAY)
    assert found() == []


GRANTS: dict[str, tuple[Callable[..., None], str]] = {
    "a right too many": (owner, "GRANT TRUNCATE ON {0}.orders_order TO {0}"),
    "a right too few": (owner, "REVOKE INSERT ON {0}.orders_order FROM {0}"),
    "a log that can be changed": (owner, "GRANT UPDATE ON {0}.journal_event TO {0}"),
    "a ledger that can be read": (owner, "GRANT SELECT ON {0}.django_migrations TO {0}"),
    "a table for everybody": (owner, "GRANT SELECT ON {0}.brand_settings TO PUBLIC"),
    "a table for the login": (owner, "GRANT SELECT ON {0}.brand_settings TO daiqu_app"),
    "a schema for everybody": (owner, "GRANT USAGE ON SCHEMA {0} TO PUBLIC"),
    "a schema to make things in": (owner, "GRANT CREATE ON SCHEMA {0} TO {0}"),
    "a schema shut": (owner, "REVOKE USAGE ON SCHEMA {0} FROM {0}"),
    "inherited rights": (owner, "GRANT {0} TO daiqu_app WITH INHERIT TRUE"),
    "a role that cannot be taken": (owner, "GRANT {0} TO daiqu_app WITH SET FALSE"),
    "a role to give on": (owner, "GRANT {0} TO daiqu_app WITH ADMIN TRUE"),
    "no membership": (owner, "REVOKE {0} FROM daiqu_app"),
    "a member too many": (owner, "GRANT {0} TO daiqu_platform"),
    "a role that logs in": (admin, "ALTER ROLE {0} LOGIN"),
}  # fmt: skip


@pytest.mark.parametrize("what", GRANTS)
def test_grants_that_drifted_are_granted_anew(delta: TenantRef, what: str):
    say, statement = GRANTS[what]
    say(statement, delta.schema)
    one = only(Kind.GRANTS)
    assert delta.schema in one.where and "gamma" in one.where and MAIN in one.where
    assert mended(one) is None
    assert found() == []
    with tenant_scope(delta):
        assert Brand.objects.get().currency == "GBP"


def test_every_night_what_drifted_is_told_and_left_as_it_is(alpha: TenantRef):
    blank_make(server=MAIN, at=clock.now())
    owner("GRANT SELECT ON {0}.brand_settings TO PUBLIC", alpha.schema)

    def examined() -> float | None:
        with platform_scope():
            registered["registry.examine"].run()
        return REGISTRY.get_sample_value("daiqu_findings", {"kind": Kind.GRANTS})

    assert [examined(), examined()] == [1, 1]
    assert mended(only(Kind.GRANTS)) is None
    assert examined() == 0


def test_one_tenants_role_in_anothers_is_taken_out(delta: TenantRef):
    blank = blank_make(server=MAIN, at=SOME_DAY)
    owner("GRANT {0} TO {1}", blank, delta.schema)
    wheres = {one.where: one for one in found(Kind.GRANTS)}
    assert len(wheres) == 2  # the one is a member, the other has one
    for one in wheres.values():
        assert mended(one) is None
    assert found() == []


def test_a_blank_schemas_grants_count_too():
    schema = blank_make(server=MAIN, at=SOME_DAY)
    owner("GRANT SELECT ON {0}.brand_settings TO PUBLIC", schema)
    assert schema in only(Kind.GRANTS).where
    assert mended(only(Kind.GRANTS)) is None
    assert found() == []


def test_a_role_that_is_gone_is_made_again(alpha: TenantRef):
    schema = blank_make(server=MAIN, at=SOME_DAY)
    admin("DROP OWNED BY {0}", schema)
    admin("DROP ROLE {0}", schema)
    assert "its role is not there" in only(Kind.GRANTS).what
    assert mended(only(Kind.GRANTS)) is None
    assert found() == []


def test_what_a_superuser_did_is_named_and_stays(delta: TenantRef):
    admin("GRANT {0} TO daiqu_platform GRANTED BY postgres", delta.schema)
    try:
        one = only(Kind.GRANTS)
        mended(one)
        assert only(Kind.GRANTS) == one
    finally:
        admin("REVOKE {0} FROM daiqu_platform GRANTED BY postgres", delta.schema)


def test_a_tenant_that_is_moved_may_lack_its_rights(alpha: TenantRef):
    owner("REVOKE INSERT ON {0}.orders_order FROM {0}", alpha.schema)
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(moving_since=SOME_DAY)
    with archive_lock(alpha.id):
        assert found() == []
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(moving_since=None)
    assert mended(only(Kind.GRANTS)) is None


def test_a_move_that_is_dead_is_ended(alpha: TenantRef):
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(moving_since=SOME_DAY)
        tenant = Tenant.objects.get(id=alpha.id)
        Move.objects.create(tenant=tenant, source=MAIN, target="second", started_at=SOME_DAY)
    owner("REVOKE INSERT ON {0}.orders_order FROM {0}", alpha.schema)
    one = only(Kind.MOVE)
    assert one.where == "alpha" and "fleet move alpha --to second" in one.how
    assert mended(one) is None
    with platform_scope():
        assert Tenant.objects.get(id=alpha.id).moving_since is None
    left = only(Kind.MOVE)  # the grants are back, and the move itself is to be run again
    assert left.mend is None and "fleet move alpha" in left.how


def orphan(*, rows: int) -> str:
    schema = new_schema_name()
    schema_create(schema)
    for number in range(rows):
        admin(
            "INSERT INTO {0}.access_role (id, key, name, rights)"
            f" VALUES (gen_random_uuid(), 'r{number}', '{{{{}}}}', '{{{{}}}}')",
            schema,
        )
    return schema


def test_an_empty_schema_of_nobodys_is_dropped(before: set[str]):
    schema = orphan(rows=0)
    one = only(Kind.ORPHAN)
    assert schema in one.where
    assert mended(one) is None
    assert found() == [] and catalog() == before


def test_a_schema_of_nobodys_with_rows_is_only_named():
    schema = orphan(rows=1)
    one = only(Kind.ORPHAN)
    assert schema in one.where and one.mend is None
    assert f"role:{schema}" in catalog()


def test_an_orphan_that_becomes_somebodys_is_not_dropped():
    schema = orphan(rows=0)
    one = only(Kind.ORPHAN)
    with platform_scope():
        BlankSchema.objects.create(schema_name=schema, release="x", made_at=SOME_DAY)
    assert mended(one) is None
    assert schema in catalog()


def test_a_role_without_a_schema_is_dropped():
    role = new_schema_name()
    owner("CREATE ROLE {0} NOLOGIN", role)
    (one,) = [one for one in findings(at=clock.now()) if role in one.where]
    assert one.kind == Kind.ORPHAN_ROLE
    assert mended(one) is None
    assert f"role:{role}" not in catalog()


def test_a_schema_that_is_not_ours_is_not_judged():
    admin("CREATE SCHEMA {0}", "t_of_somebody")
    try:
        assert found() == []
    finally:
        admin("DROP SCHEMA {0}", "t_of_somebody")


def tenant_row(slug: str, *, state: str, at: Any = SOME_DAY) -> Tenant:
    with platform_scope():
        tenant = Tenant(
            slug=slug,
            name=slug,
            schema_name=new_schema_name(),
            state=state,
            wrapped_key=b"",
            created_at=at,
        )
        Tenant.objects.bulk_create([tenant])
        Domain.objects.create(domain=f"{slug}.localhost", tenant=tenant)
    return tenant


def test_a_tenant_without_a_schema_is_named():
    tenant_row("gamma", state="archived")
    one = only(Kind.ABSENT)
    assert "gamma" in one.where and one.mend is None
    with platform_scope():
        Tenant.objects.filter(slug="gamma").update(state="erased")
    assert found() == []


def test_a_blank_that_is_not_there_is_forgotten():
    with platform_scope():
        BlankSchema.objects.create(schema_name=new_schema_name(), release="x", made_at=SOME_DAY)
    assert mended(only(Kind.ABSENT)) is None
    assert found() == []


def test_what_was_broken_off_an_hour_ago_is_taken_back(before: set[str]):
    young = tenant_row("delta", state="preparing", at=clock.now())
    assert found() == []
    tenant = tenant_row("gamma", state="preparing")
    schema_create(tenant.schema_name)
    one = only(Kind.UNFINISHED)
    assert one.where == "gamma"
    assert mended(one) is None
    assert found() == [] and catalog() == before
    with platform_scope():
        assert Tenant.objects.filter(state="preparing").get() == young


def test_a_stale_backup_is_named(alpha: TenantRef, beta: TenantRef):
    with platform_scope():
        backups = Backup.objects.filter(tenant_id=alpha.id)
        backups.update(finished_at=clock.now() - timedelta(hours=25))
        assert found() == []
        backups.update(finished_at=clock.now() - timedelta(hours=27))
        Backup.objects.filter(tenant_id=beta.id).update(state=Backup.State.FAILED)
    stale = found(Kind.BACKUP)
    assert [one.where for one in stale] == ["alpha", "beta"]
    assert stale[0].how == "manage.py fleet backup alpha"
    with platform_scope():  # what is not served is not backed up any more
        Tenant.objects.update(state="archived")
    assert found() == []


def test_a_new_tenant_needs_no_backup_yet():
    tenant = tenant_row("gamma", state="trial", at=clock.now() - timedelta(hours=20))
    schema_create(tenant.schema_name)
    assert found() == []


def test_an_index_that_is_invalid_is_named(alpha: TenantRef):
    admin("CREATE TABLE {0}.twice AS SELECT 1 AS n FROM generate_series(1, 2)", alpha.schema)
    admin("ALTER TABLE {0}.twice OWNER TO daiqu_owner", alpha.schema)
    try:
        owner("GRANT SELECT, INSERT, UPDATE, DELETE ON {0}.twice TO {0}", alpha.schema)
        with admin_connection() as connection, pytest.raises(Exception, match="twice_n"):
            connection.execute(
                sql.SQL("CREATE UNIQUE INDEX CONCURRENTLY twice_n ON {}.twice (n)").format(
                    sql.Identifier(alpha.schema)
                )
            )
        one = only(Kind.INDEX)
        assert "twice_n" in one.what and alpha.schema in one.where and "REINDEX" in one.how
    finally:
        admin("DROP TABLE {0}.twice", alpha.schema)


def test_a_shallow_pool_is_filled(settings: Settings):
    settings.SCHEMA_POOL_SIZE = 3
    blank_make(server=MAIN, at=SOME_DAY)
    one = only(Kind.POOL)
    assert "1 blank schemas of 3" in one.what
    assert mended(one) is None
    assert found() == []
    with platform_scope():
        assert BlankSchema.objects.count() == 3


def test_a_server_that_does_not_answer_is_named(settings: Settings):
    third = {
        alias: {**connections.settings[alias], "NAME": "not_there"}
        for alias in ("default", "owner")
    }
    settings.DATABASE_SERVERS = {"third": third}
    one = only(Kind.SERVER)
    assert one.where == "third"


@pytest.mark.parametrize("extra", [1, 6])
def test_it_takes_the_same_questions_for_any_number(extra: int):
    for _ in range(extra):
        blank_make(server=MAIN, at=SOME_DAY)
    with (
        CaptureQueriesContext(connections[OWNER_ALIAS]) as asked,
        CaptureQueriesContext(connections["default"]) as read,
    ):
        assert found() == []
    # Of the catalog: schemas with their roles, relations, orphans of both kinds, indexes. Of the
    # register: the pool, what was broken off, moves twice, backups; the schemas there are, of three
    # kinds; and once more, of four, those that somebody knows of.
    assert (len(asked), len(read)) == (5, 16)  # four of them for what master keys have sealed


def test_the_command_says_what_to_do_and_mends(alpha: TenantRef, capsys: Any):
    owner("GRANT SELECT ON {0}.brand_settings TO PUBLIC", alpha.schema)
    schema = orphan(rows=1)
    with pytest.raises(CommandError, match="--mend"):
        call_command("fleet", "doctor")
    assert "table brand_settings is granted otherwise" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 things are wrong"):
        call_command("fleet", "doctor", "--mend")
    said = capsys.readouterr().out
    assert f"mended: grants alpha, {alpha.schema}" in said and schema in said
    schema_drop(schema)
    call_command("fleet", "doctor")
    assert "Nothing is wrong." in capsys.readouterr().out
