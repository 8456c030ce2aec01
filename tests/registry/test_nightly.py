"""Each night every served tenant has the jobs queued that say so, once, in its own minute."""

from datetime import timedelta

from kernel import clock
from kernel.jobs import registered
from kernel.tenancy import TenantRef, TenantState, platform_scope
from registry.models import Tenant
from registry.nightly import SPREAD_SECONDS
from tests.support.jobs import Waiting, jobs_run, jobs_waiting

NIGHTLY = {
    "access.forget",
    "journal.audit_verify",
    "orders.proofs_verify",
    "pricing.quotes_forget",
}


def nightly(tenant: TenantRef) -> list[Waiting]:
    return [each for each in jobs_waiting(tenant) if each.name in NIGHTLY]


def night_falls() -> None:
    with platform_scope():
        registered["registry.nightly"].run()


def state_set(tenant: TenantRef, state: TenantState) -> None:
    with platform_scope():
        Tenant.objects.filter(id=tenant.id).update(state=state)


def test_every_tenant_has_its_own_once(alpha: TenantRef, beta: TenantRef):
    assert {job.name for job in registered.values() if job.nightly} == NIGHTLY
    before = clock.now()
    night_falls()
    first = {tenant.slug: nightly(tenant) for tenant in (alpha, beta)}
    for waiting in first.values():
        assert {each.name for each in waiting} == NIGHTLY
        (run_at,) = {each.run_at for each in waiting}
        assert run_at is not None and before <= run_at
        assert run_at < clock.now() + timedelta(seconds=SPREAD_SECONDS)
    night_falls()  # what still waits is not queued twice
    assert {tenant.slug: nightly(tenant) for tenant in (alpha, beta)} == first
    assert {*jobs_run(alpha, at=clock.now() + timedelta(hours=2))} == NIGHTLY


def test_nobody_works_for_who_is_not_served(alpha: TenantRef, beta: TenantRef):
    state_set(alpha, TenantState.SUSPENDED)
    night_falls()
    assert (nightly(alpha), len(nightly(beta))) == ([], len(NIGHTLY))


def test_a_server_that_is_away_costs_the_others_nothing(alpha: TenantRef, beta: TenantRef):
    assert alpha.id < beta.id  # whose turn is first
    with platform_scope():
        Tenant.objects.filter(id=alpha.id).update(server="gone")
    night_falls()
    assert (nightly(alpha), len(nightly(beta))) == ([], len(NIGHTLY))
