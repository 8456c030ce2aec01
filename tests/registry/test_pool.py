"""Blank schemas are there before they are needed, as many as asked for, and claimed once."""

import signal
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from pytest_django import Settings

from kernel.tenancy import MAIN, platform_scope
from registry.fleet.pool import blank_claim, blank_make, pool_depth, pool_fill
from registry.fleet.releases import release
from registry.models import BlankSchema, Tenant
from tests.registry.conftest import catalog
from tests.registry.test_onboarding import failing, onboard, onboard_directly
from tests.support.cast import olga
from tests.support.database import SOME_DAY, admin_connection
from tests.support.graphql import Api
from tests.support.processes import manage
from tests.support.threads import at_once


def blanks() -> set[str]:
    with platform_scope():
        return {*BlankSchema.objects.values_list("schema_name", flat=True)}


def make(number: int) -> set[str]:
    return {blank_make(server=MAIN, at=SOME_DAY) for _ in range(number)}


def schema_of(slug: str) -> str:
    with platform_scope():
        return str(Tenant.objects.get(slug=slug).schema_name)


def refills() -> int:
    with admin_connection() as admin:
        row = admin.execute(
            "SELECT count(*) FROM queue.procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = 'pool.refill'"
        )
        return row.fetchone()[0]


def known(schemas: set[str]) -> set[str]:
    return schemas | {f"role:{schema}" for schema in schemas}


def test_a_new_tenant_takes_a_blank_and_the_pool_is_filled_up_again(before: set[str]):
    made = make(2)
    there = catalog()
    assert there == before | known(made)
    assert "tenant" in onboard()
    assert "tenant" in onboard(slug="delta", idempotencyKey="two")
    assert {schema_of("gamma"), schema_of("delta")} == made
    assert blanks() == set() and catalog() == there
    assert refills() == 1  # one that waits does for both
    assert Api("gamma.localhost").run("{ brand { currency } }")["brand"]["currency"] == "CNY"


def test_without_a_blank_a_tenant_waits_for_its_schema(before: set[str]):
    assert "tenant" in onboard()
    assert catalog() == before | known({schema_of("gamma")})
    assert refills() == 1


def test_the_oldest_blank_goes_first():
    first, second = (blank_make(server=MAIN, at=SOME_DAY.replace(hour=hour)) for hour in (10, 9))
    with platform_scope(), transaction.atomic():
        claimed = [blank_claim(), blank_claim(), blank_claim()]
    assert [blank and blank.schema for blank in claimed] == [second, first, None]


def test_a_blank_of_another_release_is_not_given_out():
    (schema,) = make(1)
    with platform_scope():
        BlankSchema.objects.update(release="of yesterday")
    assert "tenant" in onboard()
    assert schema_of("gamma") != schema and blanks() == {schema}


def test_two_at_once_take_different_blanks():
    made = make(2)
    olga()
    at_once(
        lambda: onboard(idempotencyKey="one"),
        lambda: onboard(slug="delta", idempotencyKey="two"),
    )
    assert {schema_of("gamma"), schema_of("delta")} == made


def test_of_two_for_one_name_the_other_leaves_its_blank():
    made = make(2)
    olga()
    answers = at_once(lambda: onboard(idempotencyKey="one"), lambda: onboard(idempotencyKey="two"))
    assert sorted(answer["__typename"] for answer in answers) == [
        "SlugTakenError",
        "TenantOnboardSuccess",
    ]
    assert blanks() == made - {schema_of("gamma")}


def test_a_name_that_is_taken_costs_no_blank():
    made = make(1)
    assert onboard(slug="alpha")["code"] == "SLUG_TAKEN"
    assert blanks() == made and refills() == 0


def test_a_claimed_blank_of_a_tenant_that_failed_is_not_used_again(before: set[str]):
    make(1)
    with failing(RuntimeError()), pytest.raises(RuntimeError):
        onboard_directly()
    assert blanks() == set() and catalog() == before
    with platform_scope():
        assert not Tenant.objects.filter(slug="gamma").exists()


def test_a_blank_is_one_transaction_with_its_row(before: set[str]):
    with admin_connection() as admin:
        admin.execute("ALTER TABLE registry_blankschema ADD CONSTRAINT none CHECK (false)")
        try:
            with pytest.raises(Exception, match="none"):
                make(1)
        finally:
            admin.execute("ALTER TABLE registry_blankschema DROP CONSTRAINT none")
    assert catalog() == before
    connections["owner"].close()


def fill(size: int) -> int:
    with platform_scope():
        return len(list(pool_fill(size=size, at=SOME_DAY)))


def test_several_who_fill_the_pool_make_none_too_many():
    made = at_once(*[lambda: fill(3)] * 4)
    assert sum(made) == 3 and len(blanks()) == 3
    assert fill(3) == 0
    with platform_scope():
        assert pool_depth(MAIN) == 3
        assert BlankSchema.objects.filter(server=MAIN, release=release()).count() == 3


def test_what_is_of_another_release_does_not_count():
    make(1)
    with platform_scope():
        BlankSchema.objects.update(release="of yesterday")
    assert fill(1) == 1


def wait_for_blanks(number: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while len(blanks()) < number and time.monotonic() < end:
        time.sleep(0.05)
    assert len(blanks()) >= number


def test_the_worker_fills_the_pool():
    assert "tenant" in onboard()
    with manage("worker", SCHEMA_POOL_SIZE="2"):
        wait_for_blanks(2)
        onboard(slug="delta", idempotencyKey="two")
        assert schema_of("delta") not in blanks()
        wait_for_blanks(2)
    assert len(blanks()) == 2


def test_a_filling_that_is_killed_leaves_nothing_half_made(before: set[str]):
    with manage("fleet", "pool", "--size", "50") as filling:
        wait_for_blanks(2)
        filling.send_signal(signal.SIGKILL)
        filling.wait()
    # The server undoes what the dead client had begun once it notices.
    end = time.monotonic() + 10
    while catalog() != before | known(blanks()) and time.monotonic() < end:
        time.sleep(0.1)
    assert catalog() == before | known(blanks())
    there = len(blanks())
    assert fill(there + 1) == 1


def test_the_command_fills_the_pool_and_says_so(settings: Settings, capsys: Any):
    call_command("fleet", "pool", "--size", "2")
    assert "2 blank schemas" in capsys.readouterr().out
    settings.SCHEMA_POOL_SIZE = 3
    call_command("fleet", "pool")
    assert len(blanks()) == 3
