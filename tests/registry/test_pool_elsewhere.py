"""New tenants can live on another server: their blanks are made there, and looked after there."""

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django import Settings

from kernel import clock
from kernel.tenancy import MAIN, platform_scope, tenant_scope
from registry.fleet.doctor import Kind, findings, mended
from registry.fleet.pool import blank_make, pool_depth, pool_fill
from registry.models import BlankSchema, Tenant
from tenants.brand.models import Settings as Brand
from tests.registry.conftest import catalog
from tests.registry.test_onboarding import failing, onboard, onboard_directly
from tests.support.database import SOME_DAY
from tests.support.graphql import Api
from tests.support.second import Second

pytestmark = pytest.mark.usefixtures("only_one_about_roles")


@pytest.fixture(autouse=True)
def _elsewhere(second: Second, settings: Settings, before: set[str]) -> Iterator[None]:
    """New tenants live on the second server."""
    settings.SERVERS_FOR_NEW_TENANTS = ["second"]
    yield
    connections.close_all()


def server_of(slug: str) -> str:
    with platform_scope():
        return str(Tenant.objects.get(slug=slug).server)


@pytest.mark.parametrize("blanks", [0, 1])
def test_a_new_tenant_lives_where_its_schema_is(second: Second, before: set[str], blanks: int):
    for _ in range(blanks):
        blank_make(server="second", at=SOME_DAY)
    assert onboard()["tenant"]["host"] == "gamma.localhost"
    assert server_of("gamma") == "second"
    assert len(second.schemas()) == 1 and catalog() == before
    assert Api("gamma.localhost").run("{ brand { currency } }")["brand"]["currency"] == "CNY"
    with platform_scope():
        gamma = Tenant.objects.get(slug="gamma").ref()
    with tenant_scope(gamma):
        assert Brand.objects.count() == 1


def test_a_failure_half_way_leaves_nothing_there(second: Second, before: set[str]):
    blank_make(server="second", at=SOME_DAY)
    with failing(RuntimeError()), pytest.raises(RuntimeError):
        onboard_directly()
    assert second.schemas() == set() and catalog() == before


def test_each_server_has_a_pool_and_they_are_drawn_from_in_turn(settings: Settings):
    settings.SERVERS_FOR_NEW_TENANTS = [MAIN, "second"]
    with platform_scope():
        assert [blank.server for blank in pool_fill(size=1, at=SOME_DAY)] == [MAIN, "second"]
        assert (pool_depth(MAIN), pool_depth("second")) == (1, 1)
    onboard()
    onboard(slug="delta", idempotencyKey="two")
    assert {server_of("gamma"), server_of("delta")} == {MAIN, "second"}


def test_what_a_crash_left_there_is_dropped(second: Second):
    blank_make(server="second", at=SOME_DAY)
    with platform_scope():  # as if the crash had come before the row
        BlankSchema.objects.all().delete()
    (schema,) = second.schemas()
    (one,) = [one for one in findings(at=clock.now()) if one.kind == Kind.ORPHAN]
    assert one.where == f"{schema}, second"
    assert mended(one) is None
    assert second.schemas() == set()


def test_grants_that_drifted_there_are_granted_anew(second: Second):
    schema = blank_make(server="second", at=SOME_DAY)
    with second.admin() as admin:
        admin.execute(f'GRANT SELECT ON "{schema}".brand_settings TO PUBLIC')
    (one,) = [one for one in findings(at=clock.now()) if one.kind == Kind.GRANTS]
    assert schema in one.where and "second" in one.where
    assert mended(one) is None
    assert not [one for one in findings(at=clock.now()) if one.kind == Kind.GRANTS]
